"""Textless: log lines that show an answer only where it was found to hold no text, by a test or in vain."""

from __future__ import annotations

import ast
from itertools import takewhile

from llmlint.index.tree import FUNCTIONS, ancestors, branches_around, nodes_in, parent
from llmlint.rulebook.sdk_model import Response
from llmlint.sites.flow.positions import position

NOT_THERE = frozenset({"AttributeError", "IndexError", "KeyError", "LookupError", "TypeError"})
EMPTY = frozenset({"None", "''", "[]", "{}", "()"})


def found_textless(line: ast.Call, shown: set[str], response: Response) -> bool:
    """Whether what a line shows, spelled so, is empty by a test around it, `if not response.choices`.

    Or a handler logs it after its text was not found where an answer has it.
    """
    branches = branches_around(line)
    if any(_lacks(branch.test, outcome, one, response) for branch, outcome in branches for one in shown):
        return True
    within = takewhile(lambda above: not isinstance(above, FUNCTIONS), ancestors(line))
    handlers = (above for above in within if isinstance(above, ast.ExceptHandler))
    return any(_sought_in_vain(handler, one, response) for handler in handlers for one in shown)


def _sought_in_vain(handler: ast.ExceptHandler, shown: str, response: Response) -> bool:
    """Whether all that a handler is for is that the text could not be read from what is shown: it is not there."""
    block, caught = parent(handler), handler.type
    types = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    if not isinstance(block, ast.Try) or not all(getattr(one, "id", "") in NOT_THERE for one in types):
        return False
    nodes = [node for statement in block.body for node in nodes_in(statement)]
    reads = [node for node in nodes if isinstance(node, (ast.Subscript, ast.Attribute))]
    return any(ast.unparse(node) != shown and _leads_to_text(node, (), shown, response) for node in reads)


def _lacks(test: ast.expr, outcome: bool, shown: str, response: Response) -> bool:
    """Whether a test that comes out so says that no text is in an answer."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _lacks(test.operand, not outcome, shown, response)
    if isinstance(test, ast.BoolOp):
        parts = [_lacks(part, outcome, shown, response) for part in test.values]
        return any(parts) if isinstance(test.op, ast.And) is outcome else all(parts)
    if not isinstance(test, ast.Compare):
        return not outcome and _leads_to_text(_measured(test), (), shown, response)
    if len(test.ops) > 1:
        return False
    operator, left, right = test.ops[0], test.left, test.comparators[0]
    if isinstance(operator, (ast.In, ast.NotIn)):
        key = left.value if isinstance(left, ast.Constant) else None
        absent = isinstance(operator, ast.NotIn) is outcome
        return absent and isinstance(key, str) and _leads_to_text(right, (key,), shown, response)
    counted = _measured(left) is not left
    is_empty = isinstance(operator, (ast.Eq, ast.Is)) and ast.unparse(right) in ({"0"} if counted else EMPTY)
    is_filled = isinstance(operator, (ast.NotEq, ast.IsNot)) and ast.unparse(right) in ({"0"} if counted else EMPTY)
    is_empty = is_empty or (counted and isinstance(operator, ast.Lt) and ast.unparse(right) == "1")
    is_filled = is_filled or (counted and isinstance(operator, ast.Gt) and ast.unparse(right) == "0")
    return (is_empty if outcome else is_filled) and _leads_to_text(_measured(left), (), shown, response)


def _measured(node: ast.expr) -> ast.expr:
    """What a `len()` measures; else the expression itself."""
    measures = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len" and node.args
    return node.args[0] if measures and isinstance(node, ast.Call) else node


def _leads_to_text(node: ast.expr, steps: tuple[str, ...], shown: str, response: Response) -> bool:
    """Whether an expression reads, from what is shown, what all of its text is in."""
    while ast.unparse(node) != shown:
        if isinstance(node, ast.Attribute):
            steps, node = (node.attr, *steps), node.value
        elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            key = node.slice.value
            steps, node = (key if isinstance(key, str) else "*", *steps), node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            if not isinstance(key, str):
                return False
            steps, node = (key, *steps), node.func.value
        else:
            return False
    return not steps or position(steps, response.text) != "off"
