"""Puts this folder on the import path, so that tests in any folder below can import `support`."""
