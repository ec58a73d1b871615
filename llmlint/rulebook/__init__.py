"""The rulebook: rules as data, read from TOML files."""
