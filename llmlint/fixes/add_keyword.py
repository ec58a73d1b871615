"""The codemod `add-keyword`."""

from __future__ import annotations

import ast
from collections.abc import Mapping

import libcst as cst

from llmlint.fixes import layout
from llmlint.fixes.codemod import CallCodemod
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.spreading import spread_argument


class AddKeyword(CallCodemod):
    """Adds `keyword=value`, as the last argument or before the first `**`, in the layout that the call has.

    Where its line would become too long, the arguments are put on lines of their own, and the entries of a dict that is
    still too long as well.
    """

    DESCRIPTION = "Adds a keyword argument to one call."

    def change(self, call: cst.Call) -> cst.BaseExpression:
        """The call with the argument added; unchanged if it names the keyword already."""
        keyword = self.arguments["keyword"]
        if any(argument.keyword and argument.keyword.value == keyword for argument in call.args):
            return call
        if any(isinstance(each.value, cst.GeneratorExp) and not each.value.lpar for each in call.args):
            raise RefusalError("its argument is a generator expression without parentheses of its own")
        try:
            value = cst.parse_expression(self.arguments["value"])
        except cst.ParserSyntaxError as error:
            raise RefusalError(f"{self.arguments['value']!r} is not an expression") from error
        argument = cst.Arg(keyword=cst.Name(keyword), equal=layout.equal_sign(call), value=value)
        splats = [index for index, each in enumerate(call.args) if each.star == "**"]
        if not call.args:
            added = layout.fill(call, argument)
        else:
            added = layout.insert(call, splats[0], argument) if splats else layout.append(call, argument)
        fitted = layout.fitted(added, call, self.room)
        return spread_argument(fitted, keyword, self.indentation, self.room) if isinstance(fitted, cst.Call) else fitted

    @staticmethod
    def mirror(call: ast.Call, arguments: Mapping[str, str]) -> ast.Call:
        """The same in the standard library's tree."""
        if any(keyword.arg == arguments["keyword"] for keyword in call.keywords):
            return call
        added = ast.keyword(arguments["keyword"], ast.parse(arguments["value"], mode="eval").body)
        splats = [index for index, keyword in enumerate(call.keywords) if keyword.arg is None]
        place = splats[0] if splats else len(call.keywords)
        return ast.Call(call.func, call.args, [*call.keywords[:place], added, *call.keywords[place:]])
