"""Abstract values: what an expression is known to be, or why that is unknown."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from llmlint.records import entity, record

if TYPE_CHECKING:
    from llmlint.index.module import Module

MAX_ALTERNATIVES = 40
MAX_CONSTANTS = 100  # of these alone: a menu of models is longer than what a branch chooses from


@entity
class Origin:
    """The expression that a value was written as."""

    module: Module
    node: ast.AST


@entity
class Value:
    """Base of all values."""


@record
class Unknown(Value):
    """Nothing is known; `why` completes the sentence "unknown, because …"."""

    why: str


@record
class Const(Value):
    """A string, bytes, number, bool, None or ellipsis."""

    value: object
    kind: str = ""  # type name: keeps 1, 1.0 and True apart
    origin: Origin | None = field(default=None, compare=False, repr=False)


@record
class Template(Value):
    """Text with holes: the constant parts in order, None for each hole; `encoded` is what it spells as JSON.

    `usual` is the text where the environment variables in it are not set and have their defaults, `made` the expression
    that puts it together, where that is not the one that it is written in: `TEXT.format(name=name)`.
    """

    parts: tuple[Const | None, ...]
    origin: Origin | None = field(default=None, compare=False, repr=False)
    encoded: Value | None = None
    usual: Value | None = None
    made: ast.expr | None = field(default=None, compare=False, repr=False)


@record
class Env(Value):
    """The value of an environment variable; one that is `required` is set wherever the program gets on."""

    name: str
    default: Value | None = None
    required: bool = False


Part = Value | Callable[[], Value]


class Entry:
    """What a mapping holds under a key; `certain` is False where the key may be missing.

    The value can be given as a function that works it out: most entries of a mapping are never asked for.
    """

    __slots__ = ("certain", "part")

    def __init__(self, value: Part, certain: bool = True) -> None:
        self.part = value
        self.certain = certain

    @property
    def value(self) -> Value:
        """The value; not kept, because what a cycle cuts short holds for one question only."""
        return self.part if isinstance(self.part, Value) else self.part()

    def maybe(self) -> Entry:
        """The same entry where it may also be missing."""
        return Entry(self.part, False)

    def always(self) -> Entry:
        """The same entry where it is certain to be there."""
        return Entry(self.part)

    def joined(self, other: Entry) -> Entry:
        """Either this or the other value, as certain as this."""
        return Entry(lambda: union([self.value, other.value]), self.certain)


TOO_LONG = "it is too long to follow"
MAX_PARTS = 20_000
UNCALLED = "nothing in the project calls the function that takes it"
COMPUTED_KEY = "\0"  # no key that a program spells


def widest(*reasons: str | None) -> str | None:
    """Of several reasons why a container may hold more the first that proves nothing: `UNCALLED` only if all say so."""
    given = [reason for reason in reasons if reason]
    return next((reason for reason in given if reason != UNCALLED), given[0] if given else None)


@entity
class Mapping(Value):
    """A dict with string keys. `open` says why further keys are possible, None where there are none.

    Where it is `UNCALLED`, nobody in the project passes any: as an option that none passes, it is absent. What is put
    under keys that are computed is the entry `COMPUTED_KEY`.
    """

    entries: dict[str, Entry]
    open: str | None = None
    origin: Origin | None = None


@entity
class Sequence(Value):
    """A list, tuple or set in order; `open` says why it may hold more. A part can be a function, as in `Entry`."""

    parts: tuple[Part, ...]
    open: str | None = None
    origin: Origin | None = None

    def __post_init__(self) -> None:
        if len(self.parts) > MAX_PARTS:  # as of a list that doubles in every line
            object.__setattr__(self, "parts", self.parts[:MAX_PARTS])
            object.__setattr__(self, "open", self.open or TOO_LONG)

    @property
    def items(self) -> tuple[Value, ...]:
        """The elements."""
        return tuple(self.item(index) for index in range(len(self.parts)))

    def item(self, index: int) -> Value:
        """One element; raises IndexError if there is none."""
        part = self.parts[index]
        return part if isinstance(part, Value) else part()


@record
class Symbol(Value):
    """Something defined outside the project, by its dotted path: `openai.OpenAI`, `builtins.str`."""

    path: str


@entity
class Frame:
    """One activation of a project function; `llmlint.index.activations` makes them, one for each that differs.

    The arguments are those of `call` in the activation `caller`; `bound` says that the receiver is not among them.
    Without a call nothing was passed, unless the frame is not `complete`: then only the receiver is known. `fixed` are
    arguments given otherwise, `outer` is the activation of the enclosing function. A call that takes the function by
    reference (`submit(function, 1)`) passes what comes after `skip` arguments.
    """

    function: ast.AST
    call: ast.Call | None = None
    caller: Frame | None = None
    bound: bool = False
    receiver: Value | None = None
    outer: Frame | None = None
    complete: bool = True
    fixed: tuple[tuple[str, Value], ...] = ()
    depth: int = 0
    skip: int = 0


class Composed(Value):
    """A value whose identity is that of its parts, worked out once."""

    __slots__ = ("known",)
    known: object


@entity
class Function(Composed):
    """A function, method or lambda of the project, with the object it is bound to, if any."""

    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    receiver: Value | None = None
    frame: Frame | None = None


@entity
class Class(Value):
    """A class of the project."""

    module: Module
    node: ast.ClassDef


@record
class ModuleRef(Value):
    """A module of the project, by its path."""

    path: str


@entity
class Result(Composed):
    """What a call returned: an instance where `callee` is a class.

    `call` is None for an object whose construction was not seen (a parameter annotated with the class).
    """

    callee: Value
    call: ast.Call | None = None
    module: Module | None = None
    frame: Frame | None = None


@entity
class Member(Composed):
    """An attribute of something outside the project."""

    base: Value
    name: str


@entity
class Partial(Value):
    """`functools.partial(function, …)`; `call` is the partial's own call."""

    function: Value
    call: ast.Call
    module: Module
    frame: Frame | None = None


