"""Options: what a user gives on the command line or picks from a menu, as far as defaults and choices say."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index import containers
from llmlint.index.tree import parent
from llmlint.index.values import (
    NONE,
    Env,
    Frame,
    Member,
    Result,
    Sequence,
    Symbol,
    Unknown,
    Value,
    alternatives,
    is_none,
    text_of,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.module import Module

PARSER = "argparse.ArgumentParser"
PARSED = ("parse_args", "parse_known_args", "parse_intermixed_args")
LISTS = ("nargs", "action", "type")


def picked(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """What a menu (`st.selectbox(label, options)`) gives: any of its entries; None where they are not known."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    entries = given.get("options", node.args[1] if len(node.args) > 1 else None)
    if entries is None or isinstance(entries, ast.Starred):
        return None
    options = ev.evaluate(entries, frame)
    if not all(isinstance(option, Sequence) and option.parts for option in alternatives(options)):
        return None
    found = [containers.elements(options)]
    if any(isinstance(option, Sequence) and option.open for option in alternatives(options)):
        found.append(Unknown("the menu has more entries"))
    if "accept_new_options" in given:
        found.append(Unknown("the user may enter another one"))
    index = ev.evaluate(given["index"], frame) if "index" in given else None
    if index is not None and is_none(index):
        found.append(NONE)  # nothing is picked at first
    return union(found)


def parsed(ev: Evaluator, base: Result, name: str) -> Value | None:
    """What `parser.parse_args().name` is, where that is text: the choices, or the default that the user can change."""
    taken = base.callee
    if not isinstance(taken, Member) or taken.name not in PARSED or base.module is None:
        return None
    maker = _parser(taken.base)
    if maker is None or maker.module is None:
        return None
    modules = list({id(module): module for module in (maker.module, base.module)}.values())
    assigned = [value for module in modules for value in _assigned(ev, module, base, name)]
    if any(text_of(value) is None for value in assigned) or any(_set_default(module, name) for module in modules):
        return None
    added = [call for module in modules for call in module.calls.get("add_argument", ()) if _destination(call) == name]
    found = [_argument(ev, call) for call in added if _belongs(ev, call, maker)]
    texts = [value for value in found if value is not None]
    return union([*texts, *assigned]) if texts and len(texts) == len(found) else None


def _parser(value: Value) -> Result | None:
    """The construction of the parser that a group or subcommand of it, or the parser itself, comes from."""
    while isinstance(value, Result) and isinstance(value.callee, Member):
        value = value.callee.base
    known = isinstance(value, Result) and isinstance(value.callee, Symbol) and value.callee.path == PARSER
    return value if known and isinstance(value, Result) and value.call is not None else None


def _belongs(ev: Evaluator, call: ast.Call, maker: Result) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    makers = [_parser(option) for option in alternatives(ev.evaluate(call.func.value))]
    return any(one is not None and one.call is maker.call for one in makers)


def _assigned(ev: Evaluator, module: Module, base: Result, name: str) -> Iterator[Value]:
    """What the module sets the attribute of the parsed arguments to itself; unknown where it does so in any case."""
    for store in module.attribute_stores.get(name, ()):
        if any(isinstance(one, Result) and one.call is base.call for one in alternatives(ev.evaluate(store.value))):
            statement = parent(store)
            if isinstance(statement, ast.Assign) and isinstance(parent(statement), ast.If):
                yield from alternatives(ev.evaluate(statement.value))
            else:
                yield Unknown("it is set anew")


def _set_default(module: Module, name: str) -> bool:
    return any(keyword.arg == name for call in module.calls.get("set_defaults", ()) for keyword in call.keywords)


def _destination(call: ast.Call) -> str:
    """The name under which an argument is kept: `dest`, else the first long option, else the first name."""
    for keyword in call.keywords:
        if keyword.arg == "dest":
            return keyword.value.value if isinstance(keyword.value, ast.Constant) else ""  # type: ignore[return-value]
    names = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    long = [name for name in names if name.startswith("--")]
    return (long or names or [""])[0].lstrip("-").replace("-", "_")


def _argument(ev: Evaluator, call: ast.Call) -> Value | None:
    """The text that one argument gives, None where it may be something else."""
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if any(name in given for name in LISTS if not _is_text_type(name, given.get(name))):
        return None
    default = ev.evaluate(given["default"]) if "default" in given else None
    fallback = default if default is not None and not is_none(default) else None
    if fallback is not None and not all(_is_text(option) for option in alternatives(fallback)):
        return None
    if "choices" in given:
        choices = ev.evaluate(given["choices"])
        listed = containers.elements(choices)
        closed = all(isinstance(option, Sequence) and not option.open for option in alternatives(choices))
        if not closed or any(text_of(option) is None for option in alternatives(listed)):
            return None
        optional = "required" not in given and _is_flag(call)
        return union([listed, *([fallback] if fallback is not None else [NONE] if optional else [])])
    if fallback is None:
        return None
    return fallback if isinstance(fallback, Env) else Env(_flag(call), fallback)


def _is_text_type(name: str, value: ast.expr | None) -> bool:
    return name == "type" and isinstance(value, ast.Name) and value.id == "str"


def _is_text(value: Value) -> bool:
    return text_of(value) is not None or isinstance(value, Env)


def _flag(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else "?"


def _is_flag(call: ast.Call) -> bool:
    return _flag(call).startswith("-")
