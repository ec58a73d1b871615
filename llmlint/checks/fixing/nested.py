"""Setting a parameter that a call takes inside of another: `options.num_predict`, `config.max_output_tokens`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from llmlint.checks.fixing.edits import adding_keyword, import_name
from llmlint.checks.fixing.items import add_entry
from llmlint.checks.fixing.spreads import is_free
from llmlint.diagnostics import Operation
from llmlint.index.module import Module
from llmlint.index.tree import parent, scope_of

TAKE_MAPPINGS = frozenset(
    {"openai", "anthropic", "google-genai", "google-generativeai", "vertexai", "ollama", "bedrock", "haystack"}
    | {"mistralai"}
)
"""SDKs whose nested parameters may be given as a plain dict."""
REPLACING = ("send_message", "send_message_stream")
"""Calls whose configuration takes the place of the one that the chat was made with."""
CONFIG = ("google.genai", "types", "GenerateContentConfig")


def set_inside(
    module: Module,
    call: ast.Call,
    positional: tuple[str, ...],
    path: str,
    entries: Mapping[str, str],
    sdk: str,
    *,
    shared: bool = False,
) -> tuple[Operation, ...]:
    """What sets these entries of the object at `path`, a parameter of the call or deeper inside of one.

    With an empty key it is the parameter itself that is set. Nothing where the object is not written out here, where
    others get it (if `shared`, others than calls of the same method), or where it has one of the entries.
    """
    head, *rest = path.split(".")
    given = argument(call, positional, head)
    if "" in entries:
        free = given is None and is_free(module, call, head)
        return (adding_keyword(module, call, head, entries[""]),) if free else ()
    if given is not None:
        return _in_object(module, given, rest, entries, shared)
    if sdk not in TAKE_MAPPINGS or any(keyword.arg is None for keyword in call.keywords):
        return ()
    if any(isinstance(each, ast.Starred) for each in call.args) or getattr(call.func, "attr", "") in REPLACING:
        return ()
    return (adding_keyword(module, call, head, _object(module, sdk, head, rest, entries)),)


def argument(call: ast.Call, positional: tuple[str, ...], name: str) -> ast.expr | None:
    """What a call passes for a parameter by keyword or by position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    place = positional.index(name) if name in positional else len(call.args)
    return call.args[place] if place < len(call.args) else None


def _object(module: Module, sdk: str, head: str, rest: list[str], entries: Mapping[str, str]) -> str:
    """The whole argument: in Google's own type where that is at hand, else a dict."""
    if sdk == "google-genai" and head == "config" and not rest:
        keywords = ", ".join(f"{key}={value}" for key, value in entries.items())
        spelled = import_name(module, *CONFIG[:2])
        if spelled is not None and not spelled[1]:
            return f"{spelled[0]}.{CONFIG[2]}({keywords})"
        spelled = import_name(module, ".".join(CONFIG[:2]), CONFIG[2])
        if spelled is not None and not spelled[1]:
            return f"{spelled[0]}({keywords})"
    return _dict(rest, entries)


def _dict(path: list[str], entries: Mapping[str, str]) -> str:
    inner = ", ".join(f'"{key}": {value}' for key, value in entries.items())
    return "".join(f'{{"{part}": ' for part in path) + f"{{{inner}}}" + "}" * len(path)


def _in_object(
    module: Module, node: ast.expr, path: list[str], entries: Mapping[str, str], shared: bool
) -> tuple[Operation, ...]:
    """Into a dict literal, a constructor's call, or the one of these that a name of this call's own holds."""
    wanted = {path[0]: _dict(path[1:], entries)} if path else entries
    held = _held(node, shared)
    if held is not None:
        return _in_object(module, held, path, entries, shared)
    items = _items(node)
    if items is None:
        return ()
    known = [value for key, value in items if key in wanted]
    if known:
        return _in_object(module, known[0], path[1:], entries, shared) if path else ()
    assert isinstance(node, (ast.Dict, ast.Call))  # what has items
    if not all(is_free(module, node, key) for key in wanted):
        return ()
    if isinstance(node, ast.Dict):
        return tuple(add_entry(module, node, key, value) for key, value in wanted.items())
    if path and not _is_dict(node):
        return ()
    return tuple(adding_keyword(module, node, key, value) for key, value in wanted.items())


def _items(node: ast.expr) -> list[tuple[object, ast.expr]] | None:
    """What a dict literal or a constructor's call holds by name; None for anything else."""
    if isinstance(node, ast.Dict):
        return [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
    if isinstance(node, ast.Call) and _constructs(node):
        return [(keyword.arg, keyword.value) for keyword in node.keywords]
    return None


def _constructs(call: ast.Call) -> bool:
    name = getattr(call.func, "attr", "") or getattr(call.func, "id", "")
    return (name[:1].isupper() or _is_dict(call)) and not call.args


def _is_dict(call: ast.Call) -> bool:
    return getattr(call.func, "id", "") == "dict"


def _held(node: ast.expr, shared: bool) -> ast.expr | None:
    """What a name holds that is bound once and read for such calls alone."""
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    if owner is None or not isinstance(node, ast.Name) or owner.kind == "class":
        return None
    bindings = owner.bindings[node.id]
    loads = [each for each in owner.module.name_loads(node.id) if scope_of(each).lookup(node.id) is owner]
    if (
        len(bindings) != 1
        or bindings[0].kind != "value"
        or not all(_is_filled(load) or load is node or (shared and _alike(load, node)) for load in loads)
    ):
        return None
    files = owner.module.evaluator.project.files
    users = files.using(node.id, owner.module.key) if owner.kind == "module" else []
    return bindings[0].value if all(path == owner.module.key for path in users) else None


def _alike(load: ast.expr, node: ast.expr) -> bool:
    """Whether both are the same argument of calls of the same method."""
    one, other = parent(load), parent(node)
    if not isinstance(one, ast.keyword) or not isinstance(other, ast.keyword) or one.arg != other.arg:
        return False
    calls = [parent(one), parent(other)]
    names = [getattr(getattr(call, "func", None), "attr", None) for call in calls]
    return names[0] is not None and names[0] == names[1]


def _is_filled(load: ast.expr) -> bool:
    """Whether an item or attribute of the object is set there."""
    above = parent(load)
    return isinstance(above, (ast.Subscript, ast.Attribute)) and isinstance(above.ctx, ast.Store)
