"""Which file of the project an import means, if any."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cached_property

from llmlint.patterns import regex
from llmlint.records import record
from llmlint.rulebook.sessions import load_sessions
from llmlint.source.read import UTF8_BOM

IMPORT = regex(
    rb"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+import[ \t]*(\([^)]*\)|[^\n#]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
DOTTED = regex(rb"[\"']([A-Za-z_]\w*(?:\.\w+)*)[\"']")
NAME = regex(rb"\w+")


@record
class Scan:
    """The project files that a file imports, the names that its `from` imports bring, and all packages named."""

    targets: frozenset[str]
    names: frozenset[bytes]
    roots: frozenset[str]


class ImportMap:
    """Resolves dotted module names to files, given all paths of the project relative to its root, and its name."""

    def __init__(self, paths: Iterable[str], sdk_roots: frozenset[str], folder: str = "") -> None:
        self._paths = frozenset(paths)
        self._folder = folder
        self._sdk_roots = sdk_roots
        self._folders = {folder for path in self._paths for folder in _above(path)}
        marked = {posixpath.dirname(p) for p in self._paths if posixpath.basename(p) == "__init__.py"}
        # What has no name that can be imported is none, whatever lies in it: `request-handler`.
        self._packages = {folder for folder in marked if not folder or posixpath.basename(folder).isidentifier()}
        self._resolved: dict[tuple[str, str], list[str]] = {}

    def relative(self, importer: str, dotted: str, level: int) -> str | None:
        """The file or folder (with a trailing slash) that `from ..dotted import …` names."""
        folder = posixpath.dirname(importer)
        for _ in range(level - 1):
            folder = posixpath.dirname(folder)
        return self._at(folder, dotted.split(".") if dotted else [])

    def absolute(self, importer: str, dotted: str) -> str | None:
        """The file or folder that `import dotted` names for this importer, None where it is not in the project."""
        key = (posixpath.dirname(importer), dotted)
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = list(self._candidates(*key))
        return next((path for path in found if path != importer), None)

    def _candidates(self, folder: str, dotted: str) -> Iterator[str]:
        """What the name means for the files of a folder, the most likely first."""
        parts = dotted.split(".")
        bases: Iterable[str] = self._bases(folder, parts[0])
        if parts[0] in self._sdk_roots:
            # A project file with an SDK's name is meant only where it lies at the top, and then nothing else is. A
            # mere folder of examples is not: Python prefers the installed package.
            bases = [base for base in ("", "src") if not (self._at(base, parts[:1]) or "/").endswith("/")][:1]
        for base in bases:
            found = self._at(base, parts)
            if found is not None:
                yield found
        if parts[0] == self._folder and "" in self._packages:
            # The root is a package itself, and its files call it by its name.
            found = self._at("", parts[1:])
            if found is not None:
                yield found

    def inside(self, path: str, name: str) -> str | None:
        """The submodule `name` of a package's `__init__.py` or of a folder."""
        if path.endswith("/"):
            return self._at(path.rstrip("/"), [name])
        if posixpath.basename(path) == "__init__.py":
            return self._at(posixpath.dirname(path), [name])
        return None

    def scan(self, path: str, data: bytes) -> Scan:
        """What the import lines of a file name, without parsing it."""
        targets: set[str] = set()
        seen: set[bytes] = set()
        roots: set[str] = set()
        for source, names, plain in IMPORT.findall(_plain(data)):
            if source:
                dotted = source.decode()
                level = len(dotted) - len(dotted.lstrip("."))
                roots.add(dotted.partition(".")[0])
                targets.update(self._with_names(path, dotted.lstrip("."), level, names))
                seen.update(NAME.findall(names))
                if b"*" in names:
                    seen.add(b"*")
            for part in plain.split(b","):
                words = NAME.findall(part.partition(b" as ")[0].replace(b".", b" "))
                roots.update(word.decode() for word in words[:1])
                for end in range(len(words), 0, -1):
                    target = self.absolute(path, b".".join(words[:end]).decode())
                    if target is not None:
                        targets.add(target)
        if b"import_module" in data or b"__import__" in data:
            for dotted_name in set(DOTTED.findall(data)):
                text = dotted_name.decode()
                roots.add(text.partition(".")[0])
                above = text.rpartition(".")[0]
                targets.update(filter(None, (self.absolute(path, part) for part in (text, above) if part)))
        return Scan(frozenset(targets), frozenset(seen), frozenset(roots))

    def _with_names(self, path: str, dotted: str, level: int, names: bytes) -> Iterator[str]:
        target = self.relative(path, dotted, level) if level else self.absolute(path, dotted)
        if target is None:
            return
        yield target
        for name in NAME.findall(names):
            below = self.inside(target, name.decode())
            if below is not None:
                yield below

    def _bases(self, folder: str, first: str) -> Iterator[str]:
        own = folder
        while own and own in self._packages:
            own = posixpath.dirname(own)
        yield own
        yield from ("", "src")
        if not _installed(first):
            sources = self._sources.get(first, ())
            yield from sorted(sources, key=lambda base: -len(posixpath.commonprefix([base, folder])))
        yield folder
        yield from _above(folder)  # a program that is started in one of these finds its packages beside it

    @cached_property
    def _sources(self) -> dict[str, list[str]]:
        """The folders that are no packages, the highest first, by the names of what lies in them."""
        found: dict[str, list[str]] = {}
        inside = {(posixpath.dirname(path), posixpath.basename(path).partition(".")[0]) for path in self._paths}
        inside |= {(posixpath.dirname(folder), posixpath.basename(folder)) for folder in self._folders if folder}
        for base, name in sorted(inside, key=lambda pair: (pair[0].count("/"), pair)):
            if base not in self._packages and self._at(base, [name]) is not None:
                found.setdefault(name, []).append(base)
        return found

    def _at(self, base: str, parts: list[str]) -> str | None:
        path = "/".join([base, *parts] if base else parts)
        for candidate in (f"{path}/__init__.py" if path else "__init__.py", f"{path}.py", f"{path}.pyi"):
            if candidate in self._paths:
                return candidate
        return f"{path}/" if path in self._folders else None


def _installed(name: str) -> bool:
    """Whether the name is that of a package which a file in some other folder does not hide."""
    return name in sys.stdlib_module_names or any(session.library == name for session in load_sessions())


def _plain(data: bytes) -> bytes:
    """The bytes as lines that end in a newline and begin with no byte order mark or form feed."""
    data = data.removeprefix(UTF8_BOM)
    if b"\f" in data:
        data = data.replace(b"\f", b" ")
    # A return before a newline does no harm.
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\r" in data.replace(b"\r\n", b"") else data


def _above(path: str) -> Iterator[str]:
    folder = posixpath.dirname(path)
    while folder:
        yield folder
        folder = posixpath.dirname(folder)
    yield ""
