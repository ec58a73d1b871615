"""The codemod `add-item`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import libcst as cst

from llmlint.fixes import layout
from llmlint.fixes.codemod import Codemod
from llmlint.fixes.refusal import RefusalError

_Whitespace = cst.BaseParenthesizableWhitespace
_Element = cst.BaseDictElement | cst.BaseElement


class AddItem(Codemod[cst.Dict | cst.List, ast.Dict | ast.List]):
    """Adds `key: value` at the end of a dict or, without a key, `value` at the end of a list, in the layout it has."""

    DESCRIPTION = "Adds an item to one dict or list."
    KINDS = (cst.Dict, cst.List)

    def change(self, node: cst.Dict | cst.List) -> cst.Dict | cst.List:
        """The literal with the item added; unchanged if it has the key, or the element, already."""
        value = _parsed(self.arguments["value"])
        if isinstance(node, cst.Dict):
            key = _parsed(self.arguments["key"])
            if any(isinstance(each, cst.DictElement) and _same(each.key, key) for each in node.elements):
                return node
            elements, before, after = _added(node.elements, _colon(node, key, value), node.lbrace, node.rbrace)
            return node.with_changes(elements=elements, lbrace=before, rbrace=after)
        if any(_same(each.value, value) for each in node.elements):
            return node
        elements, before, after = _added(node.elements, cst.Element(value), node.lbracket, node.rbracket)
        return node.with_changes(elements=elements, lbracket=before, rbracket=after)

    @staticmethod
    def mirror(node: ast.Dict | ast.List, arguments: Mapping[str, str]) -> ast.Dict | ast.List:
        """The same in the standard library's tree."""
        value = ast.parse(arguments["value"], mode="eval").body
        if isinstance(node, ast.List):
            return ast.List([*node.elts, value], node.ctx)
        key = ast.parse(arguments["key"], mode="eval").body
        return ast.Dict([*node.keys, key], [*node.values, value])


def _parsed(source: str) -> cst.BaseExpression:
    try:
        return cst.parse_expression(source)
    except cst.ParserSyntaxError as error:
        raise RefusalError(f"{source!r} is not an expression") from error


def _same(one: cst.BaseExpression, other: cst.BaseExpression) -> bool:
    if isinstance(one, cst.SimpleString) and isinstance(other, cst.SimpleString):
        return one.evaluated_value == other.evaluated_value
    return one.deep_equals(other)


def _colon(node: cst.Dict, key: cst.BaseExpression, value: cst.BaseExpression) -> cst.DictElement:
    """`key: value` spaced as in the dict's last item."""
    for each in reversed(node.elements):
        if isinstance(each, cst.DictElement):
            before, after = layout.inline(each.whitespace_before_colon), layout.inline(each.whitespace_after_colon)
            return cst.DictElement(key, value, whitespace_before_colon=before, whitespace_after_colon=after)
    return cst.DictElement(key, value)


def _added(
    elements: Sequence[_Element], item: _Element, before: cst.CSTNode, after: cst.CSTNode
) -> tuple[list[_Element], cst.CSTNode, cst.CSTNode]:
    """The elements with one more, and the brackets: on its own line if the last is, with a comma if that has one."""
    opening: _Whitespace = getattr(before, "whitespace_after")  # noqa: B009
    closing: _Whitespace = getattr(after, "whitespace_before")  # noqa: B009
    if not elements:
        if not isinstance(opening, cst.ParenthesizedWhitespace):
            return [item], before, after
        last_line = layout.line_like(opening)
        only = item.with_changes(comma=cst.Comma())
        opened = before.with_changes(whitespace_after=layout.opened(opening))
        return [only], opened, after.with_changes(whitespace_before=last_line)
    last = elements[-1]
    lead = opening if len(elements) == 1 else _gap(elements[-2])
    gap: _Whitespace = layout.inline(lead) if len(elements) > 1 else cst.SimpleWhitespace(" ")
    if isinstance(lead, cst.ParenthesizedWhitespace):
        gap = layout.line_like(lead)
        if isinstance(closing, cst.ParenthesizedWhitespace):
            gap = closing.with_changes(indent=lead.indent, last_line=lead.last_line)
            closing = layout.line_like(closing)
    if isinstance(last.comma, cst.Comma):
        item = item.with_changes(comma=cst.Comma(whitespace_before=last.comma.whitespace_before))
    comma = last.comma if isinstance(last.comma, cst.Comma) else cst.Comma()
    last = last.with_changes(comma=comma.with_changes(whitespace_after=gap))
    return [*elements[:-1], last, item], before, after.with_changes(whitespace_before=closing)


def _gap(element: _Element) -> _Whitespace:
    comma = element.comma
    return comma.whitespace_after if isinstance(comma, cst.Comma) else cst.SimpleWhitespace(" ")
