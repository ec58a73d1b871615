"""Finds the configuration that is in force for a file."""

from __future__ import annotations

import os

from llmlint.config.build import build_config
from llmlint.config.files import find_table, read_table
from llmlint.config.layers import Layers, read_layers
from llmlint.config.model import Config, Overrides
from llmlint.config.override import apply_overrides
from llmlint.config.source import Source
from llmlint.records import record
from llmlint.rulebook.rules import Rulebook, own_rulebook

_NOTHING = Layers({}, {})


@record
class Loaded:
    """A configuration and, for `llmlint config`, the settings it was made of."""

    config: Config
    layers: Layers


class ConfigResolver:
    """Gives each file its configuration: that of the nearest folder upwards that has one.

    The search ends at a folder with `.git`, after looking there. `isolated` ignores all configuration files;
    `config_file` replaces them by one, whose globs are relative to the working directory. `overrides` lie on top.
    `warnings` collects what the files read so far should no longer say.
    """

    def __init__(
        self,
        overrides: Overrides | None = None,
        *,
        isolated: bool = False,
        config_file: str | None = None,
        rulebook: Rulebook | None = None,
    ) -> None:
        self._overrides = overrides or Overrides()
        self._isolated = isolated
        self._config_file = config_file
        self._rulebook = rulebook or own_rulebook()
        self._cwd = os.getcwd()
        self._found: dict[str, Loaded | None] = {}
        self._loaded: dict[str, Loaded] = {}
        self._default: dict[str, Loaded] = {}
        given = self._overrides
        self.warnings = self._rulebook.former_names((*(given.select or ()), *given.extend_select, *given.ignore))

    @property
    def rulebook(self) -> Rulebook:
        """The rules, with those that the configuration files read so far add."""
        return self._rulebook

    def for_file(self, path: str) -> Config:
        """The configuration for a file, which need not exist. Raises ConfigError."""
        return self.for_directory(os.path.dirname(os.path.abspath(path)))

    def for_directory(self, directory: str) -> Config:
        """The configuration for the files right in a folder. Raises ConfigError."""
        return self.load(directory).config

    def load(self, directory: str) -> Loaded:
        """The same, with the settings it was made of. Raises ConfigError."""
        directory = self._cwd if self._config_file is not None else os.path.abspath(directory)
        if directory not in self._loaded:
            self._loaded[directory] = self._search(directory) or self._defaults(self._project(directory))
        return self._loaded[directory]

    def _search(self, directory: str) -> Loaded | None:
        if directory not in self._found:
            self._found[directory] = self._look(directory)
        return self._found[directory]

    def _look(self, directory: str) -> Loaded | None:
        if self._isolated:
            return None
        if self._config_file is not None:
            path = os.path.abspath(self._config_file)
            return self._read(path, read_table(path), self._cwd)
        own = find_table(directory)
        if own is not None:
            return self._read(*own, directory)
        parent = os.path.dirname(directory)
        if parent == directory or os.path.exists(os.path.join(directory, ".git")):
            return None
        return self._search(parent)

    def _read(self, path: str, table: dict[str, object], root: str) -> Loaded:
        layers = read_layers(Source(path, self._rulebook, self.warnings), table)
        return self._finish(layers, root, path)

    def _defaults(self, root: str) -> Loaded:
        if root not in self._default:
            self._default[root] = self._finish(_NOTHING, root, None)
        return self._default[root]

    def _finish(self, layers: Layers, root: str, path: str | None) -> Loaded:
        return Loaded(apply_overrides(build_config(layers, root, path), self._overrides, self._rulebook), layers)

    def _project(self, directory: str) -> str:
        folder = directory
        while not os.path.exists(os.path.join(folder, ".git")):
            parent = os.path.dirname(folder)
            if parent == folder:
                inside = os.path.join(directory, "").startswith(os.path.join(self._cwd, ""))
                return self._cwd if inside else directory
            folder = parent
        return folder
