"""What `enumerate` and `zip` give: the elements of sequences, each with its number or with those at the same place."""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.values import Frame, Sequence, Unknown, Value

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

NUMBER = Unknown("it is the number of a turn")
UNEVEN = Unknown("it is an element of a computed sequence")


def numbered(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """`enumerate(sequence)`."""
    given = _sequences(ev, node, frame)
    if not given:
        return None
    return Sequence(tuple(Sequence((NUMBER, part)) for part in given[0].parts), given[0].open)


def side_by_side(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """`zip(sequence, …)`."""
    given = _sequences(ev, node, frame)
    if len(given) < 2 or len(given) < len(node.args):
        return None
    opened = next((one.open for one in given if one.open), None)
    rows = range(max(len(one.parts) for one in given) if opened else min(len(one.parts) for one in given))
    return Sequence(tuple(Sequence(tuple(partial(_at, one, row) for one in given)) for row in rows), opened)


def _at(sequence: Sequence, row: int) -> Value:
    return sequence.item(row) if row < len(sequence.parts) else UNEVEN


def _sequences(ev: Evaluator, node: ast.Call, frame: Frame | None) -> list[Sequence]:
    """What is given by position, as far as each is one sequence."""
    values = [ev.evaluate(given, frame) for given in node.args if not isinstance(given, ast.Starred)]
    return [value for value in values if isinstance(value, Sequence)]
