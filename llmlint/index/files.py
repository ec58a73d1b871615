"""The project's files as bytes, and which of them could matter to a question."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from llmlint.index.imports import ImportMap
from llmlint.patterns import regex
from llmlint.records import record
from llmlint.source.errors import SourceError
from llmlint.source.prefilter import stands_alone
from llmlint.source.read import SourceText

ATTRIBUTE = regex(rb"\.([\w\x80-\xff]+)")
DEFINITION = regex(rb"def +([\w\x80-\xff]+)")


@record
class File:
    """A file known to the project: its path from the project's root, the path shown to users, its bytes.

    Of a notebook, `source` is its program, or why it has none, and `data` the program in bytes.
    """

    path: str
    shown: str
    data: bytes
    source: SourceText | SourceError | None = None


class Files:
    """All Python files of a project, with the import graph between them as far as their import lines tell.

    `named` are the words of the rulebook that files hold, for those that hold any; `folder` is the name of the folder
    that the paths start from.
    """

    def __init__(
        self, files: Iterable[File], sdk_roots: frozenset[str], named: Mapping[str, set[bytes]], folder: str = ""
    ) -> None:
        self.by_path = {file.path: file for file in files}
        self.named = named
        importable = [file.path for file in self.by_path.values() if file.source is None]
        self.imports = ImportMap(importable, sdk_roots, folder)
        self._importers: dict[str, set[str]] | None = None
        self._bringing: dict[bytes, list[str]] = {}  # the files whose `from` imports bring a name, or `*`
        self._mentions: dict[str, list[str]] = {}
        self._may_read: dict[tuple[str, str, bool], bool] = {}
        self._names_given: dict[str, bool] = {}
        self._holding: dict[bytes, frozenset[str]] = {}
        self._external: dict[str, list[str]] = {}
        self._reach: dict[str, frozenset[str]] = {}

    def mentioning(self, word: str) -> list[str]:
        """Files whose bytes hold the word."""
        found = self._mentions.get(word)
        if found is None:
            needle = word.encode()
            found = [path for path, file in self.by_path.items() if stands_alone(file.data, needle)]
            self._mentions[word] = found
        return found

    def holding(self, needle: bytes) -> frozenset[str]:
        """Files that hold these bytes."""
        found = self._holding.get(needle)
        if found is None:
            found = frozenset(path for path, file in self.by_path.items() if needle in file.data)
            self._holding[needle] = found
        return found

    def using(self, name: str, home: str) -> list[str]:
        """Files that could use a top-level name of the file `home`: by importing the name or through its module."""
        stem = (
            posixpath.basename(home.removesuffix("/__init__.py")).removesuffix(".py").encode(errors="surrogateescape")
        )
        word = name.encode()
        reaching = self.reaching(home)
        brought = reaching & {home, *self._bringing.get(word, ()), *self._bringing.get(b"*", ())} & self.by_path.keys()
        found = {path for path in brought if word in self.by_path[path].data}
        spelling = reaching.intersection(self._attributes.get(word, ()))
        return sorted(found.union(path for path in spelling if stem in self.by_path[path].data))

    def calling(self, method: str, home: str, *, anywhere: bool) -> list[str]:
        """Files that spell `.method` and import the file `home`, however indirectly (or any file, `anywhere`)."""
        spelling = self._attributes.get(method.encode(), [])
        if anywhere:
            return spelling
        reaching = self.reaching(home)
        return sorted(path for path in spelling if path in reaching)

    def may_read(self, method: str, field: str, *, prop: bool) -> bool:
        """Whether a file may define this method (or property) and read the field in it.

        A method may stand under another name than its own, where something is assigned to it or imported as it.
        """
        known = self._may_read.get((method, field, prop))
        if known is None:
            reading = frozenset(self._attributes.get(field.encode(errors="replace"), ()))
            reading &= self.holding(b"property") if prop else reading
            known = not reading.isdisjoint(self.defining(method))
            known = known or (not prop and bool(reading) and self._given(method))
            self._may_read[method, field, prop] = known
        return known

    def _given(self, name: str) -> bool:
        """Whether some file may give this name to something, other than by `def`."""
        found = self._names_given.get(name)
        if found is None:
            word = name.encode()
            spelled = re.escape(word)
            given = re.compile(spelled + rb"\s*(?:=(?!=)|[:,)])|as\s+" + spelled + rb"\b")
            holding = (file.data for file in self.by_path.values() if word in file.data)
            found = bool(self.defining("__getattr__")) or any(given.search(data) for data in holding)
            self._names_given[name] = found
        return found

    def spelling(self, ending: bytes) -> list[str]:
        """Files that hold these bytes, which end in `.name` or `.name(`, with nothing more of a name behind them."""
        name = ending.rpartition(b".")[2].rstrip(b"(")
        found = self._attributes.get(name, [])
        return found if ending == b"." + name else [path for path in found if ending in self.by_path[path].data]

    def defining(self, name: str) -> list[str]:
        """Files that spell the definition of a function of this name."""
        return self._definitions.get(name.encode(), [])

    @cached_property
    def _attributes(self) -> dict[bytes, list[str]]:
        """The files that spell a name behind a dot."""
        return self._by_name(ATTRIBUTE)

    @cached_property
    def _definitions(self) -> dict[bytes, list[str]]:
        """The files that spell a name behind `def`."""
        return self._by_name(DEFINITION)

    def _by_name(self, pattern: re.Pattern[bytes]) -> dict[bytes, list[str]]:
        """The files, in their order, by what the pattern finds in them: one pass answers every later question."""
        found: dict[bytes, list[str]] = {}
        for path, file in self.by_path.items():
            for name in set(pattern.findall(file.data)):
                found.setdefault(name, []).append(path)
        return found

    def reaching(self, target: str) -> frozenset[str]:
        """The file and all that import it, directly or through others."""
        known = self._reach.get(target)
        if known is None:
            importers = self._graph()
            seen, stack = {target}, [target]
            while stack:
                for importer in importers.get(stack.pop(), ()):
                    if importer not in seen:
                        seen.add(importer)
                        stack.append(importer)
            known = self._reach[target] = frozenset(seen)
        return known

    def below(self, paths: Iterable[str]) -> set[str]:
        """The files that these import, directly or through others, and these themselves."""
        seen = set(paths)
        stack = list(seen)
        while stack:
            for target in self._imported_by.get(stack.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    stack.append(target)
        return {path for path in seen if path in self.by_path}  # and not the folders on the way

    @cached_property
    def _imported_by(self) -> dict[str, list[str]]:
        """The graph the other way round: the files that a file imports."""
        found: dict[str, list[str]] = {}
        for target, importers in self._graph().items():
            for importer in importers:
                found.setdefault(importer, []).append(target)
        return found

    def importing(self, package: str) -> list[str]:
        """The files whose import lines name this top-level package."""
        self._graph()
        return self._external.get(package, [])

    @cached_property
    def imported(self) -> frozenset[str]:
        """The top-level packages that the project imports, and the builtins."""
        self._graph()
        return frozenset({"builtins", *self._external})

    def importers(self, target: str) -> set[str]:
        """The files whose import lines name this file."""
        return self._graph().get(target, set())

    def _graph(self) -> dict[str, set[str]]:
        if self._importers is None:
            self._importers = {}
            for path, file in self.by_path.items():
                scan = self.imports.scan(path, file.data)
                for name in scan.names:
                    self._bringing.setdefault(name, []).append(path)
                for root in scan.roots:
                    self._external.setdefault(root, []).append(path)
                for target in scan.targets:
                    self._importers.setdefault(target, set()).add(path)
        return self._importers
