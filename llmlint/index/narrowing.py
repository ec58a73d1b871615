"""Narrowing: what a test around or before a use tells of a name: that it is not None, an exception, no text."""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import partial

from llmlint.index import guards
from llmlint.index.departing import departs
from llmlint.index.tree import FUNCTIONS, earlier, exits, last_name, loops_around, nodes_in, parent, scope_of
from llmlint.patterns import regex

Proof = Callable[[ast.expr, str, bool], bool]  # a test, a name, how the test came out

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
HEAD = regex(r"\w+")
TESTS = (ast.Compare, ast.Call, ast.BoolOp, ast.UnaryOp)


def excludes_none(use: ast.expr) -> bool:
    """Whether control comes to this use only where the name, attribute or item is not None; found once."""
    return _only_where(use, _is_something)


def excludes_none_at(name: str, place: ast.AST) -> bool:
    """Whether control comes to a place only where the name is not None."""
    return told_where(place, name, _is_something)


def has_some(use: ast.expr) -> bool:
    """Whether control comes to this use only where what is read is not empty."""
    return _only_where(use, _is_true)


def excludes_content_at(name: str, place: ast.AST) -> bool:
    """Whether control comes to a place only where the name or attribute is None, empty or not there."""
    return told_where(place, name, _is_nothing)


def is_error(use: ast.expr) -> bool:
    """Whether control comes to this use only where what is read is an exception, or holds an error and no answer.

    `if isinstance(result, Exception)`, `if chunk.get("error")`, `if "error" in response.json()`.
    """
    return _only_where(use, _is_exception)


def is_no_text(use: ast.expr) -> bool:
    """Whether control comes to this use only where what is read is no `str`."""
    return _only_where(use, _is_other_than_text)


def _only_where(use: ast.expr, proof: Proof) -> bool:
    known: dict[Proof, bool] = use.__dict__.setdefault("only_where", {})
    if proof not in known:
        known[proof] = _comes_only_where(use, proof)
    return known[proof]


def _comes_only_where(use: ast.expr, proof: Proof) -> bool:
    bound = assigned(use)
    names = (spelled(use), spelled(bound) if bound is not None else None)
    return any(name is not None and told_where(use, name, proof) for name in names)


def told_where(place: ast.AST, name: str, proof: Proof) -> bool:
    """Whether control comes to a place only where what the proof asks of the name, attribute or item holds."""
    below = place
    above = parent(place)
    while above is not None and (below is place or not isinstance(below, FUNCTIONS)):
        if isinstance(above, (ast.If, ast.IfExp, ast.While)) and below is not above.test:
            if _proves(above.test, name, proof, outcome=_in(above.body, below)):
                return True
        elif isinstance(above, COMPREHENSIONS) and not isinstance(below, ast.comprehension):
            if any(_proves(test, name, proof, outcome=True) for part in above.generators for test in part.ifs):
                return True
        elif isinstance(above, ast.BoolOp):
            before = above.values[: above.values.index(below)] if below in above.values else []
            if any(_proves(operand, name, proof, outcome=isinstance(above.op, ast.And)) for operand in before):
                return True
        before_it = earlier(below)
        if any(_settles(statement, name, proof) for statement in before_it):
            return True
        if proof is _is_something and _was_read(before_it, name):
            return True
        below, above = above, parent(above)
    return _came_out(place, name, proof)


def _came_out(place: ast.AST, name: str, proof: Proof) -> bool:
    """Whether the name, or what it belongs to, was returned or yielded by functions of the project that tested it."""
    head = HEAD.match(name)
    owner = scope_of(place).lookup(head.group()) if head is not None else None
    bound = owner.bindings.get(head.group(), ()) if owner is not None and head is not None else ()
    if head is None or len(bound) != 1 or bound[0].kind not in ("value", "item"):
        return False
    rest, yielding = name[head.end() :], bound[0].kind == "item"
    functions = guards.makers(bound[0].value)
    return bool(functions) and all(
        guards.within(function, partial(_gives_only, function, rest, yielding, proof)) for function in functions
    )


def _gives_only(function: guards.FunctionDef, rest: str, yielding: bool, proof: Proof) -> bool:
    """Whether all that a function returns, or yields, was tested there."""
    returns, yields = exits(function)
    if bool(yields) is not yielding or (not yielding and guards.falls_off(function)):
        return False
    given = [one.value if isinstance(one, (ast.Return, ast.Yield)) else None for one in (yields or returns)]
    names = [spelled(one) if one is not None else None for one in given]
    found = zip(given, names, strict=True)
    return bool(names) and all(one and name and told_where(one, name + rest, proof) for one, name in found)


def _was_read(statements: list[ast.stmt], name: str) -> bool:
    """Whether a statement before has failed where the name is None, and none since has given it another value."""
    known = False
    for statement in statements:
        value = getattr(statement, "test", None) or getattr(statement, "value", None)
        given = value.args if isinstance(value, ast.Call) else []
        if isinstance(value, ast.expr) and any(_reads_of(part, name) for part in (value, *given)):
            known = True
        elif known:
            known = not any(isinstance(node, ast.Name) and _binds(node, name) for node in nodes_in(statement))
    return known


