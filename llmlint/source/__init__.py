"""From paths to trees: find files, read them, pass over those that cannot matter, parse the rest."""
