"""Runs inside an SDK's environment, with Python's library alone: answers questions about the installed package."""
