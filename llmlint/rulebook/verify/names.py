"""Claims on names: what can be imported, what is the same or derived, and what the defaults of clients are."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import product

from llmlint.rulebook.sdk_model import Client, Sdk
from llmlint.rulebook.verify.claims import Claim


def name_claims(sdk: Sdk) -> Iterator[Claim]:
    """Every claim on the names of an SDK."""
    functions = {name: operation.removed for operation in sdk.operations for name in operation.functions}
    classes = [name for client in sdk.clients for name in client.classes]
    factories = [name for client in sdk.clients for name in client.factories]
    adapters = [name for adapter in sdk.adapters for name in adapter.functions]
    for name in dict.fromkeys((*classes, *functions, *factories, *adapters)):
        yield _exists(name, functions.get(name, ""))
    if sdk.module_root:
        for setting in sdk.module_settings.parameters:
            paths = sdk.module_settings.paths(setting)
            asked = tuple(("exists", f"{sdk.module_root}.{path}", "") for path in paths)
            yield Claim(f"{sdk.module_root} has no {_either(paths)} to assign to", asked)
    yield from _aliases(sdk, (*classes, *functions))
    yield from _exceptions(sdk)
    for client in sdk.clients:
        yield from _defaults(client)


def _exists(name: str, removed: str = "") -> Claim:
    return Claim(f"there is no {name}", (("exists", name, ""),), removed, any_package=True)


def _aliases(sdk: Sdk, known: tuple[str, ...]) -> Iterator[Claim]:
    for alias, canonical in sdk.aliases.items():
        yield _exists(alias)
        # Across packages an alias says that two classes are used alike, not that they are one.
        if alias.partition(".")[0] == canonical.partition(".")[0]:
            inside = [name.removeprefix(canonical) for name in known if f"{name}.".startswith(f"{canonical}.")]
            asked = tuple(("same", alias + rest, "", canonical + rest) for rest in inside)
            if asked:
                yield Claim(f"{alias} is not {canonical}", asked)


def _exceptions(sdk: Sdk) -> Iterator[Claim]:
    known = sdk.exceptions
    for name in dict.fromkeys(
        filter(None, (known.base, *known.covering, *known.retried, *known.always_retried, *known.parents))
    ):
        yield Claim(f"there is no {name}", tuple(("exists", spelled, "") for spelled in _spellings(sdk, name)))
    for name, parent in known.parents.items():
        pairs = product(_spellings(sdk, name), _spellings(sdk, parent))
        asked = tuple(("below", one, "", other) for one, other in pairs)
        yield Claim(f"{name} is not derived from {parent}", asked)


def _spellings(sdk: Sdk, name: str) -> list[str]:
    """The name itself, and what the aliases lead to it: an exception may be public under one of them only."""
    inside = [alias + name[len(known) :] for alias, known in sdk.aliases.items() if name.startswith(f"{known}.")]
    return [name, *inside]


def _defaults(client: Client) -> Iterator[Claim]:
    """A client shows its limits in the units of its settings."""
    seconds, retries = client.defaults.timeout, client.defaults.retries
    scale = 1000 if client.settings.timeout_unit == "milliseconds" else 1
    first = 1 if client.settings.retries_unit == "attempts" else 0
    for name in client.classes:
        if seconds is not None:
            claimed = "none" if seconds == math.inf else f"{seconds:g}"
            shown = "none" if seconds == math.inf else f"{seconds * scale:g}"
            yield Claim(f"the timeout of {name} is not {claimed}", (("default", name, "", "timeout", shown),))
        if retries is not None:
            asked = ("default", name, "", "retries", str(retries + first))
            yield Claim(f"{name} does not retry {retries} times", (asked,))


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f'"{name}"' for name in names)
