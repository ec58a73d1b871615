"""Plain HTTP: requests whose address is an endpoint of a provider."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from llmlint.index.values import Const, Env, Partial, Result, Symbol, Template, Value, alternatives
from llmlint.patterns import regex
from llmlint.rulebook.endpoints import load_endpoints
from llmlint.rulebook.sdk import addresses
from llmlint.rulebook.sdk_model import SettingTable
from llmlint.sites.recognition.match import match
from llmlint.sites.recognition.surface import Match
from llmlint.sites.request.arguments import given, holds
from llmlint.sites.request.settings import of_client

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module
    from llmlint.index.project import Project

MAX_ADDRESSES = 8
MAX_PARTS = 8  # f-strings within f-strings
SENDING = frozenset({"post", "request", "stream", "urlopen"})
HTTP = "http"  # the kind of an operation that sends what it is told to where it is told to
HOLE = "{}"
URL = SettingTable("", {"base-url": ("url",)})
ADDRESS = regex(r"(?:https?|wss?)://(?P<host>[^/?#]+)(?P<path>/[^?#]*)?")


def requests_to_models(project: Project) -> Iterator[tuple[Module, ast.Call, tuple[Match, ...], str]]:
    """The requests that reach a model, each with what it is and how sure that is."""
    for module in _modules(project):
        for name in sorted(SENDING & module.calls.keys()):
            for call in module.calls[name]:
                found = _sent(project.evaluator, module, call)
                if found:
                    sure = all(confidence == "resolved" for _, confidence in found)
                    yield module, call, tuple(match for match, _ in found), "resolved" if sure else "shape"


def _modules(project: Project) -> Iterator[Module]:
    """The modules that hold an address of a provider, and those that import one of these."""
    homes = {path for path, hits in project.files.named.items() if not hits.isdisjoint(addresses())}
    for path in sorted(homes.union(*(project.files.importers(home) for home in homes))):
        module = project.module(path) if not path.endswith(".pyi") else None
        if module is not None:
            yield module


def _sent(ev: Evaluator, module: Module, call: ast.Call) -> list[tuple[Match, str]]:
    found = []
    for option in alternatives(ev.evaluate(call.func)):
        sending = match(ev, option)
        if sending is not None and sending.operation.kind == HTTP:
            reached = to_a_model(ev, module, call, sending)
            if reached is not None:
                found.append(reached)
    return found


def to_a_model(ev: Evaluator, module: Module, call: ast.Call, sending: Match) -> tuple[Match, str] | None:
    """The request as a call of a model, and how sure that is; None where its address is no such endpoint."""
    table, positional = sending.operation.settings, sending.operation.positional
    address = given(ev, module, call, None, table, positional, "base-url").value
    base = of_client(ev, sending.surface, "base-url").value
    addresses = list(_addresses(ev, base, address))
    if isinstance(address, Result):
        sending = _held(sending, address)
    found = next(filter(None, (_reached(sending, text, _in_no_case) for text in addresses)), None)
    # What the body has to tell is looked at where no address says enough by itself.
    has = partial(holds, ev, module, call, table, positional)
    return found or next(filter(None, (_reached(sending, text, has) for text in addresses)), None)


def _reached(sending: Match, address: str, has: Callable[[str], bool]) -> tuple[Match, str] | None:
    """The call of a model that sending something to this address is, where it `has` such settings."""
    known, (host, path) = load_endpoints(), _split(address)
    provider = known.provider(host) if host else None
    open_host = not host or HOLE in host or _own(host)
    endpoint = known.endpoint(path, provider, has if open_host else _in_no_case)
    if endpoint is None:
        return None
    operation = replace(
        sending.operation,
        kind=endpoint.kind,
        response=replace(endpoint.response, body=sending.operation.response.body),
        discontinued=endpoint.discontinued,
        replacement=endpoint.replacement,
        gives=endpoint.gives,
    )
    api = f"POST {path}"
    reached = replace(sending, operation=operation, api=api, provider=provider or "", gives=endpoint.gives)
    return reached, "resolved" if provider is not None else "shape"


def reaches(sending: Match, address: str) -> bool:
    """Whether sending something to this address may be a call of a model, whatever is sent."""
    return _reached(sending, address, _in_any_case) is not None


def _in_any_case(setting: str) -> bool:
    return True


def _in_no_case(setting: str) -> bool:
    return False


def _held(sending: Match, request: Result) -> Match:
    """The sending of a Request, which holds the body and with it all that the model is told."""
    if request.call is None or request.module is None:
        return sending
    whole = Partial(request.callee, request.call, request.module, request.frame)
    return replace(sending, surface=replace(sending.surface, preset=(*sending.surface.preset, whole)))


def _own(host: str) -> bool:
    """Whether the host is no public name: a server of one's own."""
    return host.partition(":")[0] in ("localhost", "127.0.0.1", "0.0.0.0", "host.docker.internal")


def _addresses(ev: Evaluator, base: Value | None, address: Value | None) -> Iterator[str]:
    for option in alternatives(address) if address is not None else ():
        for text in _texts(ev, option):
            if base is None or "://" in text:
                yield text
            else:
                for root in alternatives(base):
                    yield from (f"{start.rstrip('/')}/{text.lstrip('/')}" for start in _texts(ev, root))


def _texts(ev: Evaluator, value: Value, depth: int = 0) -> Iterator[str]:
    """What an address can be, with `{}` for what is not known of it; one that is made of itself is not known."""
    if depth > MAX_PARTS:
        return
    if isinstance(value, Const) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, Template):
        written = value.origin.node if value.origin is not None else None
        if isinstance(written, ast.JoinedStr) and value in alternatives(ev.evaluate(written)):
            yield from _joined(ev, written, depth)
        elif value.usual is not None:
            yield from _texts(ev, value.usual, depth + 1)
        else:
            yield "".join(HOLE if part is None else str(part.value) for part in value.parts)
    elif isinstance(value, Env) and value.default is not None:
        yield from (text for option in alternatives(value.default) for text in _texts(ev, option, depth + 1))
    elif isinstance(value, Result) and isinstance(value.callee, Symbol) and value.call is not None:
        if value.callee.path.endswith((".Request", ".URL")) and value.module is not None:
            inner = given(ev, value.module, value.call, value.frame, URL, ("url",), "base-url").value
            for option in alternatives(inner) if inner is not None else ():
                yield from _texts(ev, option, depth + 1)


def _joined(ev: Evaluator, node: ast.JoinedStr, depth: int) -> list[str]:
    """What an f-string can be, with the defaults of environment variables put in."""
    found = [""]
    for piece in node.values:
        if isinstance(piece, ast.Constant):
            more = [str(piece.value)]
        else:
            value = ev.evaluate(piece.value) if isinstance(piece, ast.FormattedValue) else None
            options = list(alternatives(value)) if value is not None else []
            more = [text for option in options for text in _texts(ev, option, depth + 1)] or [HOLE]
        found = [start + end for start in found for end in more][:MAX_ADDRESSES]
    return found


def _split(text: str) -> tuple[str, str]:
    """Host and path of an address; the host is empty where the address does not begin with one."""
    found = ADDRESS.match(text)
    if found is not None:
        return found["host"], (found["path"] or "/").rstrip("/")
    return "", "/" + text.partition("?")[0].rpartition(HOLE)[2].strip("/")
