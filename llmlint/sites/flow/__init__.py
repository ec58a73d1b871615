"""The flow of an answer, from its call to the places that use it."""
