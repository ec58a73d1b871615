"""Call sites: where LLM calls are, what they are called with, and what stands around them."""
