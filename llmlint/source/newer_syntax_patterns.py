"""Patterns of `match` statements of LibCST as `ast` nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import libcst as cst

from llmlint.source.newer_syntax_expressions import ExpressionConverter
from llmlint.source.newer_syntax_parameters import identifier


class PatternConverter(ExpressionConverter):
    """Converts patterns."""

    def pattern(self, node: Any) -> ast.pattern:
        """Any pattern."""
        handler = _HANDLERS.get(type(node))
        if handler is None:
            raise NotImplementedError(f"syntax node {type(node).__name__}")
        return handler(self, node)

    def _value(self, node: cst.MatchValue) -> ast.pattern:
        return ast.MatchValue(value=self.expression(node.value), **self.at(node.value))

    def _singleton(self, node: cst.MatchSingleton) -> ast.pattern:
        constant: Any = self.expression(node.value)
        return ast.MatchSingleton(value=constant.value, **self.at(node.value))

    def _sequence(self, node: cst.MatchSequence) -> ast.pattern:
        patterns = [self.pattern(each if isinstance(each, cst.MatchStar) else each.value) for each in node.patterns]
        return ast.MatchSequence(patterns=patterns, **self.at(node))

    def _star(self, node: cst.MatchStar) -> ast.pattern:
        if node.name is None:
            start = self.start(node)
            space = self.code_of(node.whitespace_before_name)
            end = self.position(self.offset(start) + len("*_") + len(space), start.line)
            return ast.MatchStar(name=None, **self.between(start, end))
        return ast.MatchStar(name=identifier(node.name.value), **self.between(self.start(node), self.end(node.name)))

    def _mapping(self, node: cst.MatchMapping) -> ast.pattern:
        return ast.MatchMapping(
            keys=[self.expression(each.key) for each in node.elements],
            patterns=[self.pattern(each.pattern) for each in node.elements],
            rest=None if node.rest is None else identifier(node.rest.value),
            **self.at(node),
        )

    def _class(self, node: cst.MatchClass) -> ast.pattern:
        return ast.MatchClass(
            cls=self.expression(node.cls),
            patterns=[self.pattern(each.value) for each in node.patterns],
            kwd_attrs=[identifier(each.key.value) for each in node.kwds],
            kwd_patterns=[self.pattern(each.pattern) for each in node.kwds],
            **self.at(node),
        )

    def _as(self, node: cst.MatchAs) -> ast.pattern:
        return ast.MatchAs(
            pattern=None if node.pattern is None else self.pattern(node.pattern),
            name=None if node.name is None else identifier(node.name.value),
            **self.at(node),
        )

    def _or(self, node: cst.MatchOr) -> ast.pattern:
        return ast.MatchOr(patterns=[self.pattern(each.pattern) for each in node.patterns], **self.at(node))


_Converter = PatternConverter
_HANDLERS: dict[type[cst.CSTNode], Callable[[PatternConverter, Any], ast.pattern]] = {
    cst.MatchValue: _Converter._value,
    cst.MatchSingleton: _Converter._singleton,
    cst.MatchList: _Converter._sequence,
    cst.MatchTuple: _Converter._sequence,
    cst.MatchStar: _Converter._star,
    cst.MatchMapping: _Converter._mapping,
    cst.MatchClass: _Converter._class,
    cst.MatchAs: _Converter._as,
    cst.MatchOr: _Converter._or,
}
