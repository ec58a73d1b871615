"""Recognition: from an abstract value to the SDK client, path and operation behind it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import field, replace
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.tree import class_of, parameters
from llmlint.index.values import (
    Frame,
    Function,
    Mapping,
    Member,
    Partial,
    Pipe,
    Result,
    Symbol,
    Unknown,
    Value,
    alternatives,
    dotted,
    identity,
    text_of,
)
from llmlint.records import entity
from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.rulebook.sdk_model import Adapter, Client, Derivation, Operation, Response, Sdk
from llmlint.rulebook.sdk_reader import WRAPPED
from llmlint.sites.outward import function_name
from llmlint.sites.recognition import configurable
from llmlint.sites.recognition.ambient import on_model
from llmlint.sites.recognition.model_objects import with_object
from llmlint.sites.recognition.parallel import entries, members
from llmlint.sites.recognition.wrapped import own_operation

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

PROMPT = re.compile(r"^langchain\w*\.(?:\w+\.)*\w*PromptTemplate(?:\.from_\w+)?\(\)$")
EVENTS = ("_events", "_log")  # of every step of a chain
ANY_MODEL = "langchain_core.language_models.BaseChatModel"
MOST = 8  # models of one chain that are told apart


@entity
class Surface:
    """An SDK object: the client it starts from and the attribute path walked since.

    `root` is the construction of the client, or the SDK module where that acts as the client; `derived` the
    derivations applied to it, with the call of each; `adapted` the adapters it was passed through. `function` is the
    function of the project that a decorator of the SDK was put on. `parallel` says that it is one of several chains,
    `after` is what stands last behind the model of a chain.
    """

    sdk: Sdk
    client: Client | None
    root: Value
    path: tuple[str, ...] = ()
    derived: tuple[tuple[Derivation, Result], ...] = ()
    adapted: tuple[Adapter, ...] = ()
    preset: tuple[Partial, ...] = ()
    piped: tuple[Value, ...] = ()
    function: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    parallel: bool = False
    after: Value | None = None

    @property
    def gives(self) -> frozenset[str]:
        """What the client's derivations and adapters bring along."""
        extra: set[str] = set(self.client.gives) if self.client is not None else set()
        for derivation, _ in self.derived:
            extra |= derivation.gives
        for adapter in self.adapted:
            extra |= adapter.gives
        return frozenset(extra)


@entity
class Match:
    """A callee recognised as an operation on a surface."""

    surface: Surface
    operation: Operation
    api: str
    gives: frozenset[str] = field(default_factory=frozenset)
    provider: str = ""  # where the address of a request tells it


def match(ev: Evaluator, callee: Value) -> Match | None:
    """The operation that calling this value performs, or None; on the first of the clients that it can go to."""
    return next(iter(matches(ev, callee)), None)


def matches(ev: Evaluator, callee: Value) -> list[Match]:
    """The operation that calling this value performs, once for each client that it can go to."""
    if isinstance(callee, Partial):
        inner = matches(ev, callee.function)
        return [replace(m, surface=replace(m.surface, preset=(*m.surface.preset, callee))) for m in inner]
    if ev.project.gateways is not None:
        declared = _gateway(ev.project.gateways, callee)
        if declared is not None:
            return [declared]
    if isinstance(callee, Symbol):
        sdk = _sdk(callee.path)
        operation = sdk.function(callee.path) if sdk else None
        if sdk is not None and operation is not None:
            api = sdk.canonical(callee.path)
            api = api.removeprefix(f"{sdk.roots[0]}.")
            return [Match(Surface(sdk, None, callee), operation, api, operation.gives)]
    found = (_performed(ev, surface, callee) for surface in surfaces_of(ev, callee))
    return [match for match in found if match is not None]


def _performed(ev: Evaluator, surface: Surface, callee: Value) -> Match | None:
    path = ".".join(surface.path) or "__call__"
    last = path.rpartition(".")[2]
    for operation in surface.sdk.operations_by_last.get(last, ()):
        if path in operation.paths and _offers(surface, operation):
            if surface.parallel:
                operation = replace(operation, response=Response("parallel"))
            elif not last.endswith(EVENTS) and _makes_text(surface):
                operation = replace(operation, response=operation.response.as_text())
            operation = configurable.at_call(ev, surface, operation)
            asked = on_model(ev, surface, callee, surface_of) or with_object(ev, surface)
            return Match(asked, operation, path, operation.gives | surface.gives | asked.gives)
    own = own_operation(surface.adapted, surface.sdk, path, partial(_offers, surface))
    return Match(surface, own, path, own.gives | surface.gives) if own is not None else None


