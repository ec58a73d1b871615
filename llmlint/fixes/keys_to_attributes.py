"""The codemod `keys-to-attributes`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from llmlint.fixes.codemod import Codemod
from llmlint.fixes.refusal import RefusalError


class KeysToAttributes(Codemod[cst.BaseExpression, ast.expr]):
    """Reads the `keys` of a chain as attributes: `answer["choices"][0]["text"]` becomes `answer.choices[0].text`.

    They are separated by dots, in the order of the chain.
    """

    DESCRIPTION = "Reads keys as attributes."
    KINDS = (cst.Subscript, cst.Attribute)

    def change(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """The chain with attributes; one that has them is left alone."""
        found: list[str] = []
        changed = _with_attributes(node, found)
        if found and ".".join(found) != self.arguments["keys"]:
            raise RefusalError("the code there has changed in the meantime")
        return changed if found else node

    @staticmethod
    def mirror(node: ast.expr, arguments: Mapping[str, str]) -> ast.expr:
        """The same in the standard library's tree."""
        if isinstance(node, ast.Attribute):
            return ast.Attribute(KeysToAttributes.mirror(node.value, arguments), node.attr, node.ctx)
        if not isinstance(node, ast.Subscript):
            return node
        value = KeysToAttributes.mirror(node.value, arguments)
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return ast.Attribute(value, node.slice.value, node.ctx)
        return ast.Subscript(value, node.slice, node.ctx)


def _with_attributes(node: cst.BaseExpression, found: list[str]) -> cst.BaseExpression:
    if not isinstance(node, (cst.Subscript, cst.Attribute)):
        return node
    value = _with_attributes(node.value, found)
    key = _key(node)
    if not key:
        return node.with_changes(value=value)
    found.append(key)
    return cst.Attribute(value, cst.Name(key), lpar=node.lpar, rpar=node.rpar)


def _key(node: cst.Subscript | cst.Attribute) -> str:
    index = node.slice[0].slice if isinstance(node, cst.Subscript) and len(node.slice) == 1 else None
    given = index.value if isinstance(index, cst.Index) else None
    value = given.evaluated_value if isinstance(given, cst.SimpleString) else ""
    return value if isinstance(value, str) else ""
