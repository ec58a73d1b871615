"""Dicts of new code, over several lines where one would be too long."""

from __future__ import annotations

import libcst as cst

from llmlint.fixes.room import Room
from llmlint.patterns import regex

_OWN_LINE = regex(r"([ \t]*)(\w+ *= *)")


def spread_argument(call: cst.Call, keyword: str, around: str, room: Room) -> cst.Call:
    """A call in which the dict given for a keyword is spread, where the argument has a line of its own.

    `around` is the indentation of the block, which LibCST leaves out of lines that share it.
    """
    before = call.whitespace_before_args
    args = list(call.args)
    for index, each in enumerate(args):
        if each.keyword is not None and each.keyword.value == keyword:
            if isinstance(before, cst.ParenthesizedWhitespace) and room.may_break:
                shared = around if before.indent else ""
                args[index] = each.with_changes(value=_spread(each.value, before, shared, f"{keyword}=", room))
            break
        before = each.comma.whitespace_after if isinstance(each.comma, cst.Comma) else cst.SimpleWhitespace("")
    return call.with_changes(args=args)


def spread_in_place(value: cst.BaseExpression, room: Room) -> cst.BaseExpression:
    """A dict that is the value of a keyword, spread where that has a line of its own."""
    line = _OWN_LINE.fullmatch(room.before)
    if line is None or not room.may_break:
        return value
    return _spread(value, cst.ParenthesizedWhitespace(last_line=cst.SimpleWhitespace(line[1])), "", line[2], room)


def _spread(
    value: cst.BaseExpression, line: cst.ParenthesizedWhitespace, shared: str, lead: str, room: Room
) -> cst.BaseExpression:
    """The value behind `lead`, on a line that begins with `shared` and like `line`: a dict too long over several."""
    indent, code = line.last_line.value, _code(value)
    is_dict = isinstance(value, cst.Dict) and value.elements and "\n" not in code
    if not is_dict or len(f"{shared}{indent}{lead}{code},".expandtabs(4)) <= room.text.width:
        return value
    assert isinstance(value, cst.Dict)
    step = "\t" if f"{shared}{indent}".endswith("\t") else room.step
    closing = cst.ParenthesizedWhitespace(indent=line.indent, last_line=line.last_line)
    inner = closing.with_changes(last_line=cst.SimpleWhitespace(indent + step))
    elements = []
    for element in value.elements:
        if isinstance(element, cst.DictElement):
            key = f"{_code(element.key)}: "
            element = element.with_changes(value=_spread(element.value, inner, shared, key, room))
        elements.append(element.with_changes(comma=cst.Comma(whitespace_after=inner)))
    elements[-1] = elements[-1].with_changes(comma=cst.Comma())
    return value.with_changes(
        lbrace=cst.LeftCurlyBrace(whitespace_after=inner),
        elements=elements,
        rbrace=cst.RightCurlyBrace(whitespace_before=closing),
    )


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)
