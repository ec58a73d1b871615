"""The index: what each module binds and calls, linked across the project, and what an expression can be."""
