"""How long one call may take: the effective timeout and where it comes from."""

from __future__ import annotations

import ast
import math
from dataclasses import replace
from typing import TYPE_CHECKING

from llmlint.config.pins import held_below
from llmlint.index.values import Const, Result, Symbol, Value, alternatives, dotted, is_none
from llmlint.records import record
from llmlint.sites.callsite import Setting, State
from llmlint.sites.recognition.model_objects import object_of
from llmlint.sites.request.own_transport import has_own_transport
from llmlint.sites.request.settings import of_call, of_client

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import SettingTable
    from llmlint.sites.callsite import CallSite
    from llmlint.sites.recognition.surface import Match

HTTP_LIBRARIES = ("httpx.", "httpx2.", "aiohttp.", "requests.", "openai.Default", "anthropic.Default")


@record
class Timeout:
    """The timeout of a call on one client.

    `kind` is "default" (nothing given: `seconds` is the SDK's own, infinite for none), "none" (switched off),
    "milliseconds" (a value that can only be a mistake of unit), "given" or "unknown".
    """

    kind: str
    seconds: float = 0.0
    setting: Setting | None = None


def as_held(site: CallSite, match: Match) -> Match:
    """The match with its client as it is in the version that the project is held at."""
    client = match.surface.client
    root = dotted(match.surface.root).partition(".")[0]
    for earlier in client.earlier if client is not None else ():
        if client is None or root in earlier.except_roots:
            continue
        if held_below(site.module.path, earlier.version, earlier.package):
            old = replace(client, settings=earlier.settings, defaults=earlier.defaults)
            surface = replace(match.surface, client=old)
            return replace(match, surface=surface, gives=match.gives | earlier.gives)
    return match


def effective(site: CallSite, match: Match) -> Timeout:
    """The timeout that holds for a call, searched from the call to the client's constructor to the SDK's default."""
    if "timeout" in match.gives:
        return Timeout("given")
    call = of_call(site, match, "timeout")
    if not _left_out(call, match.operation.settings):
        return _judge(call, match.operation.settings.timeout_unit)
    ev = site.project.evaluator
    client = of_client(ev, match.surface, "timeout")
    table = match.surface.client.settings if match.surface.client else None
    if not _left_out(client, table):
        return _judge(client, table.timeout_unit if table else "seconds")
    transport = of_call(site, match, "http-client")
    if transport.state is State.ABSENT:
        transport = of_client(ev, match.surface, "http-client")
    if transport.state is not State.ABSENT:
        limits = (
            {_limits(option) for option in alternatives(transport.value)} if transport.value is not None else {True}
        )
        if True in limits:
            certain = transport.state is State.PRESENT and len(limits) == 1
            return Timeout("given" if certain else "unknown", 0, transport)
    if has_own_transport(ev, match.surface):
        return Timeout("unknown")
    seconds = match.operation.defaults.timeout
    if seconds is None and match.surface.client is not None:
        seconds = match.surface.client.defaults.timeout
    return Timeout("unknown") if seconds is None else Timeout("default", seconds)


def _left_out(setting: Setting, table: SettingTable | None) -> bool:
    """Whether nothing is given, or None where the SDK takes it for nothing."""
    if setting.state is State.ABSENT:
        return True
    if table is None or table.timeout_none != "default" or setting.value is None:
        return False
    return all(is_none(option) for option in alternatives(setting.value))


def _judge(setting: Setting, unit: str) -> Timeout:
    if setting.state is State.UNKNOWN or setting.value is None:
        return Timeout("unknown", 0, setting)
    options = list(alternatives(setting.value))
    if all(is_none(option) or _is_open(option) for option in options):
        return Timeout("none", math.inf, setting)
    numbers = [option.value for option in options if isinstance(option, Const) and _is_number(option.value)]
    if unit == "milliseconds" and len(numbers) == len(options):
        if all(isinstance(n, (int, float)) and 0 < n < 1000 for n in numbers):
            return Timeout("milliseconds", 0, setting)
    return Timeout("given", 0, setting)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_open(value: Value) -> bool:
    """`httpx.Timeout(None, connect=5)`, `aiohttp.ClientTimeout(connect=5)`: what bounds no answer."""
    if not isinstance(value, Result) or not isinstance(value.callee, Symbol) or value.call is None:
        return False
    args, keywords = value.call.args, value.call.keywords
    if value.callee.path.endswith(".ClientTimeout"):
        limits = [keyword.value for keyword in keywords if keyword.arg not in ("connect", "sock_connect")]
        return not args and all(_is_null(limit) for limit in limits)
    if not value.callee.path.endswith(".Timeout"):
        return False
    given = {keyword.arg: keyword.value for keyword in keywords}
    whole = args[0] if args else given.get("timeout")
    read = given.get("read", whole)  # a limit on connecting ends no wait for the answer
    return None not in given and read is not None and _is_null(read)


def _is_null(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _limits(option: Value) -> bool:
    """Whether an own HTTP client brings a timeout, as far as can be seen; what cannot be seen counts as one."""
    if is_none(option):
        return False
    if not isinstance(option, Result) or option.call is None:
        return True
    if not isinstance(option.callee, Symbol) or not option.callee.path.startswith(HTTP_LIBRARIES):
        return True
    keywords = {keyword.arg for keyword in option.call.keywords}
    return "timeout" in keywords or None in keywords or bool(option.call.args)


def anchor(site: CallSite, match: Match) -> tuple[Module, ast.Call] | None:
    """Where the timeout would be given: the client's constructor, or its model's; None where there is none in sight."""
    root, client = match.surface.root, match.surface.client
    if client is not None and not client.settings.paths("timeout") and match.operation.settings.paths("timeout"):
        return None  # only the call takes one
    model = object_of(site.project.evaluator, match.surface) if client is not None and client.with_model else None
    if model is not None and model.call is not None and model.module is not None:
        return model.module, model.call
    if isinstance(root, Result) and root.call is not None and root.module is not None:
        return root.module, root.call
    return None
