"""Parameters and arguments of LibCST as `ast` nodes."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Sequence

import libcst as cst

from llmlint.source.newer_syntax_strings import StringConverter

LOAD = ast.Load()


def identifier(name: str) -> str:
    """The name as the compiler stores it."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


class ParameterConverter(StringConverter):
    """Converts what stands between the parentheses of definitions and calls."""

    def arguments(self, args: Sequence[cst.Arg]) -> tuple[list[ast.expr], list[ast.keyword]]:
        """The arguments of a call or the bases of a class: those by position, and the keywords."""
        positional: list[ast.expr] = []
        keywords: list[ast.keyword] = []
        for arg in args:
            value = self.expression(arg.value)
            at = self.between(self.start(arg), self.outer_end(arg.value))
            if arg.keyword is not None:
                keywords.append(ast.keyword(arg=identifier(arg.keyword.value), value=value, **at))
            elif arg.star == "**":
                keywords.append(ast.keyword(arg=None, value=value, **at))
            elif arg.star == "*":
                positional.append(ast.Starred(value=value, ctx=LOAD, **at))
            else:
                positional.append(value)
        return positional, keywords

    def parameters(self, node: cst.Parameters) -> ast.arguments:
        """The parameters of a function or lambda."""
        positional = [*node.posonly_params, *node.params]
        star = node.star_arg if isinstance(node.star_arg, cst.Param) else None
        return ast.arguments(
            posonlyargs=[self._parameter(param) for param in node.posonly_params],
            args=[self._parameter(param) for param in node.params],
            vararg=None if star is None else self._parameter(star),
            kwonlyargs=[self._parameter(param) for param in node.kwonly_params],
            kw_defaults=[
                None if param.default is None else self.expression(param.default) for param in node.kwonly_params
            ],
            kwarg=None if node.star_kwarg is None else self._parameter(node.star_kwarg),
            defaults=[self.expression(param.default) for param in positional if param.default is not None],
        )

    def _parameter(self, param: cst.Param) -> ast.arg:
        annotation: ast.expr | None = None
        end = self.end(param.name)
        if param.annotation is not None:
            annotation = self.expression(param.annotation.annotation)
            end = self.outer_end(param.annotation.annotation)
        at = self.between(self.start(param.name), end)
        return ast.arg(arg=identifier(param.name.value), annotation=annotation, type_comment=None, **at)
