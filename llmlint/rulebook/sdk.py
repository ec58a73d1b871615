"""The SDK files of the rulebook, read when a scanned file names their SDK."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import tomli

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.sdk_reader import read_sdk
from llmlint.rulebook.table import RulebookError, Table

if TYPE_CHECKING:
    from pathlib import Path

    from llmlint.rulebook.sdk_model import Sdk


@cache
def load_sdk(name: str) -> Sdk:
    """The SDK described in `rules/sdk/<name>.toml`; raises RulebookError if the file is absent or breaks the format."""
    return read_sdk(_read(rules_dir() / "sdk" / f"{name}.toml"))


def sdk_for_root(dotted: str) -> str | None:
    """Name of the SDK file for an import root or anything in it (`google.genai.types`), None for foreign modules."""
    roots = _roots_and_words()[0]
    while dotted and dotted not in roots:
        dotted = dotted.rpartition(".")[0]
    return roots.get(dotted)


def sdk_roots() -> frozenset[str]:
    """The import roots of all SDKs and frameworks in the rulebook."""
    return frozenset(_roots_and_words()[0])


def reserved_roots() -> frozenset[str]:
    """The top-level packages of all SDKs, without those whose names projects give to modules of their own."""
    return frozenset(root.partition(".")[0] for root in sdk_roots()) - _roots_and_words()[2]


@cache
def all_words() -> dict[bytes, str]:
    """Byte strings that make a source file worth reading, with the SDK file each belongs to.

    These are the import roots as `import_words` spells them, the same in a list (`import os, openai`), and the further
    words.
    """
    roots, words, _ = _roots_and_words()
    found = {word.encode(): name for word, name in words.items()}
    found |= {f", {root}{end}".encode(): name for root, name in roots.items() for end in ("\n", ",", " as")}
    return found | import_words()


@cache
def import_words() -> dict[bytes, str]:
    """Byte strings that show an import of an SDK, with the SDK file each belongs to.

    A package's name can be an everyday word ("together"): a root of one word counts where it is imported or quoted, one
    that projects use themselves ("llm") where it is imported.
    """
    found: dict[bytes, str] = {}
    roots, _, everyday = _roots_and_words()
    for root, name in roots.items():
        above, _, last = root.rpartition(".")
        dotted = [root, f"from {above} import {last}"]
        quoted = [] if root in everyday else [f'"{root}"', f"'{root}'"]
        plain = [f"import {root}", f"from {root}", *quoted]
        found |= {spelling.encode(): name for spelling in (dotted if above else plain)}
    return found


@cache
def _roots_and_words() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    top = _read(rules_dir() / "roots.toml")
    roots, words, everyday = top.table("roots"), top.table("words"), frozenset(top.texts("everyday"))
    top.close()
    named = {key: roots.text(key) for key in roots.remaining()}
    return named, {key: words.text(key) for key in words.remaining()}, everyday


def _read(path: Path) -> Table:
    try:
        with path.open("rb") as file:
            return Table(tomli.load(file), f"rules/{path.relative_to(rules_dir()).as_posix()}")
    except (OSError, tomli.TOMLDecodeError) as error:
        raise RulebookError(f"{path}: {error}") from error
