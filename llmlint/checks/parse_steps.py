"""Parse steps: the places that take one answer apart, put together where they are steps, or repairs, of one parse."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.finding import Places
from llmlint.index.tree import named_function_of
from llmlint.sites.callsite import CallSite
from llmlint.sites.flow.trace import Use

Key = tuple[int, ...]


class Steps:
    """The parses of one function in the answers of the same calls."""

    def __init__(self, origins: list[CallSite]) -> None:
        self.origins = origins
        self.places: list[list[Use]] = []  # each with all ways on which answers come there
        self.above: Steps | None = None

    @property
    def outermost(self) -> Steps:
        """The steps that these belong to."""
        found, seen = self, {id(self)}
        while found.above is not None and id(found.above) not in seen:
            found = found.above
            seen.add(id(found))
        return found


def together(found: Places[list[Use]]) -> Iterator[tuple[list[Use], list[CallSite]]]:
    """The uses that are one fault, the first of them where it is reported, and the calls whose answers they parse.

    A helper that a function hands the text to which it parses itself prepares that parse, or repairs it: what the
    helper parses belongs to it.
    """
    steps: dict[Key, Steps] = {}
    for uses, origins in found:
        steps.setdefault(_key(uses[0].node, origins, uses[0]), Steps(origins)).places.append(uses)
    for one in steps.values():
        one.above = _above(one, steps)
    parts: dict[int, tuple[Steps, list[Use]]] = {}
    for one in steps.values():
        outermost = one.outermost
        own = sorted((uses[0] for uses in one.places), key=_position)
        said = parts.setdefault(id(outermost), (outermost, []))[1]
        said[:] = [*own, *said] if one is outermost else [*said, *own]
    for outermost, uses in parts.values():
        yield uses, outermost.origins


def _key(place: ast.AST, origins: list[CallSite], use: Use) -> Key:
    return (id(named_function_of(place) or use.module), *(id(site) for site in origins))


def _above(steps: Steps, every: dict[Key, Steps]) -> Steps | None:
    """The steps in a function by which all answers come to these, where there is one."""
    found: Steps | None = None
    for use in (use for uses in steps.places for use in uses):
        around = (every.get(_key(call, steps.origins, use)) for call in use.entered)
        outer = next((one for one in around if one is not None and one is not steps), None)
        if outer is None:
            return None
        found = found or outer
    return found


def _position(use: Use) -> tuple[int, int]:
    return use.node.lineno, use.node.col_offset