@entity
class Pipe(Value):
    """`left | right` of two objects that are no mappings or numbers."""

    left: Value
    right: Value
    node: ast.BinOp | None = None


@entity
class Union(Value):
    """One of several values."""

    options: tuple[Value, ...]


NONE = Const(None, "NoneType")
CIRCULAR = Unknown("its value depends on itself")
RAISES = Unknown("it is asked of None")


def union(values: list[Value]) -> Value:
    """The union of the values, flattened and without repeats; an Unknown among them stays.

    What depends on itself adds nothing: it is one of the others. So does a call of a method of None, which raises.
    """
    if len(values) == 1:
        return values[0]
    objects = {id(option): option for value in values for option in alternatives(value)}
    if not objects:
        return Unknown("it has no value")
    if len(objects) == len(alternatives(values[0])) <= MAX_ALTERNATIVES:  # the others add nothing, as most do
        return values[0]
    flat: dict[object, Value] = {}
    for option in objects.values():
        flat.setdefault(identity(option), option)
    for nothing in (CIRCULAR, RAISES):
        if len(flat) > 1:
            flat.pop(nothing, None)
    options = list(flat.values())
    most = MAX_ALTERNATIVES
    if len(options) > MAX_ALTERNATIVES and all(isinstance(option, Const) for option in options):
        most = MAX_CONSTANTS
    if len(options) > most:
        options = _condensed(options)
    if len(options) > most:
        options = [*options[: most - 1], Unknown("it has too many possible values")]
    return options[0] if len(options) == 1 else Union(tuple(options))


def _condensed(options: list[Value]) -> list[Value]:
    """The options with one mapping for all that were written as the same expression and have the same keys."""
    alike: dict[object, list[Mapping]] = {}
    kept: list[Value] = []
    for option in options:
        if isinstance(option, Mapping) and option.origin is not None:
            keys = (*option.entries, *[entry.certain for entry in option.entries.values()])
            alike.setdefault((id(option.origin.node), keys, option.open), []).append(option)
        else:
            kept.append(option)
    return [*kept, *(_joined(group) for group in alike.values())]


def _joined(group: list[Mapping]) -> Mapping:
    first = group[0]

    def either(key: str) -> Entry:
        return Entry(lambda: union([one.entries[key].value for one in group]), first.entries[key].certain)

    return first if len(group) == 1 else Mapping({key: either(key) for key in first.entries}, first.open, first.origin)


PLAIN = frozenset({Unknown, Symbol, ModuleRef, Template, Env})


def identity(value: Value) -> object:
    """Equal for two values that stand for the same thing."""
    if value.__class__ is Const:  # by far the most, and a tuple is hashed and compared faster
        return value.value, value.kind
    if value.__class__ in PLAIN:  # asked so often that a chain of `isinstance` shows
        return value
    if isinstance(value, Composed):
        try:
            return value.known
        except AttributeError:
            value.known = _keys.setdefault(key := _composed_of(value), key)
            return value.known
    return ("class", id(value.node)) if isinstance(value, Class) else id(value)


_keys: dict[object, object] = {}  # the one tuple for each, so that those built of others hold but their numbers


def _composed_of(value: Composed) -> object:
    if isinstance(value, Result):
        return ("result", id(value.call), _number(value.callee), id(value.frame))
    if isinstance(value, Function):
        receiver = _number(value.receiver) if value.receiver is not None else None
        return ("function", id(value.node), receiver, id(value.frame))
    assert isinstance(value, Member)
    return ("member", value.name, _number(value.base))


def _number(value: Value) -> object:
    key = identity(value)
    return id(key) if isinstance(value, Composed) else key


def alternatives(value: Value) -> tuple[Value, ...]:
    """The options of a union, or the value itself."""
    return value.options if isinstance(value, Union) else (value,)


def text_of(value: Value) -> str | None:
    """The string of a constant, else None."""
    return value.value if isinstance(value, Const) and isinstance(value.value, str) else None


def usual(value: Value) -> Value:
    """What a text is where the environment variables in it are not set and have their defaults."""
    held = value.default if isinstance(value, Env) else value.usual if isinstance(value, Template) else None
    return value if held is None else usual(held) if isinstance(held, Env) else held


def is_none(value: Value) -> bool:
    """Whether the value is the constant None."""
    return isinstance(value, Const) and value.value is None


def const(value: object, module: Module | None = None, node: ast.AST | None = None) -> Const:
    """A constant, with the expression it was written as."""
    origin = Origin(module, node) if module is not None and node is not None else None
    return Const(value, type(value).__name__, origin)


def dotted(value: Value) -> str:
    """The path of something outside the project: `tenacity.retry`, `pkg.Instrumentor().instrument`; else empty."""
    if isinstance(value, Symbol):
        return value.path
    if isinstance(value, Result):
        inner = dotted(value.callee)
        return f"{inner}()" if inner else ""
    if isinstance(value, Member):
        inner = dotted(value.base)
        return f"{inner}.{value.name}" if inner else ""
    return ""
