"""Finding the call sites of a project."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterable, Iterator

from llmlint.index.module import Module
from llmlint.index.overrides import passes_on, super_call
from llmlint.index.project import Crash, Project, Unresolved
from llmlint.index.testcode import is_test
from llmlint.index.tree import class_of, last_name, named_function_of, parameters, parent, scope_of, taker_of
from llmlint.index.values import Function, Partial, Symbol, Unknown, Value, alternatives, dotted
from llmlint.rulebook.evidence import load_evidence
from llmlint.rulebook.gateways import spelled
from llmlint.rulebook.running import load_running
from llmlint.rulebook.sdk import all_words, load_sdk
from llmlint.rulebook.sdk_model import Operation, Sdk
from llmlint.sites.callsite import CallSite
from llmlint.sites.context import is_script
from llmlint.sites.recognition.candidates import worth_reading
from llmlint.sites.recognition.decorated import decorated
from llmlint.sites.recognition.held import held_objects
from llmlint.sites.recognition.http import requests_to_models
from llmlint.sites.recognition.match import matches
from llmlint.sites.recognition.operands import added_to
from llmlint.sites.recognition.shape import NO_CALL, by_shape, may_be
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.arguments import holds


def find(project: Project) -> list[CallSite]:
    """All call sites of the project, by file and position."""
    words = all_words()
    sdks = [load_sdk(name) for name in sorted({words[hit] for hits in project.files.named.values() for hit in hits})]
    gateways = project.gateways
    if gateways is not None:
        sdks.append(gateways)
    calls = [operation for sdk in sdks for operation in sdk.operations if operation.kind not in NO_CALL]
    called = {sdk.name for sdk in sdks if any("__call__" in o.paths for o in sdk.operations if o.kind not in NO_CALL)}
    callable_words = {word for word, name in words.items() if name in called}
    held = held_objects(project.files, callable_words)
    wanted = worth_reading(project, calls, callable_words, held)
    if gateways is not None:
        names = spelled(gateways)
        wanted |= {path for path, file in project.files.by_path.items() if any(name in file.data for name in names)}
    paths = [path for path in sorted(wanted) if not path.endswith(".pyi")]
    project.hand(paths)
    modules = [module for path in paths if (module := project.module(path)) is not None]
    found = decorated(project, sdks, modules)
    modules += found.importers
    finder = _Finder(project, sdks, _spelled(calls, modules), found.names, frozenset(held))
    modules.sort(key=lambda module: module.key)
    for module in modules:
        finder.search(module)
    finder.add_requests()
    finder.leave_out_partials()
    return sorted(finder.sites, key=lambda s: (s.module.key, s.node.lineno, s.node.col_offset))


def _spelled(operations: list[Operation], modules: list[Module]) -> frozenset[str]:
    """The last names of the operations that can be met: every step of a path is an attribute somewhere."""
    attributes = set().union(*(module.attribute_loads for module in modules))
    functions = {function.rpartition(".")[2] for operation in operations for function in operation.functions}
    paths = [path.replace("()", "").split(".") for operation in operations for path in operation.paths]
    met = {steps[-1] for steps in paths if steps == ["__call__"] or attributes.issuperset(filter(None, steps))}
    return frozenset(functions | met)


class _Finder:
    """Looks through modules for calls and references of operations of the given SDKs."""

    def __init__(
        self, project: Project, sdks: list[Sdk], names: frozenset[str], decorated: frozenset[str], held: frozenset[str]
    ) -> None:
        self.project = project
        self.sdks = sdks
        self.sites: list[CallSite] = []
        self.last_names = names | decorated
        self.decorated = decorated
        self.held = held
        self._seen: set[int] = set()

    def search(self, module: Module) -> None:
        """Add the call sites of one module."""
        names = sorted(self.last_names & module.calls.keys())
        calls = [call for name in names for call in module.calls[name]]
        calls += self._aliased(module)
        found: list[CallSite] = []
        for call in calls:
            try:
                site = self._direct(module, call)
            except Exception as error:
                if os.environ.get("LLMLINT_TRACEBACK"):
                    raise
                self.project.crashes.append(Crash(module, call, error))
                continue
            if site is not None:
                found.append(site)
        for name in sorted(self.last_names & module.attribute_loads.keys()):
            for load in module.attribute_loads[name]:
                found += self._referenced(module, load)
        for name_load in self._imported(module):
            found += self._referenced(module, name_load)
        for handed in self._handed(module):
            found += self._referenced(module, handed, itself=True)
        for site in sorted(found, key=lambda s: (s.node.lineno, s.node.col_offset)):
            if id(site.node) not in self._seen:
                self._seen.add(id(site.node))
                self.sites.append(site)

    def add_requests(self) -> None:
        """Add the plain HTTP requests that reach a model."""
        for module, call, found, confidence in requests_to_models(self.project):
            if id(call) not in self._seen:
                self._seen.add(id(call))
                self.sites.append(self._site(module, call, found, "http", confidence))

    def leave_out_partials(self) -> None:
        """Of a `partial` and its calls, leave the calls: there it is handled, logged and used."""
        called = {id(one.call) for site in self.sites if site.via == "direct" for one in site.match.surface.preset}
        self.sites = [site for site in self.sites if site.via != "by-reference" or id(site.node) not in called]

    def _aliased(self, module: Module) -> Iterator[ast.Call]:
        """Calls of names that an operation was imported or assigned under."""
        names: set[str] = set()
        for statement in module.imports:
            names |= {a.asname for a in statement.names if a.asname and a.name.rpartition(".")[2] in self.last_names}
        loads = [
            load for n in sorted(self.last_names & module.attribute_loads.keys()) for load in module.attribute_loads[n]
        ]
        for load in (*loads, *self._imported(module)):
            names |= _names_given(load)
        if "__call__" in self.last_names:
            names |= {
                n
                for scope in module.scopes
                for n, bs in scope.bindings.items()
                if any(b.kind in ("value", "unpack", "parameter") for b in bs)
            }
            names |= {"()", *module.attribute_stores, *self.held}
        for name in sorted(names & module.calls.keys()):
            yield from module.calls[name]

    def _imported(self, module: Module) -> Iterator[ast.Name]:
        """Reads of the names of functions of the SDKs, as imported, and of decorated functions."""
        for statement in module.imports:
            for alias in statement.names if isinstance(statement, ast.ImportFrom) else ():
                if alias.name in self.last_names:
                    yield from module.name_loads(alias.asname or alias.name)
        for name in sorted(self.decorated & module.functions.keys()):
            yield from module.name_loads(name)

    def _handed(self, module: Module) -> Iterator[ast.Name | ast.Attribute]:
        """Objects that are handed to what will call them: `await to_thread(chain, question)`."""
        for name in sorted(load_running().handed & module.calls.keys()) if "__call__" in self.last_names else ():
            for call in module.calls[name]:
                called = call.args[name == "run_in_executor" :][:1]
                yield from (argument for argument in called if isinstance(argument, (ast.Name, ast.Attribute)))

    def _direct(self, module: Module, call: ast.Call) -> CallSite | None:
        if any(keyword.arg == "mock_response" for keyword in call.keywords):
            return None
        callee = self.project.evaluator.evaluate(call.func)
        found = tuple(m for m in self._matches(callee) if self._sends_to_a_model(module, call, m.operation))
        if self._taken(call):  # a method is a site where it is handed over, an object where it is called
            found = tuple(m for m in found if m.api == "__call__")
        if any(m.operation.call == "operand" for m in found):
            found = added_to(self.project.evaluator, call, found)
        if found and (_in_override(self.project, call) or _of_itself(call, found)):
            return None  # its callers call the model, or what the class makes of it does
        if found:
            via = "chain" if any(m.surface.piped for m in found) else "direct"
            return self._site(module, call, found, via, "resolved")
        options = list(alternatives(callee))
        if all(isinstance(option, Unknown) for option in options):
            shaped = by_shape(self.project, self.sdks, module, call.func)
            if shaped is not None:
                return self._site(module, call, (shaped,), "direct", "shape")
            if isinstance(call.func, ast.Attribute) and may_be(self.sdks, module, call.func):
                why = next(option.why for option in options if isinstance(option, Unknown))
                self.project.unresolved.append(Unresolved(module, call, why))
        return None

    def _taken(self, call: ast.Call) -> bool:
        """Whether what is called is a parameter, under a name that no operation has."""
        func = call.func
        if not isinstance(func, ast.Name) or func.id in self.last_names:
            return False
        scope = scope_of(func).lookup(func.id)
        return scope is not None and all(binding.kind == "parameter" for binding in scope.bindings[func.id])

    def _matches(self, callee: Value) -> tuple[Match, ...]:
        found = (m for option in alternatives(callee) for m in matches(self.project.evaluator, option))
        return tuple(m for m in found if m.operation.kind not in NO_CALL)

    def _sends_to_a_model(self, module: Module, call: ast.Call, operation: Operation) -> bool:
        """Whether a call that reaches other things, too, holds what only a model is sent."""
        ev, settings, positional = self.project.evaluator, operation.settings, operation.positional
        return all(holds(ev, module, call, settings, positional, name) for name in operation.telling_with)

    def _referenced(
        self, module: Module, load: ast.Attribute | ast.Name, *, itself: bool = False
    ) -> Iterable[CallSite]:
        """An operation handed to something that will call it; `itself` where an object is, if it can be called."""
        taker = taker_of(load)
        if taker is not None and self._wraps(taker):
            called = parent(taker)
            taker = called if isinstance(called, ast.Call) and called.func is taker else None
        elif taker is not None and not self._runs(taker):
            taker = None
        if taker is None:
            return []
        found = self._matches(self.project.evaluator.evaluate(load))
        if isinstance(load, ast.Attribute) and not itself:  # an object is not called by being named like an operation
            found = tuple(match for match in found if match.api != "__call__" or load.attr == "__call__")
        if found:
            return [self._site(module, taker, found, "by-reference", "resolved", load)]
        shaped = by_shape(self.project, self.sdks, module, load)
        if shaped is not None and isinstance(self.project.evaluator.evaluate(load), Unknown):
            return [self._site(module, taker, (shaped,), "by-reference", "shape", load)]
        return []

    def _wraps(self, taker: ast.Call) -> bool:
        """Whether the callee makes an asynchronous function of what it is given."""
        options, made = alternatives(self.project.evaluator.evaluate(taker.func)), load_running().asynchronous
        return any(isinstance(option, Symbol) and option.path in made for option in options)

    def _runs(self, taker: ast.Call) -> bool:
        """Whether the callee calls what it is given: executors, threads, partials, retry helpers, project functions."""
        func, running = taker.func, load_running()
        if isinstance(func, ast.Attribute) and func.attr in running.calling:
            return True
        for option in alternatives(self.project.evaluator.evaluate(func)):
            if isinstance(option, (Function, Partial)) or self._tries(option):
                return True
            if isinstance(option, Symbol) and (
                option.path in running.taking or option.path.rpartition(".")[2] in running.calling
            ):
                return True
        return isinstance(func, ast.Call)  # Retrying(…)(create, …)

    def _tries(self, callee: Value) -> bool:
        """Whether the callee is a library's, and calls what it is given until that succeeds: `retrier(create, …)`."""
        path = dotted(callee)
        return bool(path) and load_evidence("retry", self.project.files.imported).lookup("calls", path) is not None

    def _site(
        self,
        module: Module,
        node: ast.Call,
        matches: tuple[Match, ...],
        via: str,
        confidence: str,
        reference: ast.expr | None = None,
    ) -> CallSite:
        context = "tests" if is_test(module) else "script" if is_script(self.project, module) else "app"
        return CallSite(self.project, module, node, matches, via, confidence, reference, context)


