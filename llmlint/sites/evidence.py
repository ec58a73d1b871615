"""Evidence: what stands around a call, or is switched on for the whole project, that proves a pattern."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_test
from llmlint.index.tree import last_name, nodes_in, parent
from llmlint.index.values import Function, Result, Value, alternatives, dotted, is_none
from llmlint.rulebook.evidence import load_evidence
from llmlint.sites.errors.handlers import BROAD, exception_names
from llmlint.sites.records.environment import switched_on

if TYPE_CHECKING:
    from llmlint.index.callers import Caller
    from llmlint.index.module import Module
    from llmlint.index.project import Project
    from llmlint.rulebook.evidence_model import Argument, Evidence, EvidenceFile

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef

ALL_BUT = "retry_if_not_exception_type"


def form_of(function: FunctionDef) -> str:
    """How a function runs: sync, async, generator or async-generator."""
    from llmlint.index.tree import exits

    generator = bool(exits(function)[1])
    if isinstance(function, ast.AsyncFunctionDef):
        return "async-generator" if generator else "async"
    return "generator" if generator else "sync"


class EvidenceIndex:
    """Answers whether evidence of a kind stands at a place of the project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._process: dict[str, list[tuple[Evidence, list[Module]]]] = {}
        self._decorating: dict[tuple[int, int], dict[str, ast.expr]] = {}

    def _known(self, kind: str) -> EvidenceFile:
        return load_evidence(kind, self._project.files.imported)

    def decorators(self, function: FunctionDef, kind: str) -> Iterator[tuple[Evidence, ast.expr]]:
        """Entries of a kind that decorate a function, also through a project decorator that applies one."""
        for entry, decorator, _ in self.applied(function, kind):
            yield entry, decorator

    def applied(self, function: FunctionDef, kind: str) -> Iterator[tuple[Evidence, ast.expr, ast.expr]]:
        """The same with what applies the entry and holds its arguments: in a project decorator, what is used there."""
        for decorator in function.decorator_list:
            for path, inner in self._paths(decorator).items():
                entry = self._known(kind).lookup("decorators", path)
                if entry is not None and self.satisfied(entry, inner):
                    yield entry, decorator, inner

    def taking(self, caller: Caller, kind: str) -> Iterator[tuple[FunctionDef, Evidence]]:
        """The functions that a caller hands to a decorator by hand, each with its entry: `ask = cache(_ask)`."""
        if caller.reference is None:
            return
        for path, inner in self._paths(caller.call.func).items():
            entry = self._known(kind).lookup("decorators", path)
            for option in alternatives(self._project.evaluator.evaluate(caller.reference)) if entry else ():
                node = option.node if isinstance(option, Function) else None
                applying = inner if isinstance(inner, ast.Call) else caller.call
                if entry and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    if self.satisfied(entry, applying):
                        yield node, entry

    def _paths(self, decorator: ast.expr, depth: int = 0) -> dict[str, ast.expr]:
        """What a decorator is, by dotted name, and what is called in it where it is a function of the project."""
        found = self._decorating.get((id(decorator), depth))
        if found is None:
            found = self._decorating[id(decorator), depth] = self._resolved(decorator, depth)
        return found

    def _resolved(self, decorator: ast.expr, depth: int) -> dict[str, ast.expr]:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        paths: dict[str, ast.expr] = {}
        for option in alternatives(self._project.evaluator.evaluate(target)):
            path = dotted(option)
            if path:
                made = option.call if isinstance(option, Result) and not isinstance(decorator, ast.Call) else None
                paths[path] = made or decorator  # `again = retry(stop=…)`, and `@again` below
            elif isinstance(option, Function) and depth < 2:
                for node in nodes_in(option.node):
                    if isinstance(node, ast.Call):
                        paths = {**self._paths(node, depth + 1), **paths}
                    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not option.node:
                        for inner in node.decorator_list:
                            paths = {**self._paths(inner, depth + 1), **paths}
        return paths

    def retried(self, entry: Evidence, decorator: ast.expr) -> set[str] | None:
        """The exception types, by dotted name, that a retry decorator is known to try again after.

        Empty where it takes any, None where a predicate decides that cannot be read.
        """
        value = passed(decorator, entry.exceptions) if isinstance(decorator, ast.Call) and entry.exceptions else None
        return set() if value is None or entry.exceptions is None else self._types(value, entry.exceptions.within)

    def spared(self, entry: Evidence, decorator: ast.expr) -> set[str] | None:
        """The exception types that a decorator does not try again after, where it does so after all others.

        None where nothing says so, or where they cannot all be read.
        """
        value = passed(decorator, entry.exceptions) if isinstance(decorator, ast.Call) and entry.exceptions else None
        if not isinstance(value, ast.Call) or last_name(value.func) != ALL_BUT or len(value.args) != 1:
            return None
        names, unresolved = exception_names(self._project, value.args[0])
        return None if unresolved else names

    def _types(self, value: ast.expr, within: str) -> set[str] | None:
        """The types in `(A, B)`, `retry_if_exception_type(A)`, `one | other` or `retry_any(one, other)`."""
        parts: list[ast.expr] = []
        if isinstance(value, ast.BinOp) and isinstance(value.op, ast.BitOr):
            parts = [value.left, value.right]
        elif isinstance(value, ast.Call) and last_name(value.func) == "retry_any":
            parts = value.args
        elif isinstance(value, ast.Call) and last_name(value.func) != within.rpartition(".")[2]:
            return None
        elif isinstance(value, ast.Call) and not value.args:
            return set(BROAD)
        if not parts:
            names = exception_names(self._project, value.args[0] if isinstance(value, ast.Call) else value)[0]
            return names or None
        known = [types for part in parts if (types := self._types(part, within)) is not None]
        return set().union(*known) if known else None

    def managers(self, node: ast.AST, kind: str) -> Iterator[Evidence]:
        """Entries of a kind whose `with` block, loop or wrapping call is around a node within its function."""
        below: ast.AST = node
        for above in _ancestors(node):
            if isinstance(above, (ast.With, ast.AsyncWith)) and not isinstance(below, ast.withitem):
                for item in above.items:
                    yield from self._named(item.context_expr, kind, "managers")
            elif isinstance(above, (ast.For, ast.AsyncFor)) and below is not above.iter:
                yield from self._named(above.iter, kind, "loops")
            elif isinstance(above, ast.Call) and below is not above.func:
                yield from self._named(above, kind, "calls")
            below = above

    def switched_in(self, function: ast.AST, kind: str) -> bool:
        """Whether a function calls what holds for as long as it, or what it runs, does: `signal.alarm(30)`."""
        names = {
            name.rpartition(".")[2]
            for entry in self._known(kind).entries
            if entry.scope == "function"
            for name in entry.names.get("functions", ())
        }
        calls = (node for node in nodes_in(function) if isinstance(node, ast.Call) and last_name(node.func) in names)
        options = (option for call in calls for option in alternatives(self._project.evaluator.evaluate(call.func)))
        return any(self.named(option, kind, "functions") is not None for option in options)

    def _named(self, node: ast.expr, kind: str, form: str) -> Iterator[Evidence]:
        target = node.func if isinstance(node, ast.Call) else node
        for option in alternatives(self._project.evaluator.evaluate(target)):
            path = dotted(option)
            entry = self._known(kind).lookup(form, path) if path else None
            if entry is None or (isinstance(node, ast.Call) and self._without_limit(entry, node)):
                continue
            if self.satisfied(entry, node):
                yield entry

    def _without_limit(self, entry: Evidence, call: ast.Call) -> bool:
        """Whether the limit is left out or given as None, or the entry's own defeaters stand in the call."""
        if entry.limit is not None:
            given = passed(call, entry.limit)
            if given is None and entry.limit.default is None and not entry.limit.constructor and not _spreads(call):
                return True
            if given is not None and is_none(self._project.evaluator.evaluate(given)):
                return True
        for part in ast.walk(call) if entry.defeated_by else ():
            if isinstance(part, ast.Call) and part is not call:
                if any(
                    dotted(o) in entry.defeated_by for o in alternatives(self._project.evaluator.evaluate(part.func))
                ):
                    return True
        return False

    def named(self, value: Value, kind: str, form: str) -> Evidence | None:
        """The entry that lists the value's path under a form."""
        path = dotted(value)
        return self._known(kind).lookup(form, path) if path else None

    def header(self, name: str, kind: str) -> Evidence | None:
        """The entry that lists a header of a request, in small letters."""
        return self._known(kind).lookup("headers", name)

    def hosts(self, kind: str) -> frozenset[str]:
        """The hosts that provide a kind of evidence for what is sent through them."""
        return frozenset(host for entry in self._known(kind).entries for host in entry.names.get("hosts", ()))

    def process(self, kind: str, module: Module) -> list[Evidence]:
        """Entries of a kind that some module, tests apart, switches on for the whole program that a module is part of.

        A notebook is a program of its own: what it switches on holds there and in what it imports. So do deployment
        files for what lies beside and below them.
        """
        entries = self._known(kind).entries
        if kind not in self._process:
            self._process[kind] = [(entry, switches) for entry in entries if (switches := self._switches(entry))]
        found = [
            entry
            for entry, switches in self._process[kind]
            if any(
                switch.source.cells is None or switch.key in self._project.files.reaching(module.key)
                for switch in switches
            )
        ]
        return found + [entry for entry in entries if switched_on(self._project, entry, module)]

    def _switches(self, entry: Evidence) -> list[Module]:
        """The modules that switch the entry on: one that does so for all, or the notebooks."""
        wanted = [name for form in ("functions", "assignments", "imports") for name in entry.names.get(form, ())]
        if not wanted or entry.strength == "weak" or entry.scope not in ("process", "module"):
            return []
        files = self._project.files
        found: list[Module] = []
        for path in sorted({path for root in entry.roots for path in files.importing(root.partition(".")[0])}):
            module = self._project.module(path)
            if module is not None and not is_test(module) and self._in_module(module, entry):
                if module.source.cells is None:
                    return [module]
                found.append(module)
        return found

    def _in_module(self, module: Module, entry: Evidence) -> bool:
        return (
            any(_imports(module, name) for name in entry.names.get("imports", ()))
            or any(self._called(module, name, entry) for name in entry.names.get("functions", ()))
            or any(self._assigned(module, name) for name in entry.names.get("assignments", ()))
        )

    def _called(self, module: Module, name: str, entry: Evidence) -> bool:
        last = name.rpartition(".")[2].removesuffix("()")
        for call in module.calls.get(last, ()):
            if not self.satisfied(entry, call):
                continue
            if any(dotted(option) == name for option in alternatives(self._project.evaluator.evaluate(call.func))):
                return True
        return False

    def satisfied(self, entry: Evidence, node: ast.expr) -> bool:
        """Whether one of the arguments without which the entry proves nothing is given."""
        if not entry.needs or any(map(self._project.files.mentioning, entry.configured_by)):
            return True
        call = node if isinstance(node, ast.Call) else None
        return call is not None and any(_given(call, argument) for argument in entry.needs)

    def _assigned(self, module: Module, name: str) -> bool:
        base, _, last = name.rpartition(".")
        for store in module.attribute_stores.get(last, ()):
            if dotted(self._project.evaluator.evaluate(store.value)) == base:
                statement = parent(store)
                if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
                    value = self._project.evaluator.evaluate(statement.value)
                    if not is_none(value) and getattr(value, "items", True) != ():
                        return True
        return False


