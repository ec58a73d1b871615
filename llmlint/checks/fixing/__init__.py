"""The fixes that checks offer, as operations on the tree."""
