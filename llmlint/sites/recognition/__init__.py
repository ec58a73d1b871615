"""Recognition: which calls of a project reach a model, and through which client."""
