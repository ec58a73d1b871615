"""From an abstract value to the SDK object that it is: clients, what is derived of them, adapters and chains."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.index.values import (
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
)
from llmlint.patterns import regex
from llmlint.rulebook.sdk_model import Adapter
from llmlint.sites.recognition import configurable
from llmlint.sites.recognition.adapters import adapter_for, prints, sdk_of, wrapped_by
from llmlint.sites.recognition.factories import from_factory
from llmlint.sites.recognition.parallel import ASSIGN, entries, members
from llmlint.sites.recognition.surface import Surface

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

PROMPT = regex(r"^langchain\w*\.(?:\w+\.)*\w*PromptTemplate(?:\.from_\w+)?\(\)$")
ANY_MODEL = "langchain_core.language_models.BaseChatModel"
MOST = 8  # models of one chain that are told apart


def offered_by(surface: Surface, clients: tuple[str, ...]) -> bool:
    """Whether the surface's client is one of these; an empty list means all."""
    if not clients or surface.client is None:
        return True
    return any(name in clients for name in (*surface.client.classes, *surface.client.factories))


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
        sdk = sdk_of(value.path)
        client = sdk.client(value.path) if sdk is not None else None
        surface = Surface(sdk, client, value) if sdk is not None else None
    if surface is None or surface.client is None or not surface.client.decorator or surface.path:
        return None
    return surface


def _module_surface(value: Symbol) -> Surface | None:
    sdk = sdk_of(value.path)
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
    sdk = sdk_of(path) if path else None
    if sdk is not None:
        client = from_factory(ev, sdk, path, value) or sdk.client(path)
        if client is not None:
            return [Surface(sdk, client, value)]
        owner = sdk.client(path.rpartition(".")[0])
        if owner is not None and path.rpartition(".")[2].startswith("from_"):
            return [Surface(sdk, owner, value)]
    if isinstance(callee, Symbol):
        around = _adapted(ev, callee.path, value) or _some(_parallel(ev, callee.path, value))
        return around or _some(_around_any_model(ev, callee.path, value))
    bases = surfaces_of(ev, callee)
    if bases:
        return [_called(ev, base, value) for base in bases]
    return _piped_into(ev, value) or _some(_assigned_beside(ev, value))


def _called(ev: Evaluator, base: Surface, value: Result) -> Surface:
    """What calling a method of an SDK object gives."""
    name = base.path[-1] if base.path else ""
    if name == ASSIGN and base.sdk.chain:
        return replace(base, path=base.path[:-1], piped=(), parallel=True)
    if name in base.sdk.transparent:
        return replace(base, path=base.path[:-1])
    for derivation in base.sdk.derivations:
        if derivation.method == ".".join(base.path) and offered_by(base, derivation.clients):
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


def _adapted(ev: Evaluator, dotted: str, value: Result) -> list[Surface]:
    if value.call is None:
        return []
    # Once for each call, as what is wrapped may be wrapped again and again; `self.x = wrap(self.x)` wraps what it made.
    search = f"adapted by {dotted} in {id(value.frame)}"
    return ev.searched(search, value.call, lambda: _wrapped(ev, dotted, value))


def _wrapped(ev: Evaluator, dotted: str, value: Result) -> list[Surface]:
    own = adapter_for(dotted)
    inners = _of_options(ev, wrapped_by(ev, own, value))
    found = [(inner, own or next((a for a in inner.sdk.adapters if dotted in a.functions), None)) for inner in inners]
    return [_through(ev, inner, by, value) for inner, by in found if by is not None]


def _through(ev: Evaluator, inner: Surface, by: Adapter, value: Result) -> Surface:
    preset = inner.preset
    if by.asks and value.call is not None and value.module is not None:
        preset = (*preset, Partial(value.callee, value.call, value.module, value.frame))
    printing = inner.printing or prints(ev, by, value)
    return replace(inner, adapted=(*inner.adapted, by), preset=preset, printing=printing)


def _around_any_model(ev: Evaluator, dotted: str, value: Result) -> Surface | None:
    """A chain or agent that came in from elsewhere, or holds a model that did: it asks one all the same."""
    own = adapter_for(dotted) if dotted.startswith(("langchain.", "langchain_classic.")) else None
    if own is None:
        return None
    if value.call is not None and len(value.call.args) <= own.argument:
        options = wrapped_by(ev, own, value)
        if not options or not all(isinstance(option, Unknown) for option in options):
            return None
    elif value.call is not None:
        return None
    sdk = sdk_of(ANY_MODEL)
    client = sdk.client(ANY_MODEL) if sdk is not None else None
    if sdk is None:
        return None
    return Surface(sdk, client, Result(Symbol(ANY_MODEL), None), adapted=(own,), printing=prints(ev, own, value))


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


def _assigned_beside(ev: Evaluator, value: Result) -> Surface | None:
    """`retrieval.assign(answer=chain)`: the chain runs on what the one before it gives."""
    callee = value.callee
    return _parallel(ev, ASSIGN, value) if isinstance(callee, Member) and callee.name == ASSIGN else None


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
    sdk = sdk_of(made_for)
    client = sdk.client(ANY_MODEL) if sdk is not None else None
    if sdk is None:
        return None
    beside, after = ((inner.left, value.right), value.right) if inner is not value else ((inner.left,), None)
    return Surface(sdk, client, Result(Symbol(ANY_MODEL), None), piped=beside, after=after)
