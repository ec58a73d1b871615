"""Answers to questions about the staff handbook."""
