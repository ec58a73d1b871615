"""Where an argument goes and which whitespace surrounds it, so that a call keeps the layout it has.

Comments stay where they are: one at the end of a line belongs to what that line holds, one alone on a line in front of
an argument belongs to that argument.
"""

from __future__ import annotations

import libcst as cst

from llmlint.fixes.room import Room

_Whitespace = cst.BaseParenthesizableWhitespace
_NOTHING = cst.SimpleWhitespace("")
_SPACE = cst.SimpleWhitespace(" ")


def equal_sign(call: cst.Call) -> cst.AssignEqual:
    """`=` spaced as in the call's last keyword argument, without spaces if there is none."""
    for argument in reversed(call.args):
        if isinstance(argument.equal, cst.AssignEqual):
            equal = argument.equal
            return cst.AssignEqual(inline(equal.whitespace_before), inline(equal.whitespace_after))
    return cst.AssignEqual(_NOTHING, _NOTHING)


def fill(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """A call without arguments gets its first."""
    inside = call.whitespace_before_args
    if not isinstance(inside, cst.ParenthesizedWhitespace):
        return call.with_changes(args=[argument])
    argument = argument.with_changes(comma=cst.Comma(whitespace_after=line_like(inside)))
    return call.with_changes(args=[argument], whitespace_before_args=opened(inside))


def append(call: cst.Call, argument: cst.Arg) -> cst.Call:
    """The argument after the last one: on its own line if that one is, followed by a comma if that one is."""
    last = call.args[-1]
    before = _before(call, len(call.args) - 1)
    comma = last.comma if isinstance(last.comma, cst.Comma) else None
    closing = comma.whitespace_after if comma else last.whitespace_after_arg
    gap: _Whitespace = inline(before) if len(call.args) > 1 else _SPACE
    if isinstance(before, cst.ParenthesizedWhitespace):
        gap = line_like(before)
        if isinstance(closing, cst.ParenthesizedWhitespace):
            gap = closing.with_changes(indent=before.indent, last_line=before.last_line)
            closing = line_like(closing)
    if comma:
        last = last.with_changes(comma=comma.with_changes(whitespace_after=gap))
        argument = argument.with_changes(comma=cst.Comma(whitespace_after=closing))
    else:
        last = last.with_changes(comma=cst.Comma(whitespace_after=gap), whitespace_after_arg=_NOTHING)
        argument = argument.with_changes(whitespace_after_arg=closing)
    return call.with_changes(args=[*call.args[:-1], last, argument])


def insert(call: cst.Call, index: int, argument: cst.Arg) -> cst.Call:
    """The argument in front of another: on its own line if that one is."""
    before = _before(call, index)
    gap: _Whitespace = inline(before) if index else _SPACE
    lead = before
    if isinstance(before, cst.ParenthesizedWhitespace):
        gap = before.with_changes(first_line=cst.TrailingWhitespace())
        lead = before.with_changes(empty_lines=[])
    args = list(call.args)
    args.insert(index, argument.with_changes(comma=cst.Comma(whitespace_after=gap)))
    if index == 0:
        return call.with_changes(args=args, whitespace_before_args=lead)
    comma = args[index - 1].comma
    assert isinstance(comma, cst.Comma)  # something follows it
    args[index - 1] = args[index - 1].with_changes(comma=comma.with_changes(whitespace_after=lead))
    return call.with_changes(args=args)


def fitted(new: cst.BaseExpression, old: cst.BaseExpression, room: Room) -> cst.BaseExpression:
    """What stands in the old expression's place, in parentheses that this one had.

    A call, awaited or not, gets one argument a line if its line is too long otherwise; not if it was so before.
    """
    call = new.expression if isinstance(new, cst.Await) else new
    if not isinstance(call, cst.Call) or not _is_on_one_line(call) or _is_generated(call):
        return new
    # A node's range, and with it its room, leaves out its own parentheses.
    own = len(old.lpar)
    code = _code(new.with_changes(lpar=new.lpar[own:], rpar=new.rpar[: len(new.rpar) - own]))
    if room.holds(code) or not room.holds(_code(old.with_changes(lpar=(), rpar=()))) or not room.may_break:
        return new
    spread = _one_a_line(call, room)
    return new.with_changes(expression=spread) if isinstance(new, cst.Await) else spread


def _is_generated(call: cst.Call) -> bool:
    """Whether a generator expression without parentheses of its own is the only argument: no comma may follow it."""
    return isinstance(call.args[0].value, cst.GeneratorExp) and not call.args[0].value.lpar


def _one_a_line(call: cst.Call, room: Room) -> cst.Call:
    opening, closing = call.whitespace_before_args, _after(call.args[-1])
    if not isinstance(opening, cst.ParenthesizedWhitespace):
        indent = room.indent(_code(call.func))
        step = "\t" if indent.endswith("\t") else room.step
        opening = cst.ParenthesizedWhitespace(last_line=cst.SimpleWhitespace(indent + step))
        closing = cst.ParenthesizedWhitespace(last_line=cst.SimpleWhitespace(indent))
    bare = [argument.with_changes(whitespace_after_arg=_NOTHING) for argument in call.args]
    gaps = [*([line_like(opening)] * (len(bare) - 1)), closing]
    args = [each.with_changes(comma=cst.Comma(whitespace_after=gap)) for each, gap in zip(bare, gaps, strict=True)]
    return call.with_changes(args=args, whitespace_before_args=opening)


def _is_on_one_line(call: cst.Call) -> bool:
    """Whether there are arguments, all on one line, be it one of their own."""
    if not call.args:
        return False
    last = call.args[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT, whitespace_after_arg=_NOTHING)
    between = "".join(map(_code, [*call.args[:-1], last]))
    ends = (call.whitespace_before_args, _after(call.args[-1]))
    own = [end for end in ends if isinstance(end, cst.ParenthesizedWhitespace)]
    return "\n" not in between and len(own) in (0, 2) and not any("#" in _code(end) for end in own)


def _after(argument: cst.Arg) -> _Whitespace:
    comma = argument.comma
    return comma.whitespace_after if isinstance(comma, cst.Comma) else argument.whitespace_after_arg


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def _before(call: cst.Call, index: int) -> _Whitespace:
    if index == 0:
        return call.whitespace_before_args
    comma = call.args[index - 1].comma
    return comma.whitespace_after if isinstance(comma, cst.Comma) else _NOTHING


def opened(inside: cst.ParenthesizedWhitespace) -> cst.ParenthesizedWhitespace:
    """What stood between empty brackets, in front of the first thing between them: one step further in."""
    comments = [line for line in inside.empty_lines if line.comment]
    if comments:
        return inside.with_changes(indent=comments[-1].indent, last_line=comments[-1].whitespace)
    step = "\t" if inside.last_line.value.endswith("\t") else "    "
    return inside.with_changes(last_line=cst.SimpleWhitespace(inside.last_line.value + step))


def inline(whitespace: _Whitespace) -> cst.SimpleWhitespace:
    """The same on one line."""
    if isinstance(whitespace, cst.SimpleWhitespace) and "\\" not in whitespace.value:
        return whitespace
    return _SPACE


def line_like(whitespace: cst.ParenthesizedWhitespace) -> cst.ParenthesizedWhitespace:
    """The same line break and indentation without comments."""
    return cst.ParenthesizedWhitespace(indent=whitespace.indent, last_line=whitespace.last_line)
