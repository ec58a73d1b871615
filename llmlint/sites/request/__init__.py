"""The request of a call: its settings, its prompt, and the callers that hand them down."""
