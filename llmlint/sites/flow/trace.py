"""What the flow of an answer carries along, and the places at which it ends."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, NamedTuple

from llmlint.records import entity
from llmlint.sites.flow.tags import Tag

if TYPE_CHECKING:
    from llmlint.index.module import Module
    from llmlint.sites.flow.parsers import Parser


class Trace(NamedTuple):
    """What a traced expression holds.

    `kind` is empty for a position in the answer, which `path` gives. Else it is what was taken from there: "text",
    "arguments" or "name" of a tool call, "number" once it was read as one or as a member of an Enum, "json" once it
    was dumped, "path" once files are named after it. `derived` says that a parser, or a text around it, made
    something else of it, `piece` that only a part of it is left, `brief` how many characters it has at most where a
    test or a slice limits them, `optional` that it may be None, as the SDK types it. `wraps` is what was put around
    it, outermost first: an iteration, a tuple position, a key; `tags` tell some of these objects from others (see
    `llmlint.sites.flow.tags`). `loose` says that it was only split off at a separator, so that nothing tells what
    form it has.

    `raw` says that the position is in JSON that is not decoded yet: a body, or a line of a stream.

    `entered` are the calls through which it came into the helper it is in, `outward` the callers it was returned to,
    innermost first: it leaves a helper by the way it came. `hops` counts the calls that are not known one by one any
    more, since it was read from an attribute in another function: from there on `outward` stays as it is.

    A named tuple, as traces are altered and compared at every step and it does both faster than any other class.
    """

    path: tuple[str, ...] = ()
    kind: str = ""
    derived: bool = False
    optional: bool = False
    piece: bool = False
    brief: int = 0
    stream: bool = False
    raw: bool = False
    wraps: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    loose: bool = False
    entered: tuple[ast.expr, ...] = ()
    hops: int = 0
    outward: tuple[ast.Call, ...] = ()

    @property
    def text(self) -> bool:
        """Whether it is something taken from the answer, and not a position in it."""
        return bool(self.kind)

    @property
    def calls(self) -> int:
        """How many function boundaries were passed."""
        return len(self.entered) + len(self.outward) + self.hops

    def apart(self) -> Trace:
        """The same in a function that was not called by the one before."""
        return replace(self, entered=(), hops=self.hops + len(self.entered) + 1)

    def out(self, call: ast.Call) -> Trace:
        """The same, returned to a caller."""
        if self.hops:
            return replace(self, hops=self.hops + 1)
        return replace(self, outward=(*self.outward, call))


replace = Trace._replace


@entity
class Use:
    """A place where something of the answer is used, `what` saying how; the rest as in `Trace`.

    | what | |
    |---|---|
    | parse | `parser` reads it |
    | deref | it is used as if it could not be None; `how` spells the operation |
    | dispatch | a tool's name is a key or an attribute |
    | sink | it is run as code; `how` names the sink |
    | store | it is kept outside the process |
    | log | it is written to a log; `how` is the level |
    | show | it comes before a user as it is |
    | return | a function returns it, inside of `wraps` |
    | index | a chunk of a stream is taken to have a choice |
    | whole | the answer itself is handed on to where it cannot be followed |

    `hops` is above 0 where it was read from an attribute in another function.
    """

    what: str
    node: ast.expr | ast.stmt
    module: Module
    kind: str = ""
    derived: bool = False
    how: str = ""
    parser: Parser | None = None
    outward: tuple[ast.Call, ...] = ()
    entered: tuple[ast.expr, ...] = ()
    wraps: tuple[str, ...] = ()
    hops: int = 0
    brief: int = 0
