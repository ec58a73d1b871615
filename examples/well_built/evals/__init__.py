"""Measurements of the answers."""
