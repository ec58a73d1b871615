"""Statements without a body of LibCST as `ast` nodes."""

from __future__ import annotations

import ast
from typing import Any

import libcst as cst

from llmlint.source.newer_syntax_expressions import BINARY, DEL, STORE
from llmlint.source.newer_syntax_parameters import LOAD, identifier
from llmlint.source.newer_syntax_patterns import PatternConverter
from llmlint.source.newer_syntax_positions import At


class SimpleStatementConverter(PatternConverter):
    """Converts statements without a body, and type parameters.

    Where the running interpreter has no node for them, a `type` statement becomes an assignment and type parameters
    are dropped.
    """

    def _expr(self, node: cst.Expr) -> ast.stmt:
        return ast.Expr(value=self.expression(node.value), **self.outer(node.value))

    def _pass(self, node: cst.Pass) -> ast.stmt:
        return ast.Pass(**self.at(node))

    def _break(self, node: cst.Break) -> ast.stmt:
        return ast.Break(**self.at(node))

    def _continue(self, node: cst.Continue) -> ast.stmt:
        return ast.Continue(**self.at(node))

    def _return(self, node: cst.Return) -> ast.stmt:
        return ast.Return(value=self._optional(node.value), **self._to(node, node.value))

    def _to(self, node: cst.CSTNode, last: cst.CSTNode | None) -> At:
        """From the start of the node to the end of its last part."""
        if last is None:
            return self.at(node)
        end = self.at(last) if isinstance(last, cst.Tuple) and not last.lpar else self.outer(last)
        at = self.at(node)
        at["end_lineno"], at["end_col_offset"] = end["end_lineno"], end["end_col_offset"]
        return at

    def _raise(self, node: cst.Raise) -> ast.stmt:
        cause = None if node.cause is None else node.cause.item
        at = self._to(node, cause or node.exc)
        return ast.Raise(exc=self._optional(node.exc), cause=self._optional(cause), **at)

    def _assert(self, node: cst.Assert) -> ast.stmt:
        at = self._to(node, node.msg or node.test)
        return ast.Assert(test=self.expression(node.test), msg=self._optional(node.msg), **at)

    def _delete(self, node: cst.Del) -> ast.stmt:
        if isinstance(node.target, cst.Tuple) and not node.target.lpar:
            targets = self.expressions(node.target.elements, DEL)
        else:
            targets = [self.expression(node.target, DEL)]
        return ast.Delete(targets=targets, **self._to(node, node.target))

    def _assign(self, node: cst.Assign) -> ast.stmt:
        targets = [self.expression(each.target, STORE) for each in node.targets]
        return ast.Assign(
            targets=targets, value=self.expression(node.value), type_comment=None, **self._to(node, node.value)
        )

    def _annotated(self, node: cst.AnnAssign) -> ast.stmt:
        target: Any = self.expression(node.target, STORE)
        return ast.AnnAssign(
            target=target,
            annotation=self.expression(node.annotation.annotation),
            value=self._optional(node.value),
            simple=int(isinstance(target, ast.Name) and not getattr(node.target, "lpar", ())),
            **self._to(node, node.value or node.annotation.annotation),
        )

    def _augmented(self, node: cst.AugAssign) -> ast.stmt:
        target: Any = self.expression(node.target, STORE)
        operator = BINARY[type(node.operator).__name__.removesuffix("Assign")]()
        return ast.AugAssign(
            target=target, op=operator, value=self.expression(node.value), **self._to(node, node.value)
        )

    def _import(self, node: cst.Import) -> ast.stmt:
        names = [self._alias(each) for each in node.names]
        at = self.at(node)
        at["end_lineno"], at["end_col_offset"] = names[-1].end_lineno or 0, names[-1].end_col_offset or 0
        return ast.Import(names=names, **at)

    def _import_from(self, node: cst.ImportFrom) -> ast.stmt:
        at = self.at(node)
        if isinstance(node.names, cst.ImportStar):
            names = [ast.alias(name="*", asname=None, **self.at(node.names))]
        else:
            names = [self._alias(each) for each in node.names]
        if node.rpar is None:
            at["end_lineno"], at["end_col_offset"] = names[-1].end_lineno or 0, names[-1].end_col_offset or 0
        module = None if node.module is None else _dotted(node.module)
        return ast.ImportFrom(module=module, names=names, level=len(node.relative), **at)

    def _alias(self, node: cst.ImportAlias) -> ast.alias:
        asname = None if node.asname is None else node.asname.name
        at = self.between(self.start(node.name), self.end(asname or node.name))
        name = identifier(asname.value) if isinstance(asname, cst.Name) else None
        return ast.alias(name=_dotted(node.name), asname=name, **at)

    def _global(self, node: cst.Global) -> ast.stmt:
        return ast.Global(names=[identifier(each.name.value) for each in node.names], **self.at(node))

    def _nonlocal(self, node: cst.Nonlocal) -> ast.stmt:
        return ast.Nonlocal(names=[identifier(each.name.value) for each in node.names], **self.at(node))

    def _type_alias(self, node: cst.TypeAlias) -> ast.stmt:
        name, value = self.expression(node.name, STORE), self.expression(node.value)
        at = self._to(node, node.value)
        newer: Any = getattr(ast, "TypeAlias", None)
        if newer is None:
            return ast.Assign(targets=[name], value=value, type_comment=None, **at)
        alias: ast.stmt = newer(name=name, value=value, **self._type_params(node), **at)
        return alias

    def _optional(self, node: cst.BaseExpression | None) -> ast.expr | None:
        return None if node is None else self.expression(node)

    def _type_params(self, node: Any) -> dict[str, list[Any]]:
        if not hasattr(ast, "TypeVar"):
            return {}
        params = [] if node.type_parameters is None else node.type_parameters.params
        return {"type_params": [self._type_param(each) for each in params]}

    def _type_param(self, node: cst.TypeParam) -> Any:
        param = node.param
        kind: Any = getattr(ast, type(param).__name__)
        at = self._to(param, node.default or getattr(param, "bound", None))
        fields: dict[str, Any] = {"name": identifier(param.name.value)}
        if isinstance(param, cst.TypeVar):
            fields["bound"] = self._optional(param.bound)
        if "default_value" in kind._fields:
            default = self._optional(node.default)
            if node.default is not None and default is not None and node.star:
                behind = self.offset(self.outer_start(node.default)) - len(self.code_of(node.whitespace_after_star))
                star = self.position(behind - len("*"), self.start(param).line)
                default = ast.Starred(value=default, ctx=LOAD, **self.between(star, self.outer_end(node.default)))
            fields["default_value"] = default
        return kind(**fields, **at)


def _dotted(node: cst.BaseExpression) -> str:
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(identifier(node.attr.value))
        node = node.value
    assert isinstance(node, cst.Name)
    return ".".join([identifier(node.value), *reversed(parts)])
