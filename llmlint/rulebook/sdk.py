"""The SDK files of the rulebook, read when a scanned file names their SDK."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.sdk_reader import read_sdk

if TYPE_CHECKING:
    from llmlint.rulebook.sdk_model import Sdk


@cache
def load_sdk(name: str) -> Sdk:
    """The SDK described in `rules/sdk/<name>.toml`, or the HTTP library in `rules/http/`.

    Raises RulebookError if the file is absent or breaks the format.
    """
    folder = "http" if name in transports() else "sdk"
    return read_sdk(read_data(f"{folder}/{name}.toml"))


def sdk_for_root(dotted: str) -> str | None:
    """Name of the SDK file for an import root or anything in it (`google.genai.types`), None for foreign modules."""
    owners = _owners()
    while dotted and dotted not in owners:
        dotted = dotted.rpartition(".")[0]
    return owners.get(dotted)


def transports() -> frozenset[str]:
    """The libraries that send plain HTTP requests; an import of them alone says nothing of models."""
    return frozenset(_top().transports.values())


def sdk_names() -> frozenset[str]:
    """The names of all SDKs, libraries for HTTP included, and what stands for the gateways that a project declares."""
    return frozenset(_owners().values()) | transports() | {"gateway"}


def sdk_roots() -> frozenset[str]:
    """The import roots of all SDKs and frameworks in the rulebook."""
    return frozenset(_top().roots)


def reserved_roots() -> frozenset[str]:
    """The top-level packages of all SDKs, without those whose names projects give to modules of their own."""
    return frozenset(root.partition(".")[0] for root in sdk_roots()) - _top().everyday


@cache
def all_words() -> dict[bytes, str]:
    """Byte strings that make a source file worth reading, with the SDK file each belongs to.

    These are the import roots as `import_words` spells them, the same in a list (`import os, openai`), the further
    words and the addresses of providers.
    """
    found = dict.fromkeys(addresses(), "requests")
    found |= {word.encode(): name for word, name in _top().words.items()}
    found |= {f", {root}{end}".encode(): name for root, name in _top().roots.items() for end in ("\n", ",", " as")}
    return found | import_words()


@cache
def addresses() -> frozenset[bytes]:
    """Byte strings that make a file worth a search for plain HTTP requests: providers' hosts and telling paths."""
    return frozenset(address.encode() for address in _top().addresses)


@cache
def import_words() -> dict[bytes, str]:
    """Byte strings that show an import of an SDK, with the SDK file each belongs to.

    A package's name can be an everyday word ("together"): a root of one word counts where it is imported or quoted, one
    that projects use themselves ("llm") where it is imported.
    """
    found: dict[bytes, str] = {}
    for root, name in _top().roots.items():
        above, _, last = root.rpartition(".")
        dotted = [root, f"from {above} import {last}"]
        quoted = [] if root in _top().everyday else [f'"{root}"', f"'{root}'"]
        plain = [f"import {root}", f"from {root}", *quoted]
        found |= {spelling.encode(): name for spelling in (dotted if above else plain)}
    return found


@entity
class _Top:
    """`rules/roots.toml`: what belongs to which file, without the files being read."""

    roots: dict[str, str]
    words: dict[str, str]
    transports: dict[str, str]
    everyday: frozenset[str]
    addresses: tuple[str, ...]


@cache
def _top() -> _Top:
    top = read_data("roots.toml")
    names = {key: top.table(key) for key in ("roots", "words", "transports")}
    found = _Top(
        **{key: {name: table.text(name) for name in table.remaining()} for key, table in names.items()},
        everyday=frozenset(top.texts("everyday")),
        addresses=top.texts("addresses"),
    )
    top.close()
    return found


@cache
def _owners() -> dict[str, str]:
    return _top().roots | _top().transports
