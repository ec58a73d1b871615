"""Functions of the standard library whose results the evaluator understands."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from llmlint.index import attributes, containers, methods, options, paired, text
from llmlint.index.activations import later
from llmlint.index.tree import last_name
from llmlint.index.values import (
    Class,
    Const,
    Entry,
    Env,
    Frame,
    Function,
    Mapping,
    Origin,
    Partial,
    Result,
    Sequence,
    Template,
    Unknown,
    Value,
    alternatives,
    is_none,
    text_of,
    union,
)

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MENUS = frozenset({"selectbox", "radio", "select_slider", "pills", "segmented_control"})


def function(ev: Evaluator, path: str, node: ast.Call, frame: Frame | None) -> Value | None:
    """The value of a call of the function at that dotted path, or None where it is not a known one."""
    handler = _FUNCTIONS.get(path)
    if handler is None and path.startswith("streamlit.") and path.rpartition(".")[2] in MENUS:
        handler = options.picked
    return handler(ev, node, frame) if handler else None


def _first(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    if node.args and not isinstance(node.args[0], ast.Starred):
        return ev.evaluate(node.args[0], frame)
    return None


def _second(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    return ev.evaluate(node.args[1], frame) if len(node.args) > 1 else None


def _dict(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    entries: dict[str, Entry] = {}
    opened: str | None = None
    parts = [ev.evaluate(argument, frame) for argument in node.args]
    for keyword in node.keywords:
        if keyword.arg is None:
            parts.append(ev.evaluate(keyword.value, frame))
        else:
            entries[keyword.arg] = Entry(later(ev, keyword.value, frame))
    merged: Value = Mapping({}, None)
    for part in [*parts, Mapping(entries, opened)]:
        merged = containers.merge(merged, part) or Unknown("it is built from a value that cannot be resolved")
    return merged


def _empty(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """A mapping that keeps what is put into it, as far as there is room or use: it begins with nothing."""
    return Mapping({}, None)


def _sequence(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    inner = _first(ev, node, frame)
    if inner is None:
        return Sequence(())
    return inner if isinstance(inner, Sequence) else Sequence((), "its elements are computed")


def _text(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    inner = _first(ev, node, frame)
    unknown = Template((None,), Origin(ev.module_of(node), node))
    options = alternatives(inner) if inner is not None else ()
    known = [o for o in options if text_of(o) is not None or isinstance(o, (Template, Env))]
    return union([*known, *([unknown] if len(known) < len(options) or not options else [])])


def _number(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    inner = _first(ev, node, frame)
    numbers = [_read(option, node) for option in alternatives(inner)] if inner is not None else [None]
    known = [number for number in numbers if number is not None]
    return union(known) if len(known) == len(numbers) else None


def _read(value: Value, node: ast.Call) -> Value | None:
    """The number that `int` or `float` makes of a text or number, written where that was; of a variable, itself."""
    if isinstance(value, Env):
        return value
    written = value.value if isinstance(value, Const) else None
    if not isinstance(written, (str, int, float)) or not isinstance(value, Const):
        return None
    try:
        number = int(written) if last_name(node.func) == "int" else float(written)
    except (ValueError, OverflowError):
        return None
    return Const(number, type(number).__name__, value.origin)


def _getattr(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    name = _second(ev, node, frame)
    if name is None:
        return None
    options = [text_of(option) for option in alternatives(name)]
    texts = [text for text in options if text is not None]
    if not texts or len(texts) != len(options):
        return Unknown("the attribute's name is computed")
    base = ev.evaluate(node.args[0], frame)
    found = [attributes.of(ev, option, text) for option in alternatives(base) for text in texts]
    if len(found) > 1:  # names and objects that vary together: a pair that does not exist cannot be the one meant
        found = [value for value in found if not isinstance(value, Unknown)] or found[:1]
    if len(node.args) > 2:
        found.append(ev.evaluate(node.args[2], frame))
    return union(found)


def _partial(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    inner = _first(ev, node, frame)
    if inner is None:
        return None
    return union([Partial(option, node, ev.module_of(node), frame) for option in alternatives(inner)])


def _env(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    name = _first(ev, node, frame)
    named = next((ev.evaluate(keyword.value, frame) for keyword in node.keywords if keyword.arg == "default"), None)
    default = named or _second(ev, node, frame)
    if default is not None and is_none(default):
        default = None  # None is what there is without a default, too
    return Env((text_of(name) if name is not None else None) or "?", default)


def _import_module(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    name = _first(ev, node, frame)
    if name is None:
        return None
    module = ev.module_of(node)
    found = [text_of(option) for option in alternatives(name)]
    return union(
        [
            ev.project.import_target(module, path.lstrip("."), len(path) - len(path.lstrip(".")))
            if path
            else Unknown("the module's name is computed")
            for path in found
        ]
    )


def _shown(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """What a progress bar gives, one by one."""
    inner = _first(ev, node, frame)
    return inner if isinstance(inner, Sequence) else None


def _near(searched: ast.expr) -> bool:
    """Whether elements come from a name or an attribute of one; what lies further is seldom known, and costs a lot."""
    if isinstance(searched, ast.GeneratorExp):
        return len(searched.generators) == 1 and _near(searched.generators[0].iter)
    holder = searched.value if isinstance(searched, ast.Attribute) else searched
    return isinstance(holder, ast.Name)


def _one_of(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """One element of a sequence, where some are known to be objects or functions, or what is given for want of one."""
    if not node.args or not _near(node.args[0]):
        return None
    inner = ev.evaluate(node.args[0], frame)
    if not all(isinstance(option, Sequence) for option in alternatives(inner)):
        return None
    found = containers.elements(inner)
    if not any(isinstance(option, (Class, Function, Partial, Result)) for option in alternatives(found)):
        return None
    instead = _second(ev, node, frame)
    return union([found, *([instead] if instead is not None else [])])


def _cast(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    return _second(ev, node, frame)


def _dedent(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    import textwrap

    inner = _first(ev, node, frame)
    text = text_of(inner) if inner is not None else None
    if inner is None or text is None:
        return inner
    return methods.reworded(inner, textwrap.dedent(text))


def _address(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """`urljoin(base, path)`."""
    base, path = _first(ev, node, frame), _second(ev, node, frame)
    if base is None or path is None:
        return None
    return union([text.address(one, other) for one in alternatives(base) for other in alternatives(path)])


def _dumps(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    return Template((None,), encoded=_first(ev, node, frame))


def _loads(ev: Evaluator, node: ast.Call, frame: Frame | None) -> Value | None:
    """What was written as JSON, read again: as far as it is made of what JSON has."""
    inner = _first(ev, node, frame)
    written = (
        [option.encoded if isinstance(option, Template) else None for option in alternatives(inner)] if inner else []
    )
    options = [part for value in written for part in (alternatives(value) if value is not None else (None,))]
    plain = [part for part in options if isinstance(part, (Mapping, Sequence, Const))]
    return union(list(plain)) if plain and len(plain) == len(options) else None


_FUNCTIONS: dict[str, Callable[..., Value | None]] = {
    "builtins.dict": _dict,
    "collections.OrderedDict": _dict,
    "weakref.WeakValueDictionary": _dict,
    **{f"cachetools.{kind}Cache": _empty for kind in ("", "FIFO", "LFU", "LRU", "RR", "TTL", "TLRU")},
    "builtins.list": _sequence,
    "builtins.tuple": _sequence,
    "builtins.set": _sequence,
    "builtins.sorted": _sequence,
    "builtins.str": _text,
    "builtins.int": _number,
    "builtins.float": _number,
    "builtins.getattr": _getattr,
    "builtins.next": _one_of,
    "builtins.reversed": _sequence,
    "builtins.enumerate": paired.numbered,
    "builtins.zip": paired.side_by_side,
    "itertools.cycle": _shown,
    "random.choice": _one_of,
    "functools.partial": _partial,
    "os.getenv": _env,
    "os.environ.get": _env,
    "importlib.import_module": _import_module,
    "builtins.__import__": _import_module,
    "typing.cast": _cast,
    "copy.copy": _first,
    "copy.deepcopy": _first,
    "asyncio.run": _first,
    "asyncio.wait_for": _first,
    "asyncio.create_task": _first,
    "asyncio.ensure_future": _first,
    "asyncio.shield": _first,
    "contextlib.closing": _first,
    "contextlib.aclosing": _first,
    "tqdm.tqdm": _shown,
    "tqdm.auto.tqdm": _shown,
    "tqdm.std.tqdm": _shown,
    "tqdm.notebook.tqdm": _shown,
    "rich.progress.track": _shown,
    "textwrap.dedent": _dedent,
    "inspect.cleandoc": _dedent,
    "json.dumps": _dumps,
    "ujson.dumps": _dumps,
    "orjson.dumps": _dumps,
    "json.loads": _loads,
    "ujson.loads": _loads,
    "orjson.loads": _loads,
    "urllib.parse.urljoin": _address,
}
