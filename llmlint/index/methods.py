"""Methods of strings, mappings and sequences that the evaluator carries out itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index import dumped, formatted, text
from llmlint.index.values import (
    COMPUTED_KEY,
    Class,
    Const,
    Entry,
    Env,
    Frame,
    Mapping,
    Member,
    Origin,
    Result,
    Sequence,
    Template,
    Unknown,
    Value,
    alternatives,
    const,
    text_of,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

PURE_TEXT = frozenset(
    {"strip", "lstrip", "rstrip", "lower", "upper", "title", "replace", "split", "rsplit", "splitlines", "removeprefix"}
    | {"removesuffix", "capitalize", "partition", "rpartition", "encode", "startswith", "endswith"}
)


def method(ev: Evaluator, callee: Member, node: ast.Call, frame: Frame | None) -> Value | None:
    """What calling the method returns, or None where the object is none of the kinds understood here."""
    base = callee.base
    if isinstance(base, Result) and isinstance(base.callee, Class):
        return dumped.fields(ev, base, node) if dumped.dumps(ev, base, callee.name) else None
    if isinstance(base, Result):
        return formatted.of_template(ev, callee, node, frame)
    if isinstance(base, Mapping):
        return _mapping(ev, base, callee.name, node, frame)
    if isinstance(base, (Const, Template)):
        return _text(ev, base, callee.name, node, frame)
    if isinstance(base, Sequence):
        return base if callee.name == "copy" else Unknown("it is computed from a list")
    if isinstance(base, Env):
        return base
    return None


def _mapping(ev: Evaluator, base: Mapping, name: str, node: ast.Call, frame: Frame | None) -> Value:
    if name in ("copy", "model_dump", "dict"):
        return base
    if name in ("get", "pop", "setdefault") and node.args:
        default = ev.evaluate(node.args[1], frame) if len(node.args) > 1 else const(None)
        return union([_get(base, key, default) for key in alternatives(ev.evaluate(node.args[0], frame))])
    if name == "items":
        origin = Origin(ev.module_of(node), node)
        node.__dict__["items_of"] = base
        pairs = tuple(Sequence((_key(key), entry.part)) for key, entry in base.entries.items())
        return Sequence(pairs, base.open, origin)
    if name == "values":
        return Sequence(tuple(entry.part for entry in base.entries.values()), base.open)
    if name == "keys":
        return Sequence(tuple(_keys(base)), base.open)
    return Unknown("it is computed from a mapping")


def _key(key: str) -> Value:
    return const(key) if key != COMPUTED_KEY else Unknown("the key is computed")


def _keys(base: Mapping) -> list[Value]:
    """The keys of a mapping, with the place where they are written in it."""
    written = base.origin.node if base.origin is not None else None
    keys = written.keys if isinstance(written, ast.Dict) else []
    nodes = {node.value: node for node in keys if isinstance(node, ast.Constant)}
    module = base.origin.module if base.origin is not None else None
    return [const(key, module, nodes[key]) if key in nodes else _key(key) for key in base.entries]


def _get(base: Mapping, key: Value, default: Value) -> Value:
    name = text_of(key)
    if name is None:
        return union([*(entry.value for entry in base.entries.values()), default]) if base.entries else default
    entry = base.entries.get(name, Entry(default, True) if not base.open else None)
    if entry is None:
        return Unknown(base.open or "the key is not known")
    return entry.value if entry.certain else union([entry.value, default])


def _text(ev: Evaluator, base: Const | Template, name: str, node: ast.Call, frame: Frame | None) -> Value | None:
    string = text_of(base)
    if isinstance(base, Const) and string is None:
        return None
    if name == "join" and string is not None and node.args:
        return text.join(base, ev.evaluate(node.args[0], frame))
    if name == "format":
        return formatted.filled(ev, base, node, frame)
    if string is None:
        return base
    arguments = [ev.evaluate(argument, frame) for argument in node.args]
    if name in PURE_TEXT and not node.keywords and all(isinstance(a, Const) for a in arguments):
        try:
            return reworded(base, getattr(string, name)(*(a.value for a in arguments if isinstance(a, Const))))
        except (TypeError, ValueError, LookupError):
            return Unknown("the call would fail")
    if name == "replace" and len(arguments) > 1 and not isinstance(base, Template):
        return text.made_by(text.replaced(base, arguments[0], arguments[1]), node)
    return Template((None,)) if name not in ("startswith", "endswith", "isdigit") else Unknown("it is a test")


def reworded(base: Value, value: object) -> Value:
    """The outcome of a pure string method, written where the string was."""
    origin = base.origin if isinstance(base, (Const, Template)) else None
    if isinstance(value, (list, tuple)):
        return Sequence(tuple(Const(part, "str", origin) for part in value))
    return Const(value, type(value).__name__, origin)