def _makes_text(surface: Surface) -> bool:
    """Whether what stands last in a chain makes the text of the answer all that comes out."""
    if surface.after is None or not surface.sdk.text_parsers:
        return False
    last = [option.callee if isinstance(option, Result) else option for option in alternatives(surface.after)]
    known = surface.sdk.text_parsers
    return all(isinstance(option, Symbol) and surface.sdk.canonical(option.path) in known for option in last)


def _gateway(gateways: Sdk, callee: Value) -> Match | None:
    """The declared gateway that a function of the project, or of a package, is."""
    positional: tuple[str, ...] = ()
    if isinstance(callee, Function) and not isinstance(callee.node, ast.Lambda):
        names = [arg.arg for arg in parameters(callee.node)]
        positional = tuple(names[1:] if class_of(callee.node) is not None else names)
        path = f"{callee.module.name}.{function_name(callee.node)}"
    else:
        path = dotted(callee).replace("()", "")
    operation = gateways.function(path) if path else None
    if operation is None:
        return None
    return Match(Surface(gateways, None, callee), replace(operation, positional=positional), path, operation.gives)


def _offers(surface: Surface, operation: Operation) -> bool:
    return _has(surface, operation.clients)


def _has(surface: Surface, clients: tuple[str, ...]) -> bool:
    """Whether the surface's client is one of these; an empty list means all."""
    if not clients or surface.client is None:
        return True
    return any(name in clients for name in (*surface.client.classes, *surface.client.factories))


def _sdk(dotted: str) -> Sdk | None:
    name = sdk_for_root(dotted)
    return load_sdk(name) if name is not None else None


def surface_of(ev: Evaluator, value: Value) -> Surface | None:
    """The SDK object that a value is, or None; the first of those that something wrapped in it can be."""
    return next(iter(surfaces_of(ev, value)), None)


def surfaces_of(ev: Evaluator, value: Value) -> list[Surface]:
    """The SDK objects that a value can be: a chain is one for each model that it can hold."""
    if isinstance(value, Symbol):
        return _some(_module_surface(value))
    if isinstance(value, Member):
        return [_attribute(base, value.name) for base in surfaces_of(ev, value.base)]
    if isinstance(value, Result):
        return _result_surfaces(ev, value)
    if isinstance(value, Pipe):
        return _pipe_surfaces(ev, value)
    if isinstance(value, Function):
        return _some(decorated_surface(ev, value))
    return []


def _some(surface: Surface | None) -> list[Surface]:
    return [surface] if surface is not None else []


def _attribute(base: Surface, name: str) -> Surface:
    return base if name in base.sdk.transparent else replace(base, path=(*base.path, name))


def _of_options(ev: Evaluator, options: Iterable[Value]) -> list[Surface]:
    """The surfaces among the options, as many as tell something new."""
    found: dict[object, Surface] = {}
    for option in options:
        for surface in surfaces_of(ev, option):
            found.setdefault((identity(surface.root), surface.path), surface)
    return list(found.values())[:MOST]


def decorated_surface(ev: Evaluator, value: Function) -> Surface | None:
    """What a decorator of an SDK makes of a function: the decorator's own call is the construction of the client."""
    if isinstance(value.node, ast.Lambda):
        return None
    for decorator in value.node.decorator_list:
        found = [_decorator(ev, option) for option in alternatives(ev.evaluate(decorator))]
        first = found[0]
        if first is not None and all(found):
            return replace(first, function=value.node)
    return None


def _decorator(ev: Evaluator, value: Value) -> Surface | None:
    """The surface that a decorator gives, used bare (`@fn`) or called (`@fn(…)`)."""
    surface = surface_of(ev, value)
    if surface is None and isinstance(value, Symbol):
        sdk = _sdk(value.path)
        client = sdk.client(value.path) if sdk is not None else None
        surface = Surface(sdk, client, value) if sdk is not None else None
    if surface is None or surface.client is None or not surface.client.decorator or surface.path:
        return None
    return surface


