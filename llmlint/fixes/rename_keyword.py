"""The codemod `rename-keyword`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from llmlint.fixes.codemod import CallCodemod
from llmlint.fixes.refusal import RefusalError


class RenameKeyword(CallCodemod):
    """Gives the argument `keyword` the name `to`; value, place and whitespace stay."""

    DESCRIPTION = "Renames a keyword argument of one call."

    def change(self, call: cst.Call) -> cst.Call:
        """The call with the argument renamed."""
        old, new = self.arguments["keyword"], self.arguments["to"]
        names = [argument.keyword.value if argument.keyword else None for argument in call.args]
        if old not in names:
            if new in names:
                return call
            raise RefusalError(f"the call has no keyword {old}")
        if new in names:
            raise RefusalError(f"the call has {new} as well as {old}")
        index = names.index(old)
        renamed = call.args[index].with_changes(keyword=cst.Name(new))
        return call.with_changes(args=[*call.args[:index], renamed, *call.args[index + 1 :]])

    @staticmethod
    def mirror(call: ast.Call, arguments: Mapping[str, str]) -> ast.Call:
        """The same in the standard library's tree."""
        keywords = [
            ast.keyword(arguments["to"], keyword.value) if keyword.arg == arguments["keyword"] else keyword
            for keyword in call.keywords
        ]
        return ast.Call(call.func, call.args, keywords)