def _names_given(load: ast.expr) -> set[str]:
    """The names and attributes that an operation, or a `partial` of it, is assigned to."""
    below: ast.AST = load
    above = parent(load)
    while isinstance(above, (ast.IfExp, ast.BoolOp)) or (
        isinstance(above, ast.Call) and last_name(above.func) == "partial" and below in above.args
    ):
        below, above = above, parent(above)
    targets = above.targets if isinstance(above, ast.Assign) else []
    return {t.id if isinstance(t, ast.Name) else t.attr for t in targets if isinstance(t, (ast.Name, ast.Attribute))}


def _in_override(project: Project, call: ast.Call) -> bool:
    """Whether the call is all that an override of an SDK's method consists of, in a class that the project uses."""
    function = named_function_of(call)
    owner = class_of(function) if function is not None else None
    if function is None or owner is None or super_call(function) is not call:
        return False
    if not passes_on(project.evaluator, function):
        return False
    modules = (project.module(path) for path in project.files.mentioning(owner.name))
    return any(True for module in modules if module is not None for _ in module.name_loads(owner.name))


def _of_itself(call: ast.Call, found: tuple[Match, ...]) -> bool:
    """Whether a model class of the project calls what it inherits, which runs what the class says itself."""
    function = named_function_of(call)
    if function is None or class_of(function) is None or not isinstance(call.func, ast.Attribute):
        return False
    receiver, own = call.func.value, parameters(function)[:1]
    itself = isinstance(receiver, ast.Name) and [receiver.id] == [first.arg for first in own]
    inherited = isinstance(receiver, ast.Call) and last_name(receiver.func) == "super"
    surfaces = [match.surface for match in found]
    abstract = all(s.client is not None and s.client.abstract and not s.adapted for s in surfaces)
    return abstract and (itself or inherited)