def _module_surface(value: Symbol) -> Surface | None:
    sdk = _sdk(value.path)
    if sdk is None or sdk.module_client is None:
        return None
    dotted = sdk.canonical(value.path)
    if dotted != sdk.module_root and not dotted.startswith(f"{sdk.module_root}."):
        return None
    rest = dotted[len(sdk.module_root) + 1 :]
    return Surface(sdk, sdk.module_client, Symbol(sdk.module_root), tuple(rest.split(".")) if rest else ())


def _result_surfaces(ev: Evaluator, value: Result) -> list[Surface]:
    callee = value.callee
    path = dotted(callee)
    sdk = _sdk(path) if path else None
    if sdk is not None:
        client = _from_factory(ev, sdk, path, value) or sdk.client(path)
        if client is not None:
            return [Surface(sdk, client, value)]
        owner = sdk.client(path.rpartition(".")[0])
        if owner is not None and path.rpartition(".")[2].startswith("from_"):
            return [Surface(sdk, owner, value)]
    if isinstance(callee, Symbol):
        around = _adapted(ev, callee.path, value) or _some(_parallel(ev, callee.path, value))
        return around or _some(_around_any_model(ev, callee.path, value))
    bases = surfaces_of(ev, callee)
    return [_called(ev, base, value) for base in bases] if bases else _piped_into(ev, value)


def _called(ev: Evaluator, base: Surface, value: Result) -> Surface:
    """What calling a method of an SDK object gives."""
    name = base.path[-1] if base.path else ""
    if name in base.sdk.transparent:
        return replace(base, path=base.path[:-1])
    for derivation in base.sdk.derivations:
        if derivation.method == ".".join(base.path) and _has(base, derivation.clients):
            if base.sdk.configurable.functions:
                client, derivation = configurable.configured(ev, base, derivation, value)
                base = replace(base, client=client)
            derived = (*base.derived, (derivation, value))
            if derivation.surface == "same":
                return replace(base, path=(), derived=derived)
            return replace(base, path=(*base.path[:-1], f"{name}()"), derived=derived)
    if not base.path:
        return replace(base, path=("()",))
    return replace(base, path=(*base.path[:-1], f"{name}()"))


def _from_factory(ev: Evaluator, sdk: Sdk, path: str, value: Result) -> Client | None:
    call = value.call
    if call is None or not sdk.factories.get(sdk.canonical(path)):
        return None
    chosen = _choice(ev, call, value.frame)
    found = [text_of(option) or dotted(option) for option in alternatives(chosen)] if chosen is not None else []
    return next((client for text in found if text and (client := sdk.built_by(path, text)) is not None), None)


CHOOSING = ("service_name", "model")


def _choice(ev: Evaluator, call: ast.Call, frame: Frame | None) -> Value | None:
    """The argument that tells a factory what to make: the first, or one of these keywords, perhaps in a `**`."""
    if call.args:
        return ev.evaluate(call.args[0], frame)
    for given in call.keywords:
        if given.arg in CHOOSING:
            return ev.evaluate(given.value, frame)
        if given.arg is None:
            for option in alternatives(ev.evaluate(given.value, frame)):
                entries = option.entries if isinstance(option, Mapping) else {}
                named = next((name for name in CHOOSING if name in entries), None)
                if named is not None:
                    return entries[named].value
    return None


def _adapted(ev: Evaluator, dotted: str, value: Result) -> list[Surface]:
    own = adapter_for(dotted)
    if value.call is None or id(value.call) in ev.adapting:
        return []  # `self.x = wrap(self.x)` wraps what it made itself
    ev.adapting.add(id(value.call))
    try:
        inners = _of_options(ev, _wrapped(ev, own, value))
    finally:
        ev.adapting.discard(id(value.call))
    found = [(inner, own or next((a for a in inner.sdk.adapters if dotted in a.functions), None)) for inner in inners]
    return [_through(inner, by, value) for inner, by in found if by is not None]


def _through(inner: Surface, by: Adapter, value: Result) -> Surface:
    preset = inner.preset
    if by.asks and value.call is not None and value.module is not None:
        preset = (*preset, Partial(value.callee, value.call, value.module, value.frame))
    return replace(inner, adapted=(*inner.adapted, by), preset=preset)


