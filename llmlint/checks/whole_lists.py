"""Lists that are sent whole: what an expression takes over of them, by a copy, a comprehension or a function."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from llmlint.index.calls import parameter_of
from llmlint.index.project import Project
from llmlint.index.scopes import Binding
from llmlint.index.tree import exits, last_name, loops_around, named_function_of, nodes_in, scope_of
from llmlint.index.values import Class, Function, Result, alternatives
from llmlint.sites.callsite import CallSite
from llmlint.sites.records import logs
from llmlint.sites.request.ingredients import arguments

MAX_STEPS = 8
BUILDING = (ast.List, ast.BinOp, ast.ListComp, ast.GeneratorExp, ast.Call, ast.JoinedStr)
TAKING_FIRST = ("list", "tuple", "copy", "deepcopy", "enumerate")
SHORTENING = ("pop", "popleft", "clear", "remove", "islice", "deque", "len")


def sent(site: CallSite) -> Iterator[ast.expr]:
    """The lists that a call sends whole, as its messages or joined into what they say."""
    settings = site.match.operation.settings
    paths = [*settings.paths("prompt"), *settings.paths("system")]
    keywords = {path for path in paths if "." not in path}
    given = [
        *arguments(site, keywords),
        *_of_mappings(site, (k.value for k in site.node.keywords if not k.arg), keywords),
    ]
    for body in sorted({path.partition(".")[0] for path in paths if "." in path}):
        keys = {path.partition(".")[2] for path in paths if path.startswith(f"{body}.")}
        given += _of_mappings(site, arguments(site, {body}), keys)
    for value in given:
        yield from whole(site.project, value)


def _of_mappings(site: CallSite, mappings: Iterable[ast.expr], keys: set[str]) -> Iterator[ast.expr]:
    """What stands under these keys of mappings of the function, which the call is given: `**params`, `json=payload`."""
    for value in mappings:
        if isinstance(value, ast.Call) and last_name(value.func) == "dumps" and value.args:
            value = value.args[0]
        bound = _bindings(value) if isinstance(value, ast.Name) else []
        built = bound[0].value if len(bound) == 1 and bound[0].kind == "value" else value
        if isinstance(built, ast.Dict):
            for key, part in zip(built.keys, built.values, strict=True):
                if isinstance(key, ast.Constant) and key.value in keys:
                    yield part
            yield from (part for key, part in _put_under(site, value) if key in keys)


def _put_under(site: CallSite, holder: ast.expr) -> Iterator[tuple[object, ast.expr]]:
    """What the function of a call puts under constant keys of a mapping: `params["messages"] = messages`."""
    assignments = logs.parts_of(site.function).assignments if site.function is not None else ()
    for node in assignments:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Subscript) and ast.unparse(target.value) == ast.unparse(holder):
                if isinstance(target.slice, ast.Constant) and node.value is not None:
                    yield target.slice.value, node.value


def whole(project: Project, value: ast.expr, depth: int = 0) -> Iterator[ast.expr]:
    """An expression, and the lists that it takes over whole, in whatever form."""
    inner: list[ast.expr] = []
    if isinstance(value, ast.List):
        inner = [part.value if isinstance(part, ast.Starred) else part for part in value.elts]
        inner = [
            _said(part) if isinstance(part, ast.Dict) else part for part in inner if not isinstance(part, ast.Call)
        ]
    elif isinstance(value, ast.BinOp):
        inner = [value.left, value.right]
    elif isinstance(value, ast.JoinedStr):
        inner = [part.value for part in value.values if isinstance(part, ast.FormattedValue)]
    elif isinstance(value, (ast.ListComp, ast.GeneratorExp)):
        inner = [one.iter for one in value.generators[:1] if len(value.generators) == 1 and not one.ifs]
    elif isinstance(value, ast.Call):
        inner = list(_given(project, value))
    elif isinstance(value, ast.Await) or (isinstance(value, ast.Subscript) and keeps_growing(value)):
        inner = [value.value]
    else:
        yield value
    if isinstance(value, ast.Name):
        inner = list(_built(value))
        yield from _members(project, value, "__iter__")
    for part in inner if depth < MAX_STEPS else ():
        yield from whole(project, part, depth + 1)


def _said(message: ast.Dict) -> ast.expr:
    """What a message says, into which a history may have been joined; the message itself where that is not told."""
    pairs = zip(message.keys, message.values, strict=True)
    told = (value for key, value in pairs if isinstance(key, ast.Constant) and key.value in ("content", "text"))
    return next(told, message)


def _given(project: Project, call: ast.Call) -> Iterator[ast.expr]:
    """What a call takes over: a copy, a text of all parts, or what a function of the project makes of each of them."""
    name = last_name(call.func)
    if name in TAKING_FIRST:
        yield from call.args[:1] or ([call.func.value] if isinstance(call.func, ast.Attribute) else [])
    elif name == "cast":
        yield from call.args[1:2]
    elif name == "str" and call.args:
        yield call.args[0]
        yield from _members(project, call.args[0], "__str__")
    elif name == "join" and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Constant):
        yield from call.args[:1]
    else:
        options = list(alternatives(project.evaluator.evaluate(call.func)))
        function = options[0] if len(options) == 1 else None
        if isinstance(function, Function) and not isinstance(function.node, ast.Lambda):
            taken = taken_whole(project, function.node)
            for argument in (*call.args, *(keyword.value for keyword in call.keywords)) if taken else ():
                if parameter_of(function, call, argument) in taken:
                    yield argument
            if isinstance(call.func, ast.Attribute):
                own = [name.removeprefix("self.") for name in sorted(taken) if name.startswith("self.")]
                yield from [_attribute(call.func.value, name) for name in own]


def taken_whole(project: Project, function: ast.FunctionDef | ast.AsyncFunctionDef) -> frozenset[str]:
    """The parameters, and lists of its object, of which a function returns all, whatever it makes of it; found once."""
    found: frozenset[str] | None = function.__dict__.get("takes_whole")
    if found is None:
        function.__dict__["takes_whole"] = frozenset()  # while it is asked for: functions that call each other
        returned = [node.value for node in exits(function)[0] if node.value is not None]
        single = returned[0] if len(returned) == 1 and not _shortens(function) else None
        parts = whole(project, single, 1) if single is not None else ()
        found = frozenset(
            ast.unparse(part) for part in parts if (isinstance(part, ast.Name) and passed_on(part)) or _is_own(part)
        )
        function.__dict__["takes_whole"] = found
    return found


def _is_own(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _attribute(holder: ast.expr, name: str) -> ast.Attribute:
    return ast.copy_location(ast.Attribute(holder, name, ast.Load()), holder)


def _shortens(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(last_name(call.func) in SHORTENING for call in logs.parts_of(function).calls)


def passed_on(name: ast.Name) -> bool:
    """Whether a name is a parameter that nothing but its own longer or slightly shorter form is bound to."""
    bound = _bindings(name)
    return bool(bound) and bound[0].kind == "parameter" and not _others(bound[1:], name.id)


def keeps_growing(node: ast.Subscript) -> bool:
    """Whether a slice leaves out a fixed number of parts at an end, so that it grows with its list: `messages[1:]`."""
    cut = node.slice
    if not isinstance(cut, ast.Slice) or cut.step is not None:
        return False
    lower, upper = _number(cut.lower), _number(cut.upper)
    return lower is not None and lower >= 0 and upper is not None and upper <= 0


def keeps_start(node: ast.Subscript) -> bool:
    """Whether a slice takes back the last parts of a list: `messages[:-1]`, done again, forgets no old ones."""
    return keeps_growing(node) and isinstance(node.slice, ast.Slice) and node.slice.lower is None


def _number(bound: ast.expr | None) -> int | None:
    if bound is None:
        return 0
    negative = isinstance(bound, ast.UnaryOp) and isinstance(bound.op, ast.USub)
    constant = bound.operand if negative and isinstance(bound, ast.UnaryOp) else bound
    if not isinstance(constant, ast.Constant) or not isinstance(constant.value, int):
        return None
    return -constant.value if negative else (constant.value if constant.value else None)


def _bindings(name: ast.Name) -> list[Binding]:
    scope = scope_of(name).lookup(name.id)
    return list(scope.bindings.get(name.id, ())) if scope is not None else []


def _others(bound: list[Binding], name: str) -> list[Binding]:
    """The bindings that do not just go on with what the name holds: `prompt += end`, `messages = messages[1:]`."""
    return [
        one
        for one in bound
        if one.kind != "augmented"
        and not (one.value is not None and (goes_on(one.value, name) or adds_to(one.value, name)))
    ]


def goes_on(value: ast.expr, name: str, *, start: bool = False) -> bool:
    """Whether a value is what a name holds but for some parts at an end; with `start`, at its end alone."""
    keeps = keeps_start if start else keeps_growing
    return isinstance(value, ast.Subscript) and keeps(value) and ast.unparse(value.value) == name


def adds_to(value: ast.expr, spelled: str) -> bool:
    """Whether a value is what a list holds and more: `messages + [turn]`, `[*messages, turn]`."""
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
        return ast.unparse(value.left) == spelled or adds_to(value.left, spelled)
    starred = value.elts if isinstance(value, ast.List) else []
    return any(isinstance(part, ast.Starred) and ast.unparse(part.value) == spelled for part in starred)


def made_of(project: Project, holder: ast.expr) -> Class | None:
    """The class of the project of which an object is, in whatever way it was made."""
    options = list(alternatives(project.evaluator.evaluate(holder)))
    classes = [one.callee for one in options if isinstance(one, Result) and isinstance(one.callee, Class)]
    same = len(classes) == len(options) and len({id(one.node) for one in classes}) == 1
    return classes[0] if same else None


def _members(project: Project, holder: ast.expr, method: str) -> Iterator[ast.expr]:
    """The lists of an object of the project that whoever takes all of it gets: those that this method of it reads."""
    made = made_of(project, holder)
    found = project.method(made, method) if made is not None else None
    for node in nodes_in(found.node) if found is not None else ():
        if isinstance(node, ast.expr) and _is_own(node):
            yield _attribute(holder, getattr(node, "attr", ""))


def _built(name: ast.Name) -> Iterator[ast.expr]:
    """What the one value of a name takes over: the value, or the lists whose parts it gets one after another."""
    bound = _others([binding for binding in _bindings(name) if binding.value is not None], name.id)
    same = len({ast.unparse(binding.value) for binding in bound if binding.value is not None}) == 1
    if not same or bound[0].kind != "value" or not isinstance(bound[0].value, BUILDING):
        return
    yield bound[0].value
    function = named_function_of(name)
    if isinstance(bound[0].value, ast.List) and function is not None:
        for filling in logs.parts_of(function).fillings:
            loop = next(iter(loops_around(filling.call)), None)
            same = isinstance(filling.holder, ast.Name) and filling.holder.id == name.id
            if same and isinstance(loop, ast.For) and not any(isinstance(node, ast.Break) for node in nodes_in(loop)):
                yield loop.iter
