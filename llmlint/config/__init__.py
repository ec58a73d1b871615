"""Configuration: what can be set, where it is read from, and what the command line changes."""

from llmlint.config.errors import ConfigError
from llmlint.config.model import Config, FixValues, Overrides

__all__ = ["Config", "ConfigError", "FixValues", "Overrides"]
