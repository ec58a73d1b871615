"""What the code that parses an answer expects of it: a Pydantic class, a dict, or any JSON."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.index.module import Module
from llmlint.index.tree import ancestors, nodes_in, parent, scope_of
from llmlint.index.values import Class, Symbol, alternatives
from llmlint.records import record
from llmlint.sites.flow.trace import Use

BASE_MODEL = ("pydantic.BaseModel", "pydantic.main.BaseModel")
JSON_PARSERS = ("json.loads", "orjson.loads", "ujson.loads", "simplejson.loads")
OF_DICTS = ("get", "items", "keys", "values", "pop", "setdefault")
TESTS_OF_TEXT = ("startswith", "endswith")
MAX_DEPTH = 4


@record
class Reader:
    """`model` spells the Pydantic class that is filled, which is `written` there.

    Without one, `mapping` says that the JSON is used as a dict.
    """

    model: str = ""
    mapping: bool = False
    written: ast.ClassDef | None = None


def reader_of(uses: list[Use]) -> Reader | None:
    """What all parses of one answer expect; None where they differ, or where an answer in plain JSON might fail."""
    found: list[Reader | None] = []
    for use in uses:
        if (
            use.parser is not None
            and use.parser.name.partition("(")[2].startswith(("'```", '"```'))
            and _tested(use.node)
        ):
            continue  # it takes fences off where there are any
        found.append(_reader(use))
    return found[0] if found and all(each == found[0] for each in found) else None


def _reader(use: Use) -> Reader | None:
    call = use.node
    if not isinstance(call, ast.Call) or use.parser is None or not call.args or not _whole(call.args[0], 0):
        return None
    if use.parser.name == "model_validate_json" and isinstance(call.func, ast.Attribute):
        return _model(use.module, call.func.value)
    return _of_json(use.module, call) if use.parser.name in JSON_PARSERS else None


def _model(module: Module, node: ast.expr) -> Reader | None:
    """The class that an expression names, where it can be named anywhere in the module."""
    root = node
    while isinstance(root, ast.Attribute):
        root = root.value
    owner = scope_of(root).lookup(root.id) if isinstance(root, ast.Name) else None
    if owner is not module.scope or not isinstance(root, ast.Name) or len(owner.bindings[root.id]) != 1:
        return None
    options = list(alternatives(module.evaluator.evaluate(node)))
    if len(options) != 1 or not isinstance(options[0], Class) or not _is_model(module, options[0]):
        return None
    return Reader(ast.unparse(node), True, options[0].node)


def _is_model(module: Module, owner: Class) -> bool:
    order = module.evaluator.project.mro(owner)
    return any(isinstance(base, Symbol) and base.path in BASE_MODEL for base in order)


def _of_json(module: Module, data: ast.expr) -> Reader | None:
    """What becomes of parsed JSON: of the call itself or of the name that it is given."""
    places = [data]
    statement = parent(data)
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is data:
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        if not isinstance(target, ast.Name):
            return None
        places = list(scope_of(target).loads.get(target.id, ()))
        if isinstance(statement, ast.AnnAssign) and _says_dict(statement.annotation):
            return Reader("", True)
    models = [found for place in places if (found := _filled(module, place)) is not None]
    if models:
        return models[0] if len(models) == len(places) == 1 else None
    if any(_is_list(place) for place in places):
        return None
    return Reader("", any(_is_dict(place) for place in places))


def _filled(module: Module, data: ast.expr) -> Reader | None:
    """The class in `Model(**data)` and `Model.model_validate(data)`."""
    above = parent(data)
    if isinstance(above, ast.keyword) and above.arg is None:
        call = parent(above)
        return _model(module, call.func) if isinstance(call, ast.Call) and len(call.keywords) == 1 else None
    if isinstance(above, ast.Call) and isinstance(above.func, ast.Attribute) and above.func.attr == "model_validate":
        return _model(module, above.func.value)
    return None


def _is_dict(data: ast.expr) -> bool:
    above = parent(data)
    if isinstance(above, ast.Subscript) and above.value is data:
        return isinstance(above.slice, ast.Constant) and isinstance(above.slice.value, str)
    if isinstance(above, ast.Attribute):
        return above.attr in OF_DICTS
    if isinstance(above, ast.keyword):
        return above.arg is None
    if isinstance(above, ast.Return):
        function = next(
            (each for each in ancestors(data) if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))), None
        )
        return function is not None and _says_dict(function.returns)
    return False


def _is_list(data: ast.expr) -> bool:
    """Whether it is taken for a list, or may be one."""
    above = parent(data)
    if isinstance(above, ast.Subscript) and above.value is data:
        return not isinstance(above.slice, ast.Constant) or isinstance(above.slice.value, int)
    if isinstance(above, (ast.For, ast.comprehension)) and above.iter is data:
        return True
    if isinstance(above, ast.Call) and getattr(above.func, "id", "") in (
        "isinstance",
        "list",
        "enumerate",
        "zip",
        "sorted",
    ):
        return "dict" not in ast.unparse(above)
    return False


def _says_dict(annotation: ast.expr | None) -> bool:
    return annotation is not None and ast.unparse(annotation).lower().startswith(("dict", "typing.dict", "mapping"))


def _whole(text: ast.expr, depth: int) -> bool:
    """Whether an answer that is nothing but JSON comes through what is done to it before it is parsed."""
    if depth > MAX_DEPTH:
        return False
    for node in nodes_in(text):
        if isinstance(node, ast.Subscript) and _cuts(node) and not _tested(node):
            return False
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if not all(_whole(value, depth + 1) for value in _given(node) if node not in nodes_in(value)):
                return False
    return True


def _given(name: ast.Name) -> Iterator[ast.expr]:
    owner = scope_of(name).lookup(name.id)
    if owner is None or owner.kind in ("module", "class"):
        return
    for binding in owner.bindings[name.id]:
        if binding.kind == "value" and binding.value is not None and not isinstance(binding.value, ast.Await):
            if name.id not in {each.id for each in nodes_in(binding.value) if isinstance(each, ast.Name)}:
                yield binding.value


def _cuts(node: ast.Subscript) -> bool:
    """Whether something is cut off at a fixed place, or a part is taken that need not be there."""
    if isinstance(node.slice, ast.Slice):
        bounds = [bound for bound in (node.slice.lower, node.slice.upper) if bound is not None]
        return any(isinstance(each, (ast.Constant, ast.UnaryOp)) for each in bounds)
    return isinstance(node.value, ast.Call) and getattr(node.value.func, "attr", "") in ("split", "partition", "rsplit")


def _tested(node: ast.AST) -> bool:
    """Whether it is done on a condition that looks at the text."""
    for above in ancestors(node):
        if isinstance(above, (ast.If, ast.IfExp, ast.While)):
            for part in nodes_in(above.test):
                if isinstance(part, ast.Compare) and any(isinstance(op, ast.In) for op in part.ops):
                    return True
                if isinstance(part, ast.Attribute) and part.attr in TESTS_OF_TEXT:
                    return True
    return False