def passed(call: ast.Call | None, argument: Argument) -> ast.expr | None:
    """What a call gives for an argument, by keyword or by position."""
    if call is None:
        return None
    value = next((keyword.value for keyword in call.keywords if keyword.arg == argument.keyword), None)
    if value is None and argument.position is not None and argument.position < len(call.args):
        value = call.args[argument.position]
    return value


def _spreads(call: ast.Call) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in call.args) or any(k.arg is None for k in call.keywords)


def _given(call: ast.Call, argument: Argument) -> bool:
    """Whether a call passes an argument that is not None or False; for an object's method, also its constructor."""
    if argument.constructor:
        func = call.func
        inner = func.value if isinstance(func, ast.Attribute) else None
        return not isinstance(inner, ast.Call) or _given(inner, replace(argument, constructor=False))
    value = passed(call, argument)
    return value is not None and not (isinstance(value, ast.Constant) and not value.value)


def _ancestors(node: ast.AST) -> Iterator[ast.AST]:
    above = parent(node)
    while above is not None and not isinstance(above, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield above
        above = parent(above)


def _imports(module: Module, name: str) -> bool:
    for statement in module.imports:
        if isinstance(statement, ast.ImportFrom):
            source = statement.module or ""
            if statement.level == 0 and (source == name or source.startswith(f"{name}.")):
                return True
            if statement.level == 0 and any(f"{source}.{alias.name}" == name for alias in statement.names):
                return True
        elif any(alias.name == name or alias.name.startswith(f"{name}.") for alias in statement.names):
            return True
    return False