def _binds(node: ast.Name, name: str) -> bool:
    return node.id == name and not isinstance(node.ctx, ast.Load)


def _in(body: list[ast.stmt] | ast.expr, node: ast.AST) -> bool:
    return any(node is statement for statement in body) if isinstance(body, list) else node is body


def _proves(test: ast.expr, name: str, proof: Proof, *, outcome: bool) -> bool:
    """Whether the test, when it comes out this way, shows what is asked of the name."""
    if isinstance(test, ast.Await):
        return _proves(test.value, name, proof, outcome=outcome)
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _proves(test.operand, name, proof, outcome=not outcome)
    if isinstance(test, ast.BoolOp):
        every = isinstance(test.op, ast.And) is outcome  # part came out this way; else one did, whichever
        parts = (_proves(part, name, proof, outcome=outcome) for part in test.values)
        return any(parts) if every else all(parts)
    if proof(test, name, outcome):
        return True
    if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "bool" and test.args:
        return _proves(test.args[0], name, proof, outcome=outcome)
    asked = assigned(test)
    if isinstance(asked, TESTS):
        return _proves(asked, name, proof, outcome=outcome)
    return guards.all_hold(test, name, lambda function, inner: _answers_where(function, inner, proof, outcome=outcome))


def _answers_where(function: guards.FunctionDef, name: str, proof: Proof, *, outcome: bool) -> bool:
    """Whether a function answers so, true or false, only where it holds: `return text is None or not text.strip()`."""
    returns, yields = exits(function)
    if yields or not returns or (not outcome and guards.falls_off(function)):
        return False
    for one in returns:
        if isinstance(one.value, ast.Constant) or one.value is None:
            if bool(getattr(one.value, "value", None)) is not outcome or told_where(one, name, proof):
                continue
            return False
        if not _proves(one.value, name, proof, outcome=outcome) and not told_where(one, name, proof):
            return False
    return True


def _goes_on_where(function: guards.FunctionDef, name: str, proof: Proof) -> bool:
    """Whether control comes back from a function only where it holds: it raises elsewhere."""
    returns, yields = exits(function)
    if yields or not all(told_where(one, name, proof) for one in returns):
        return False
    return departs(function.body) or any(_settles(statement, name, proof) for statement in function.body)


def assigned(node: ast.expr) -> ast.expr | None:
    """The one value that a name has, such as the test in `fits = text is not None`; None where it has several."""
    if isinstance(node, ast.NamedExpr):
        return node.value
    scope = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    bound = scope.bindings.get(node.id, ()) if scope is not None and isinstance(node, ast.Name) else ()
    return bound[0].value if len(bound) == 1 and bound[0].kind == "value" else None


def _is_something(test: ast.expr, name: str, outcome: bool) -> bool:
    return _tells_something(test, name, outcome) or _reads_of(test, name) or _is_no_refusal(test, name, outcome)


def _is_no_refusal(test: ast.expr, name: str, outcome: bool) -> bool:
    """Whether the message of which the content is read was found to be no refusal: `if message.refusal: raise …`."""
    message, _, last = name.rpartition(".")
    return last == "content" and _tells_something(test, f"{message}.refusal", not outcome)


def _reads_of(test: ast.expr, name: str) -> bool:
    """Whether the test fails by itself where the name is None: `len(text.strip()) > 5`."""
    if isinstance(test, ast.Compare):
        return len(test.comparators) == 1 and any(_reads_of(one, name) for one in (test.left, *test.comparators))
    if not isinstance(test, ast.Call):
        return False
    if isinstance(test.func, ast.Name):
        measured = test.func.id == "len" and bool(test.args)
        return measured and (spelled(test.args[0]) == name or _reads_of(test.args[0], name))
    method = isinstance(test.func, ast.Attribute) and taken_by_key(test) is None
    return method and isinstance(test.func, ast.Attribute) and spelled(test.func.value) == name


def _tells_something(test: ast.expr, name: str, outcome: bool) -> bool:
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        right = test.comparators[0]
        if isinstance(test.left, ast.Call) and getattr(test.left.func, "id", "") == "type" and test.left.args:
            same = outcome and spelled(test.left.args[0]) == name and isinstance(right, ast.Name)
            return same and isinstance(test.ops[0], (ast.Is, ast.Eq)) and ast.unparse(right) != "NoneType"
        compared = spelled(test.left) == name and isinstance(right, ast.Constant) and right.value is None
        return compared and isinstance(test.ops[0], (ast.IsNot, ast.NotEq) if outcome else (ast.Is, ast.Eq))
    if isinstance(test, ast.Call) and test.args:
        return outcome and getattr(test.func, "id", "") in ("isinstance", "hasattr") and spelled(test.args[0]) == name
    return outcome and spelled(test) == name


