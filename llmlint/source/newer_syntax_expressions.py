"""Expressions of LibCST as `ast` nodes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import libcst as cst
from libcst.metadata import CodePosition

from llmlint.source.newer_syntax_parameters import LOAD, ParameterConverter, identifier

STORE, DEL = ast.Store(), ast.Del()
_NAMED_CONSTANTS = {"None": None, "True": True, "False": False}
_COMPARISONS: dict[type[cst.CSTNode], type[ast.cmpop]] = {
    cst.Equal: ast.Eq,
    cst.NotEqual: ast.NotEq,
    cst.LessThan: ast.Lt,
    cst.LessThanEqual: ast.LtE,
    cst.GreaterThan: ast.Gt,
    cst.GreaterThanEqual: ast.GtE,
    cst.In: ast.In,
    cst.NotIn: ast.NotIn,
    cst.Is: ast.Is,
    cst.IsNot: ast.IsNot,
}
_UNARY: dict[type[cst.CSTNode], type[ast.unaryop]] = {
    cst.Not: ast.Not,
    cst.Minus: ast.USub,
    cst.Plus: ast.UAdd,
    cst.BitInvert: ast.Invert,
}
BINARY: dict[str, type[ast.operator]] = {
    "Add": ast.Add,
    "Subtract": ast.Sub,
    "Multiply": ast.Mult,
    "MatrixMultiply": ast.MatMult,
    "Divide": ast.Div,
    "Modulo": ast.Mod,
    "Power": ast.Pow,
    "LeftShift": ast.LShift,
    "RightShift": ast.RShift,
    "BitOr": ast.BitOr,
    "BitXor": ast.BitXor,
    "BitAnd": ast.BitAnd,
    "FloorDivide": ast.FloorDiv,
}


class ExpressionConverter(ParameterConverter):
    """Converts expressions."""

    def expression(self, node: cst.BaseExpression, ctx: ast.expr_context | None = None) -> ast.expr:
        """Any expression; `ctx` (default: load) is that of names, attributes, subscripts, lists and tuples."""
        handler = _HANDLERS.get(type(node).__name__)
        if handler is None:
            raise NotImplementedError(f"syntax node {type(node).__name__}")
        return handler(self, node, ctx or LOAD)

    def expressions(self, nodes: Sequence[Any], ctx: ast.expr_context | None = None) -> list[ast.expr]:
        """The values of elements in order."""
        found: list[ast.expr] = []
        for node in nodes:
            found.append(self.expression(node if isinstance(node, cst.StarredElement) else node.value, ctx))
        return found

    def _name(self, node: cst.Name, ctx: ast.expr_context) -> ast.expr:
        if node.value in _NAMED_CONSTANTS:
            return ast.Constant(value=_NAMED_CONSTANTS[node.value], kind=None, **self.at(node))
        return ast.Name(id=identifier(node.value), ctx=ctx, **self.at(node))

    def _ellipsis(self, node: cst.Ellipsis, ctx: ast.expr_context) -> ast.expr:
        return ast.Constant(value=..., kind=None, **self.at(node))

    def _number(self, node: cst.BaseNumber, ctx: ast.expr_context) -> ast.expr:
        return ast.Constant(value=ast.literal_eval(getattr(node, "value")), kind=None, **self.at(node))  # noqa: B009

    def _string(self, node: cst.BaseString, ctx: ast.expr_context) -> ast.expr:
        return self.string(node)

    def _attribute(self, node: cst.Attribute, ctx: ast.expr_context) -> ast.expr:
        return ast.Attribute(
            value=self.expression(node.value), attr=identifier(node.attr.value), ctx=ctx, **self.at(node)
        )

    def _call(self, node: cst.Call, ctx: ast.expr_context) -> ast.expr:
        positional, keywords = self.arguments(node.args)
        call = ast.Call(func=self.expression(node.func), args=positional, keywords=keywords, **self.at(node))
        if len(node.args) == 1 and isinstance(generator := node.args[0].value, cst.GeneratorExp) and not generator.lpar:
            # The call's own parentheses count as those of the generator.
            before = self.outer_end(node.func)
            opening = self.offset(before) + len(self.code_of(node.whitespace_after_func))
            at = self.between(self.position(opening, before.line), self.end(node))
            positional[0].lineno, positional[0].col_offset = at["lineno"], at["col_offset"]
            positional[0].end_lineno, positional[0].end_col_offset = at["end_lineno"], at["end_col_offset"]
        return call

    def _subscript(self, node: cst.Subscript, ctx: ast.expr_context) -> ast.expr:
        elements = node.slice
        first = elements[0]
        slices = [self._slice(element.slice) for element in elements]
        index = slices[0]
        starred = isinstance(first.slice, cst.Index) and first.slice.star is not None
        if len(elements) > 1 or starred or isinstance(first.comma, cst.Comma):
            comma = elements[-1].comma
            end = self.end(comma) if isinstance(comma, cst.Comma) else self._slice_end(elements[-1].slice)
            index = ast.Tuple(elts=slices, ctx=LOAD, **self.between(self.start(first), end))
        return ast.Subscript(value=self.expression(node.value), slice=index, ctx=ctx, **self.at(node))

    def _slice(self, node: cst.BaseSlice) -> ast.expr:
        if isinstance(node, cst.Slice):
            parts = (node.lower, node.upper, node.step)
            lower, upper, step = (None if part is None else self.expression(part) for part in parts)
            start = self.start(node.first_colon) if node.lower is None else self.outer_start(node.lower)
            return ast.Slice(lower=lower, upper=upper, step=step, **self.between(start, self._slice_end(node)))
        assert isinstance(node, cst.Index)
        value = self.expression(node.value)
        return value if node.star is None else ast.Starred(value=value, ctx=LOAD, **self.at(node))

    def _slice_end(self, node: cst.BaseSlice) -> CodePosition:
        # LibCST counts white space behind a slice as a part of it.
        if isinstance(node, cst.Index):
            return self.outer_end(node.value)
        assert isinstance(node, cst.Slice)
        if node.step is not None:
            return self.outer_end(node.step)
        if isinstance(node.second_colon, cst.Colon):
            return self.end(node.second_colon)
        return self.end(node.first_colon) if node.upper is None else self.outer_end(node.upper)

    def _starred(self, node: cst.StarredElement, ctx: ast.expr_context) -> ast.expr:
        return ast.Starred(value=self.expression(node.value, ctx), ctx=ctx, **self.at(node))

    def _tuple(self, node: cst.Tuple, ctx: ast.expr_context) -> ast.expr:
        return ast.Tuple(elts=self.expressions(node.elements, ctx), ctx=ctx, **self.at(node))

    def _list(self, node: cst.List, ctx: ast.expr_context) -> ast.expr:
        return ast.List(elts=self.expressions(node.elements, ctx), ctx=ctx, **self.at(node))

    def _set(self, node: cst.Set, ctx: ast.expr_context) -> ast.expr:
        return ast.Set(elts=self.expressions(node.elements), **self.at(node))

    def _dict(self, node: cst.Dict, ctx: ast.expr_context) -> ast.expr:
        keys = [self.expression(e.key) if isinstance(e, cst.DictElement) else None for e in node.elements]
        return ast.Dict(keys=keys, values=[self.expression(e.value) for e in node.elements], **self.at(node))

    def _comparison(self, node: cst.Comparison, ctx: ast.expr_context) -> ast.expr:
        return ast.Compare(
            left=self.expression(node.left),
            ops=[_COMPARISONS[type(each.operator)]() for each in node.comparisons],
            comparators=[self.expression(each.comparator) for each in node.comparisons],
            **self.at(node),
        )

    def _unary(self, node: cst.UnaryOperation, ctx: ast.expr_context) -> ast.expr:
        return ast.UnaryOp(op=_UNARY[type(node.operator)](), operand=self.expression(node.expression), **self.at(node))

    def _binary(self, node: cst.BinaryOperation, ctx: ast.expr_context) -> ast.expr:
        operator = BINARY[type(node.operator).__name__]()
        left, right = self.expression(node.left), self.expression(node.right)
        return ast.BinOp(left=left, op=operator, right=right, **self.at(node))

    def _boolean(self, node: cst.BooleanOperation, ctx: ast.expr_context) -> ast.expr:
        kind = type(node.operator)
        operator = ast.And() if kind is cst.And else ast.Or()
        return ast.BoolOp(
            op=operator, values=[self.expression(each) for each in _operands(node, kind)], **self.at(node)
        )

    def _conditional(self, node: cst.IfExp, ctx: ast.expr_context) -> ast.expr:
        test, body, orelse = self.expression(node.test), self.expression(node.body), self.expression(node.orelse)
        return ast.IfExp(test=test, body=body, orelse=orelse, **self.at(node))

    def _lambda(self, node: cst.Lambda, ctx: ast.expr_context) -> ast.expr:
        return ast.Lambda(args=self.parameters(node.params), body=self.expression(node.body), **self.at(node))

    def _await(self, node: cst.Await, ctx: ast.expr_context) -> ast.expr:
        return ast.Await(value=self.expression(node.expression), **self.at(node))

    def _yield(self, node: cst.Yield, ctx: ast.expr_context) -> ast.expr:
        if isinstance(node.value, cst.From):
            return ast.YieldFrom(value=self.expression(node.value.item), **self.at(node))
        return ast.Yield(value=None if node.value is None else self.expression(node.value), **self.at(node))

    def _named(self, node: cst.NamedExpr, ctx: ast.expr_context) -> ast.expr:
        target = self.expression(node.target, STORE)
        assert isinstance(target, ast.Name)
        return ast.NamedExpr(target=target, value=self.expression(node.value), **self.at(node))

    def _comprehension(self, node: Any, ctx: ast.expr_context) -> ast.expr:
        kind = _COMPREHENSIONS[type(node)]
        return kind(elt=self.expression(node.elt), generators=self._generators(node.for_in), **self.at(node))

    def _dict_comprehension(self, node: Any, ctx: ast.expr_context) -> ast.expr:
        generators = self._generators(node.for_in)
        value = self.expression(node.value)
        if isinstance(node, cst.DictComp):
            key = self.expression(node.key)
        else:  # `{**value for ...}`, for which there is no older form
            key = ast.Constant(value=None, kind=None, **self.outer(node.value))
        return ast.DictComp(key=key, value=value, generators=generators, **self.at(node))

    def _generators(self, first: cst.CompFor) -> list[ast.comprehension]:
        found: list[ast.comprehension] = []
        for_in: cst.CompFor | None = first
        while for_in is not None:
            found.append(
                ast.comprehension(
                    target=self.expression(for_in.target, STORE),
                    iter=self.expression(for_in.iter),
                    ifs=[self.expression(each.test) for each in for_in.ifs],
                    is_async=int(for_in.asynchronous is not None),
                )
            )
            for_in = for_in.inner_for_in
        return found


def _operands(node: cst.BooleanOperation, kind: type[cst.CSTNode]) -> Iterator[cst.BaseExpression]:
    """The operands of `a and b and c`, which LibCST nests in pairs, to either side."""
    pending: list[cst.BaseExpression] = [node.right, node.left]
    while pending:
        operand = pending.pop()
        if isinstance(operand, cst.BooleanOperation) and isinstance(operand.operator, kind) and not operand.lpar:
            pending += [operand.right, operand.left]
        else:
            yield operand


_COMPREHENSIONS: dict[type[cst.CSTNode], Callable[..., ast.expr]] = {
    cst.ListComp: ast.ListComp,
    cst.SetComp: ast.SetComp,
    cst.GeneratorExp: ast.GeneratorExp,
}
_Converter = ExpressionConverter
# By name, because an older LibCST lacks the newest of these classes.
_HANDLERS: dict[str, Callable[[ExpressionConverter, Any, ast.expr_context], ast.expr]] = {
    "Name": _Converter._name,
    "Ellipsis": _Converter._ellipsis,
    "Integer": _Converter._number,
    "Float": _Converter._number,
    "Imaginary": _Converter._number,
    "SimpleString": _Converter._string,
    "ConcatenatedString": _Converter._string,
    "FormattedString": _Converter._string,
    "TemplatedString": _Converter._string,
    "Attribute": _Converter._attribute,
    "Call": _Converter._call,
    "Subscript": _Converter._subscript,
    "StarredElement": _Converter._starred,
    "Tuple": _Converter._tuple,
    "List": _Converter._list,
    "Set": _Converter._set,
    "Dict": _Converter._dict,
    "Comparison": _Converter._comparison,
    "UnaryOperation": _Converter._unary,
    "BinaryOperation": _Converter._binary,
    "BooleanOperation": _Converter._boolean,
    "IfExp": _Converter._conditional,
    "Lambda": _Converter._lambda,
    "Await": _Converter._await,
    "Yield": _Converter._yield,
    "NamedExpr": _Converter._named,
    "ListComp": _Converter._comprehension,
    "SetComp": _Converter._comprehension,
    "GeneratorExp": _Converter._comprehension,
    "DictComp": _Converter._dict_comprehension,
    "StarredDictComp": _Converter._dict_comprehension,
}
