"""The walk over a module that fills its index: `build` goes, the others know what each kind of node adds."""