def _is_true(test: ast.expr, name: str, outcome: bool) -> bool:
    return outcome and spelled(test) == name


def _is_nothing(test: ast.expr, name: str, outcome: bool) -> bool:
    if isinstance(test, ast.Call) and last_name(test.func) == "hasattr" and len(test.args) == 2:
        of, attribute = spelled(test.args[0]), getattr(test.args[1], "value", "")
        return not outcome and f"{of}.{attribute}" == name
    return not isinstance(test, ast.Call) and _tells_something(test, name, not outcome)


def _is_exception(test: ast.expr, name: str, outcome: bool) -> bool:
    taken = taken_by_key(test)
    if taken is not None and taken[1].value == "error" and spelled(taken[0]) == name:
        return outcome
    if isinstance(test, ast.Compare) and getattr(test.left, "value", None) == "error" and len(test.ops) == 1:
        looked_for = isinstance(test.ops[0], ast.In if outcome else ast.NotIn)
        return looked_for and spelled(test.comparators[0]) == name
    types = _types_asked(test, name)
    return outcome and bool(types) and all(last_name(one).endswith(("Exception", "Error")) for one in types)


def _is_other_than_text(test: ast.expr, name: str, outcome: bool) -> bool:
    return not outcome and any(isinstance(one, ast.Name) and one.id == "str" for one in _types_asked(test, name))


def _types_asked(test: ast.expr, name: str) -> list[ast.expr]:
    """The types in `isinstance(name, (A, B))`; none for another test."""
    if not isinstance(test, ast.Call) or getattr(test.func, "id", "") != "isinstance" or len(test.args) != 2:
        return []
    types = test.args[1]
    every = types.elts if isinstance(types, ast.Tuple) else [types]
    return every if spelled(test.args[0]) == name else []


def _settles(statement: ast.stmt, name: str, proof: Proof) -> bool:
    """Whether it holds after a statement: the statement leaves where it does not, or replaces the name there."""
    if isinstance(statement, ast.Assert):
        return _proves(statement.test, name, proof, outcome=True)
    if isinstance(statement, (ast.While, ast.For, ast.AsyncFor)):
        return _ends_where(statement, name, proof)
    if isinstance(statement, ast.Expr):
        call = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        return guards.all_hold(call, name, lambda function, inner: _goes_on_where(function, inner, proof))
    if not isinstance(statement, ast.If) or not _proves(statement.test, name, proof, outcome=False):
        return False
    return departs(statement.body) or any(_replaces(one, name) for one in statement.body)


def _ends_where(loop: ast.While | ast.For | ast.AsyncFor, name: str, proof: Proof) -> bool:
    """Whether a loop ends, by its test as by each `break`, only where it holds: `while True: … if text: break`."""
    if isinstance(loop, ast.While) and isinstance(loop.test, ast.Constant) and loop.test.value:
        by_itself = True  # it never does
    elif loop.orelse and departs(loop.orelse):
        by_itself = True
    else:
        by_itself = isinstance(loop, ast.While) and _proves(loop.test, name, proof, outcome=False)
    breaks = [node for node in nodes_in(loop) if isinstance(node, ast.Break) and next(loops_around(node)) is loop]
    return by_itself and all(told_where(node, name, proof) for node in breaks)


def _replaces(statement: ast.stmt, name: str) -> bool:
    """Whether a statement gives the name another value than None."""
    if not isinstance(statement, ast.Assign) or (
        isinstance(statement.value, ast.Constant) and statement.value.value is None
    ):
        return False
    return any(spelled(target) == name for target in statement.targets)


def spelled(node: ast.expr) -> str | None:
    """How a name, or an attribute or item of one, is spelled; None for anything that may differ from use to use."""
    key = taken_by_key(node)
    if key is not None:
        of = spelled(key[0])
        return f"{of}[{key[1].value!r}]" if of is not None else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "json":
        of = spelled(node.func.value)  # the body of a response is the same each time
        return f"{of}.json()" if of is not None and not node.args else None
    if isinstance(node, ast.Call) and last_name(node.func) == "getattr" and len(node.args) > 1:
        of, attribute = spelled(node.args[0]), getattr(node.args[1], "value", None)
        return f"{of}.{attribute}" if of is not None and isinstance(attribute, str) else None
    inner = node
    while isinstance(inner, (ast.Attribute, ast.Subscript)):
        if isinstance(inner, ast.Subscript) and not isinstance(inner.slice, (ast.Constant, ast.Name)):
            return None
        inner = inner.value
    if isinstance(inner, ast.NamedExpr) and inner is node:
        return inner.target.id
    if inner is node:
        return node.id if isinstance(node, ast.Name) else None
    return ast.unparse(node) if isinstance(inner, ast.Name) else None


def taken_by_key(node: ast.expr) -> tuple[ast.expr, ast.Constant] | None:
    """What `mapping.get("key")` takes from, and the key; None for anything else."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "get":
        return None
    key = node.args[0] if node.args else None
    return (node.func.value, key) if isinstance(key, ast.Constant) else None
