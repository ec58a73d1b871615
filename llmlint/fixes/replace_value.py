"""The codemod `replace-value`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from llmlint.fixes.codemod import CallCodemod
from llmlint.fixes.refusal import RefusalError


class ReplaceValue(CallCodemod):
    """Gives the argument `keyword` the value `value` in place of the literal `old`; all else stays."""

    DESCRIPTION = "Replaces the literal value of a keyword argument of one call."

    def change(self, call: cst.Call) -> cst.Call:
        """The call with the argument's value replaced; one that already has the new value is left alone."""
        keyword, old, new = self.arguments["keyword"], self.arguments["old"], self.arguments["value"]
        for index, argument in enumerate(call.args):
            if argument.keyword is not None and argument.keyword.value == keyword:
                spelled = cst.Module(body=[]).code_for_node(argument.value)
                if spelled == new:
                    return call
                if spelled != old:
                    raise RefusalError(f"{keyword} is {spelled}, not {old}")
                changed = argument.with_changes(value=cst.parse_expression(new))
                return call.with_changes(args=[*call.args[:index], changed, *call.args[index + 1 :]])
        raise RefusalError(f"the call has no keyword {keyword}")

    @staticmethod
    def mirror(call: ast.Call, arguments: Mapping[str, str]) -> ast.Call:
        """The same in the standard library's tree."""
        value = ast.parse(arguments["value"], mode="eval").body
        keywords = [ast.keyword(k.arg, value) if k.arg == arguments["keyword"] else k for k in call.keywords]
        return ast.Call(call.func, call.args, keywords)
