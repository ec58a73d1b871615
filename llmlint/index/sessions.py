"""Session stores: what one function keeps under a name for another to take out."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_test
from llmlint.index.tree import decorated, nodes_in, parent, scope_of
from llmlint.index.values import (
    CIRCULAR,
    NONE,
    Frame,
    Mapping,
    Member,
    Sequence,
    Symbol,
    Template,
    Unknown,
    Value,
    alternatives,
    dotted,
    text_of,
    union,
    widest,
)
from llmlint.rulebook.sessions import Session, load_sessions

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.index.project import Project

KEPT = "it is kept in a store that others change"
ANY = Unknown("the store is filled under names that are computed")


class Sessions:
    """The stores of the libraries that a project imports, by dotted path."""

    def __init__(self, imported: frozenset[str]) -> None:
        found = [session for session in load_sessions() if session.library in imported]
        self.by_path = {path: session for session in found for path in session.objects}
        self.turns = frozenset(path for session in found for path in session.turns)
        self.last = frozenset(path.rpartition(".")[2] for path in self.by_path)

    def store(self, value: Value) -> Session | None:
        """The store that a value is."""
        if not self.by_path or not isinstance(value, (Symbol, Member)):
            return None
        name = value.path.rpartition(".")[2] if isinstance(value, Symbol) else value.name
        return self.by_path.get(dotted(value)) if name in self.last else None

    def store_of_result(self, value: Value) -> Session | None:
        """The store that an object is which a call returned: `web.Application()`."""
        return self.by_path.get(dotted(value)) if self.by_path else None


def takes_turns(project: Project, module: Module) -> bool:
    """Whether a framework runs functions of the module for the turns of a session."""
    decorators = (
        decorator.func if isinstance(decorator, ast.Call) else decorator
        for functions in (module.functions.values() if project.sessions.turns else ())
        for function in functions
        for decorator in function.decorator_list
    )
    evaluated = (option for node in decorators for option in alternatives(project.evaluator.evaluate(node)))
    return any(dotted(option) in project.sessions.turns for option in evaluated)


def attribute(ev: Evaluator, base: Value, name: str, node: ast.AST | None) -> Value | None:
    """What `store.name` holds; None where the base is no such store, or nothing is seen to be put there."""
    session = ev.project.sessions.store(base)
    if session is None or not session.attributes or node is None or not isinstance(node, ast.Attribute):
        return None
    return None if name in (*session.get, *session.set, *session.update) else kept(ev, session, name, node)


def item(ev: Evaluator, base: Value, key: Value, node: ast.Subscript) -> Value | None:
    """What `store["name"]` holds; None as above."""
    sessions = ev.project.sessions
    session = sessions.store(base) or sessions.store_of_result(base) if sessions.by_path else None
    name = text_of(key)
    return kept(ev, session, name, node) if session is not None and session.items and name is not None else None


def method(ev: Evaluator, callee: Value, node: ast.Call, frame: Frame | None) -> Value | None:
    """What `store.get("name")` returns; None as above."""
    if not ev.project.sessions.by_path or not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    base = callee.base if isinstance(callee, Member) else None
    if isinstance(callee, Symbol):
        base = Symbol(callee.path.rpartition(".")[0])
    session = ev.project.sessions.store(base) if base is not None else None
    name = text_of(ev.evaluate(node.args[0], frame)) if session is not None else None
    if session is None or name is None or node.func.attr not in session.get:
        return None
    found = kept(ev, session, name, node)
    default = ev.evaluate(node.args[1], frame) if len(node.args) > 1 else NONE
    return union([found, _opened(default)]) if found is not None and default is not NONE else found


def kept(ev: Evaluator, session: Session, name: str, use: ast.expr) -> Value | None:
    """What the files around a use put into a store under a name; None where none of them does."""
    module = scope_of(use).module
    found = ev.guarded(module.tree, None, lambda: _put(ev, session, name, module), f"{session.objects[0]} {name}")
    return None if found is NONE else found


def _put(ev: Evaluator, session: Session, name: str, home: Module) -> Value:
    values: list[Value] = []
    for module in around(ev.project, home, [name, *_computing(session)]):
        for node in writes(ev, session, name, module):
            value = ev.evaluate(node) if isinstance(node, ast.expr) else node
            values += [_opened(option) for option in alternatives(value) if option != CIRCULAR]
    return union(values) if any(value != ANY for value in values) else NONE


def _computing(session: Session) -> list[str]:
    """What a file spells that may put something under a name which it does not spell."""
    last = {path.rpartition(".")[2].removesuffix("()") for path in session.objects}
    stores = [f"{word}[" for word in last] if session.items else []
    return [*stores, *(f"{word}.{method}(" for word in last for method in session.set)] + [
        f".{method}(" for method in session.update
    ]


def _opened(value: Value) -> Value:
    """A container as it is once others may have changed it."""
    if isinstance(value, Mapping):
        return Mapping(value.entries, widest(value.open, KEPT), value.origin)
    if isinstance(value, Sequence):
        return Sequence(value.parts, value.open or KEPT, value.origin)
    return value


def around(project: Project, home: Module, words: Iterable[str] | None = None) -> Iterator[Module]:
    """The module, and those that run together with it: what it imports, what imports it, and what that imports.

    If words are given, only those that spell one of them: the others are not parsed.
    """
    files = project.files
    together = {home.key, *files.below(files.reaching(home.key))}
    if words is not None:
        together &= {path for word in words for path in files.holding(word.encode())}
    for path in sorted(together):
        module = project.module(path)
        if module is not None and (module is home or not is_test(module)):
            yield module


def writes(ev: Evaluator, session: Session, name: str, module: Module) -> Iterator[ast.expr | Value]:
    """What a module puts into a store under a name: the expressions, or values where no expression says it."""
    for target, value in _assigned(ev, session, name, module):
        if _is(ev, target, session):
            yield value
    for method in session.set:
        for call in module.calls.get(method, ()):
            means = _means(ev, call.args[0], name) if len(call.args) > 1 else False
            if means is not False and _called_on(ev, call, session):
                yield call.args[1] if means else ANY
    for method in session.update:
        for call in module.calls.get(method, ()):
            yield from _updated(ev, session, name, call)
    if session.lifespan:
        yield from _yielded(name, module)
    for call in _widgets(session, name, module):
        yield Unknown(f"the user enters it in `{ast.unparse(call.func)}`")


def _assigned(
    ev: Evaluator, session: Session, name: str, module: Module
) -> Iterator[tuple[ast.expr, ast.expr | Value]]:
    """The containers of assigned attributes and items that are of this name, or may be, with what is assigned."""
    targets: list[tuple[ast.Attribute | ast.Subscript, bool]] = []
    if session.attributes:
        targets += [(store, True) for store in module.attribute_stores.get(name, ())]
    if session.items:
        last = {path.rpartition(".")[2] for path in session.objects}
        loads = [load for word in last for load in module.attribute_loads.get(word, ())]
        above = [node for load in loads if isinstance(node := parent(load), ast.Subscript)]
        items = [node for node in (*above, *module.item_changes) if isinstance(node.ctx, ast.Store)]
        means = [(node, _means(ev, node.slice, name)) for node in items]
        targets += [(node, known is True) for node, known in means if known is not False]
    for target, known in targets:
        statement = parent(target)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and isinstance(target.ctx, ast.Store):
            if statement.value is not None:
                yield target.value, statement.value if known else ANY
        elif isinstance(statement, ast.AugAssign):
            yield target.value, Unknown("it is updated in place")


def _means(ev: Evaluator, key: ast.expr, name: str) -> bool | None:
    """Whether a key is the name; None where it may be."""
    if isinstance(key, ast.Constant):
        return key.value == name
    found = {_spells(option, name) for option in alternatives(ev.evaluate(key))}
    return found.pop() if len(found) == 1 else None


def _spells(key: Value, name: str) -> bool | None:
    """The same for a value."""
    if isinstance(key, Template):
        ends = [part.value if part is not None else "" for part in (key.parts[0], key.parts[-1])]
        return None if name.startswith(str(ends[0])) and name.endswith(str(ends[1])) else False
    text = text_of(key)
    return None if text is None else text == name


def _updated(ev: Evaluator, session: Session, name: str, call: ast.Call) -> Iterator[ast.expr | Value]:
    if not _called_on(ev, call, session):
        return
    given = next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
    if given is not None:
        yield given
    spread = [keyword.value for keyword in call.keywords if keyword.arg is None]
    for option in [option for source in (*call.args, *spread) for option in alternatives(ev.evaluate(source))]:
        if isinstance(option, Mapping) and name in option.entries:
            yield option.entries[name].value
        elif not isinstance(option, Mapping) or option.open is not None:
            yield ANY
    if not call.args and not call.keywords:
        yield ANY


def _yielded(name: str, module: Module) -> Iterator[ast.expr]:
    """What the mappings that asynchronous context managers of a module yield hold under a name."""
    managers = (f for functions in module.functions.values() for f in functions if decorated(f, "asynccontextmanager"))
    for node in (node for manager in managers for node in nodes_in(manager)):
        if isinstance(node, ast.Yield) and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == name:
                    yield value


def _widgets(session: Session, name: str, module: Module) -> list[ast.Call]:
    """Calls that keep under the name what the user enters: `st.text_input("Model", key="model")`."""
    if not session.widgets or name not in module.text:
        return []
    known: dict[str, dict[object, list[ast.Call]]] = module.tree.__dict__.setdefault("widgets", {})
    found = known.get(session.widgets)
    if found is None:
        found = known[session.widgets] = {}
        for call in (call for calls in module.calls.values() for call in calls):
            for keyword in call.keywords:
                if keyword.arg == session.widgets and isinstance(keyword.value, ast.Constant):
                    found.setdefault(keyword.value.value, []).append(call)
    return found.get(name, [])


def _called_on(ev: Evaluator, call: ast.Call, session: Session) -> bool:
    return isinstance(call.func, ast.Attribute) and _is(ev, call.func.value, session)


def _is(ev: Evaluator, base: ast.expr, session: Session) -> bool:
    """Whether an expression is the store."""
    return any(dotted(option) in session.objects for option in alternatives(ev.evaluate(base)))
