"""Candidates: the files that are worth parsing for calls of a model, told by their bytes and their imports."""

from __future__ import annotations

from llmlint.index.files import File, Files
from llmlint.index.project import Project
from llmlint.rulebook.sdk import import_words
from llmlint.rulebook.sdk_model import Operation

# Names so common that a file is not read for them alone, where an object of an SDK could only be handed to it.
EVERYDAY = frozenset({b"run(", b"call(", b"query(", b"apply(", b"start(", b"batch(", b"stream(", b"__call__("})
IMPORTERS = (b"import_module", b"__import__", b"find_spec", b"lazy", b"Lazy")


def worth_reading(
    project: Project, calls: list[Operation], called: set[bytes], held: dict[str, frozenset[str]]
) -> set[str]:
    """The files that name an SDK, and those that may get an object of it and spell an operation.

    A file gets one from what it imports, or as an argument from a file that has one and imports it. An object that is
    called itself, as those of the SDKs with the words `called` can be, spells nothing: its direct importers are read,
    and the files that call what an object of such a file is known to hold.
    """
    files = project.files
    named = set(files.named)
    carriers = [path for path, hits in files.named.items() if _imports_an_sdk(files.by_path[path], hits)]
    importers = {importer for path in carriers for importer in files.reaching(path)}
    near = {importer for path in carriers if called & files.named[path] for importer in files.importers(path)}
    steps = [path.split(".") for operation in calls for path in (*operation.paths, *operation.functions)]
    steps = [path for path in steps if _met(files, path)]
    last = {f".{path[-1]}".encode() for path in steps}
    handed = {".".join(["", *path[-2:]]).encode()[1:] + b"(" for path in steps if "()" not in "".join(path[-2:])}
    handed = {needle if b"." in needle else b"." + needle for needle in handed if needle not in EVERYDAY}
    found = importers & _spelling(files, last)
    near |= frozenset[str]().union(*held.values())
    return named | found | (near & files.by_path.keys()) | (files.below(importers) & _spelling(files, handed))


def _met(files: Files, path: list[str]) -> bool:
    """Whether every step of an operation's path behind the first is spelled as an attribute in some file."""
    return all(files.spelling(f".{step.removesuffix('()')}".encode()) for step in path[1:])


def _imports_an_sdk(file: File, hits: set[bytes]) -> bool:
    """Whether a file can hold an object of an SDK: it imports one, by its quoted name only where it imports by name."""
    imports = hits & import_words().keys()
    plain = any(hit[:1] not in (b"'", b'"') for hit in imports)
    return plain or (bool(imports) and any(word in file.data for word in IMPORTERS))


def _spelling(files: Files, endings: set[bytes]) -> set[str]:
    return {path for ending in endings for path in files.spelling(ending)}
