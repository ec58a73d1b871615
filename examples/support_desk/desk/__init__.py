"""Support assistant of the Northtrail shop."""