def _wrapped(ev: Evaluator, own: Adapter | None, value: Result) -> tuple[Value, ...]:
    """What an adapter is given to wrap: by position, by one of its names or in a `**`; empty where it is not seen."""
    position, names = (own.argument, own.names) if own is not None else (0, WRAPPED)
    call = value.call
    if call is None:
        return ()
    if len(call.args) > position:
        return alternatives(ev.evaluate(call.args[position], value.frame))
    named = next((k.value for k in call.keywords if k.arg in names), None)
    if named is not None:
        return alternatives(ev.evaluate(named, value.frame))
    spread = [ev.evaluate(k.value, value.frame) for k in call.keywords if k.arg is None] if own is not None else []
    for option in (option for given in spread for option in alternatives(given)):
        entries = option.entries if isinstance(option, Mapping) else {}
        for name in names:
            if name in entries:
                return alternatives(entries[name].value)
    return tuple(Unknown("it is spread from a mapping that is not known") for _ in spread[:1])


def _around_any_model(ev: Evaluator, dotted: str, value: Result) -> Surface | None:
    """A chain or agent that came in from elsewhere, or holds a model that did: it asks one all the same."""
    own = adapter_for(dotted) if dotted.startswith(("langchain.", "langchain_classic.")) else None
    if own is None:
        return None
    if value.call is not None and len(value.call.args) <= own.argument:
        options = _wrapped(ev, own, value)
        if not options or not all(isinstance(option, Unknown) for option in options):
            return None
    elif value.call is not None:
        return None
    sdk = _sdk(ANY_MODEL)
    client = sdk.client(ANY_MODEL) if sdk is not None else None
    return Surface(sdk, client, Result(Symbol(ANY_MODEL), None), adapted=(own,)) if sdk is not None else None


def adapter_for(dotted: str) -> Adapter | None:
    """The adapter that the function at this path is, in whichever SDK's file it is described."""
    name = sdk_for_root(dotted)
    if name is None:
        return None
    sdk = load_sdk(name)
    return next((a for a in sdk.adapters if {dotted, sdk.canonical(dotted)} & set(a.functions)), None)


def _parallel(ev: Evaluator, dotted: str, value: Result) -> Surface | None:
    """Chains that run side by side act as the first of them; what they answer is a mapping that is not followed."""
    for member in members(ev, dotted, value):
        surface = surface_of(ev, member)
        if surface is not None and surface.sdk.chain and not surface.path:
            return replace(surface, piped=(), parallel=True)
    return None


def _piped_into(ev: Evaluator, value: Result) -> list[Surface]:
    """`prompt.pipe(model)` is `prompt | model`."""
    callee, call = value.callee, value.call
    if not isinstance(callee, Member) or callee.name != "pipe" or call is None:
        return []
    for argument in call.args:
        found = _pipe_surfaces(ev, Pipe(callee.base, ev.evaluate(argument, value.frame)))
        if found:
            return found
    return []


def _pipe_surfaces(ev: Evaluator, value: Pipe) -> list[Surface]:
    """A chain acts as the model in it; what stands beside the model is kept."""
    for side, other in ((value.right, value.left), (value.left, value.right)):
        found = [s for s in _of_options(ev, alternatives(side)) if s.sdk.chain and not s.path]
        if found:
            behind = other if side is value.left else None
            return [replace(s, piped=(*s.piped, other), after=behind or s.after) for s in found]
    beside = [option for option in alternatives(value.left) if isinstance(option, Mapping)]
    inner = _of_options(ev, (held for option in beside for held in entries(option)))
    found = [replace(s, piped=(value.right,), parallel=True) for s in inner if s.sdk.chain and not s.path]
    return found or _some(_unknown_model(value))


def _unknown_model(value: Pipe) -> Surface | None:
    """`prompt | x`: a prompt is made for a model, so an `x` of which nothing is known is one."""
    inner = value.left if isinstance(value.left, Pipe) else value
    made_for = dotted(inner.left)
    if not isinstance(inner.right, Unknown) or not PROMPT.match(made_for):
        return None
    sdk = _sdk(made_for)
    client = sdk.client(ANY_MODEL) if sdk is not None else None
    if sdk is None:
        return None
    beside, after = ((inner.left, value.right), value.right) if inner is not value else ((inner.left,), None)
    return Surface(sdk, client, Result(Symbol(ANY_MODEL), None), piped=beside, after=after)
