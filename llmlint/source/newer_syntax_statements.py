"""Compound statements, and with them whole modules, of LibCST as `ast` nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst
from libcst.metadata import CodePosition

from llmlint.source.newer_syntax_expressions import STORE
from llmlint.source.newer_syntax_parameters import identifier
from llmlint.source.newer_syntax_positions import At
from llmlint.source.newer_syntax_simple import SimpleStatementConverter


class StatementConverter(SimpleStatementConverter):
    """Converts all statements; an `except*` that the running interpreter lacks becomes an `except`."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(module)
        self._semicolons: dict[ast.AST, CodePosition] = {}

    def convert(self) -> ast.Module:
        """The whole module."""
        return ast.Module(body=self.body(self.module.body), type_ignores=[])

    def body(self, nodes: Sequence[Any]) -> list[ast.stmt]:
        """Statements in order, those on one line apart."""
        found: list[ast.stmt] = []
        for node in nodes:
            if isinstance(node, cst.SimpleStatementLine):
                found.extend(self._line(node.body))
            else:
                found.append(self.statement(node))
        return found

    def statement(self, node: Any) -> ast.stmt:
        """Any statement but several on a line."""
        handler = _HANDLERS.get(type(node).__name__)
        if handler is None:
            raise NotImplementedError(f"syntax node {type(node).__name__}")
        return handler(self, node)

    def _suite(self, node: cst.BaseSuite) -> list[ast.stmt]:
        if isinstance(node, cst.SimpleStatementSuite):
            return self._line(node.body)
        return self.body(node.body)

    def _line(self, nodes: Sequence[cst.BaseSmallStatement]) -> list[ast.stmt]:
        found = [self.statement(node) for node in nodes]
        semicolon = nodes[-1].semicolon
        if isinstance(semicolon, cst.Semicolon):
            self._semicolons[found[-1]] = self.end(semicolon)
        return found

    def _orelse(self, node: Any) -> list[ast.stmt]:
        if node is None:
            return []
        return [self.statement(node)] if isinstance(node, cst.If) else self._suite(node.body)

    def _until(self, node: cst.CSTNode, *blocks: Sequence[ast.stmt | ast.excepthandler]) -> At:
        """From the start of the node to the end of the last statement in its blocks, a semicolon behind it included."""
        last = next(block[-1] for block in reversed(blocks) if block)
        if last in self._semicolons:
            return self.between(self.start(node), self._semicolons[last])
        at = self.at(node)
        at["end_lineno"], at["end_col_offset"] = last.end_lineno or 0, last.end_col_offset or 0
        return at

    def _if_statement(self, node: cst.If) -> ast.stmt:
        test, body, orelse = self.expression(node.test), self._suite(node.body), self._orelse(node.orelse)
        return ast.If(test=test, body=body, orelse=orelse, **self._until(node, body, orelse))

    def _while(self, node: cst.While) -> ast.stmt:
        test, body, orelse = self.expression(node.test), self._suite(node.body), self._orelse(node.orelse)
        return ast.While(test=test, body=body, orelse=orelse, **self._until(node, body, orelse))

    def _for(self, node: cst.For) -> ast.stmt:
        target, iterated = self.expression(node.target, STORE), self.expression(node.iter)
        body, orelse = self._suite(node.body), self._orelse(node.orelse)
        kind = ast.For if node.asynchronous is None else ast.AsyncFor
        at = self._until(node, body, orelse)
        return kind(target=target, iter=iterated, body=body, orelse=orelse, type_comment=None, **at)

    def _with(self, node: cst.With) -> ast.stmt:
        items: list[ast.withitem] = []
        for item in node.items:
            target = None if item.asname is None else self.expression(item.asname.name, STORE)
            items.append(ast.withitem(context_expr=self.expression(item.item), optional_vars=target))
        body = self._suite(node.body)
        kind = ast.With if node.asynchronous is None else ast.AsyncWith
        return kind(items=items, body=body, type_comment=None, **self._until(node, body))

    def _try(self, node: Any) -> ast.stmt:
        body, orelse, final = self._suite(node.body), self._orelse(node.orelse), self._orelse(node.finalbody)
        handlers = [self._handler(each) for each in node.handlers]
        kind: Any = ast.Try if isinstance(node, cst.Try) else getattr(ast, "TryStar", ast.Try)
        at = self._until(node, body, handlers, orelse, final)
        found: ast.stmt = kind(body=body, handlers=handlers, orelse=orelse, finalbody=final, **at)
        return found

    def _handler(self, node: Any) -> ast.ExceptHandler:
        name = None if node.name is None else identifier(node.name.name.value)
        body = self._suite(node.body)
        return ast.ExceptHandler(type=self._optional(node.type), name=name, body=body, **self._until(node, body))

    def _match(self, node: cst.Match) -> ast.stmt:
        cases: list[ast.match_case] = []
        for case in node.cases:
            pattern, guard = self.pattern(case.pattern), self._optional(case.guard)
            cases.append(ast.match_case(pattern=pattern, guard=guard, body=self._suite(case.body)))
        return ast.Match(subject=self.expression(node.subject), cases=cases, **self._until(node, cases[-1].body))

    def _function(self, node: cst.FunctionDef) -> ast.stmt:
        kind: Any = ast.FunctionDef if node.asynchronous is None else ast.AsyncFunctionDef
        body = self._suite(node.body)
        found: ast.stmt = kind(
            name=identifier(node.name.value),
            args=self.parameters(node.params),
            body=body,
            decorator_list=[self.expression(each.decorator) for each in node.decorators],
            returns=None if node.returns is None else self.expression(node.returns.annotation),
            type_comment=None,
            **self._type_params(node),
            **self._until(node, body),
        )
        return found

    def _class_definition(self, node: cst.ClassDef) -> ast.stmt:
        bases, keywords = self.arguments([*node.bases, *node.keywords])
        body = self._suite(node.body)
        kind: Any = ast.ClassDef
        found: ast.stmt = kind(
            name=identifier(node.name.value),
            bases=bases,
            keywords=keywords,
            body=body,
            decorator_list=[self.expression(each.decorator) for each in node.decorators],
            **self._type_params(node),
            **self._until(node, body),
        )
        return found


_Converter = StatementConverter
# By name, because an older LibCST lacks the newest of these classes.
_HANDLERS: dict[str, Callable[[StatementConverter, Any], ast.stmt]] = {
    "Expr": _Converter._expr,
    "Pass": _Converter._pass,
    "Break": _Converter._break,
    "Continue": _Converter._continue,
    "Return": _Converter._return,
    "Raise": _Converter._raise,
    "Assert": _Converter._assert,
    "Del": _Converter._delete,
    "Assign": _Converter._assign,
    "AnnAssign": _Converter._annotated,
    "AugAssign": _Converter._augmented,
    "Import": _Converter._import,
    "LazyImport": _Converter._import,
    "ImportFrom": _Converter._import_from,
    "LazyImportFrom": _Converter._import_from,
    "Global": _Converter._global,
    "Nonlocal": _Converter._nonlocal,
    "TypeAlias": _Converter._type_alias,
    "If": _Converter._if_statement,
    "While": _Converter._while,
    "For": _Converter._for,
    "With": _Converter._with,
    "Try": _Converter._try,
    "TryStar": _Converter._try,
    "Match": _Converter._match,
    "FunctionDef": _Converter._function,
    "ClassDef": _Converter._class_definition,
}
