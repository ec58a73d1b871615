"""The codemod `remove-keyword`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from llmlint.fixes.codemod import CallCodemod
from llmlint.fixes.refusal import RefusalError


class RemoveKeyword(CallCodemod):
    """Takes the argument `keyword` out of a call; the others keep their places and their layout."""

    DESCRIPTION = "Removes a keyword argument from one call."

    def change(self, call: cst.Call) -> cst.Call:
        """The call without the argument; unchanged if it has none of that name."""
        keyword = self.arguments["keyword"]
        names = [argument.keyword.value if argument.keyword else None for argument in call.args]
        if keyword not in names:
            return call
        index = names.index(keyword)
        gone = call.args[index]
        if any(
            "#" in cst.Module(body=[]).code_for_node(part) for part in (gone, *call.args[max(index - 1, 0) : index])
        ):
            raise RefusalError("there is a comment beside it")
        rest = [*call.args[:index], *call.args[index + 1 :]]
        if index == len(rest) and rest:
            # What closed the list behind it, such as a trailing comma, closes it now behind the one before.
            rest[-1] = rest[-1].with_changes(comma=gone.comma, whitespace_after_arg=gone.whitespace_after_arg)
        changed = call.with_changes(args=rest)
        return changed if rest else changed.with_changes(whitespace_before_args=cst.SimpleWhitespace(""))

    @staticmethod
    def mirror(call: ast.Call, arguments: Mapping[str, str]) -> ast.Call:
        """The same in the standard library's tree."""
        return ast.Call(call.func, call.args, [k for k in call.keywords if k.arg != arguments["keyword"]])
