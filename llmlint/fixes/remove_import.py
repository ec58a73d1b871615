"""The codemod `remove-import`."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from itertools import dropwhile

import libcst as cst
from libcst.helpers import get_full_name_for_node

from llmlint.fixes.codemod import Codemod
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.text import Text
from llmlint.fixes.tree import leading_imports, read, walk
from llmlint.fixes.units import Unit

COMMENTED = "a comment belongs to the import that is no longer used"


class RemoveImport(Codemod[cst.Module, ast.Module]):
    """Takes `import module`, or `name` of `from module import …`, out of the imports at the top of a file.

    Nothing is done as long as something uses it. What is imported under another name stays.
    """

    DESCRIPTION = "Removes an import that is no longer used."
    UNIT = Unit.HEADER
    KINDS = (cst.Module,)

    @classmethod
    def applies(cls, text: Text, arguments: Mapping[str, str]) -> bool:
        """Whether neither code nor a string of the file names it any more."""
        bound = arguments["name"] or arguments["module"].partition(".")[0]
        word = re.compile(rf"\b{re.escape(bound)}\b")
        try:
            root = read(text.content).root
        except SyntaxError:
            return False
        return not any(
            (isinstance(node, ast.Name) and node.id == bound)
            or (isinstance(node, ast.Constant) and isinstance(node.value, str) and word.search(node.value))
            for node in walk(root)
        )

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Carries out the change."""
        self.found = True
        return self.change(tree)

    def change(self, node: cst.Module) -> cst.Module:
        """The file's head without the import; unchanged if it is not there."""
        for index, statement in enumerate(node.body):
            if not isinstance(statement, cst.SimpleStatementLine):
                continue
            for small in statement.body:
                names = _names(small)
                gone = _place(self.arguments, _module(small), [_bound(alias) for alias in names])
                if gone is None:
                    continue
                if len(statement.body) > 1:
                    raise RefusalError("its import shares a line with another statement")
                if len(names) > 1:
                    body = [*node.body]
                    body[index] = statement.with_changes(body=[small.with_changes(names=_without(names, gone))])
                    return node.with_changes(body=body)
                return _without_line(node, index, statement)
        return node

    @staticmethod
    def mirror(node: ast.Module, arguments: Mapping[str, str]) -> ast.Module:
        """The same in the standard library's tree."""
        for index, statement in enumerate(leading_imports(node)):
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            module = "." * statement.level + (statement.module or "") if isinstance(statement, ast.ImportFrom) else None
            bound = [f"{each.name} as {each.asname}" if each.asname else each.name for each in statement.names]
            gone = _place(arguments, module, bound)
            if gone is None:
                continue
            names = [*statement.names[:gone], *statement.names[gone + 1 :]]
            kept: list[ast.stmt] = []
            if names and isinstance(statement, ast.ImportFrom):
                kept.append(ast.ImportFrom(statement.module, names, statement.level))
            elif names:
                kept.append(ast.Import(names))
            return ast.Module([*node.body[:index], *kept, *node.body[index + 1 :]], node.type_ignores)
        return node


def _place(arguments: Mapping[str, str], module: str | None, bound: Sequence[str]) -> int | None:
    """Which of the names that a statement binds is the one; `module` is None for `import a, b`."""
    wanted = arguments["name"] or arguments["module"]
    if module != (arguments["module"] if arguments["name"] else None) or wanted not in bound:
        return None
    return list(bound).index(wanted)


def _names(node: cst.BaseSmallStatement) -> Sequence[cst.ImportAlias]:
    if isinstance(node, (cst.Import, cst.ImportFrom)) and not isinstance(node.names, cst.ImportStar):
        return node.names
    return ()


def _module(node: cst.BaseSmallStatement) -> str | None:
    if not isinstance(node, cst.ImportFrom):
        return None
    return "." * len(node.relative) + ((node.module and get_full_name_for_node(node.module)) or "")


def _bound(alias: cst.ImportAlias) -> str:
    spelled = get_full_name_for_node(alias.name) or ""
    return f"{spelled} as {get_full_name_for_node(alias.asname.name)}" if alias.asname else spelled


def _without(names: Sequence[cst.ImportAlias], gone: int) -> list[cst.ImportAlias]:
    """The other names; where the last one goes, the one before it ends the list as that did."""
    comma = names[gone].comma
    gap = comma.whitespace_after if isinstance(comma, cst.Comma) else None
    if isinstance(gap, cst.ParenthesizedWhitespace) and (
        gap.first_line.comment or any(e.comment for e in gap.empty_lines)
    ):
        raise RefusalError(COMMENTED)
    left = [*names[:gone], *names[gone + 1 :]]
    if gone == len(left):
        left[-1] = left[-1].with_changes(comma=comma)
    return left


def _without_line(node: cst.Module, index: int, statement: cst.SimpleStatementLine) -> cst.Module:
    """The head without a statement; blank lines around it become those that its neighbours had."""
    above = statement.leading_lines
    if statement.trailing_whitespace.comment or any(line.comment for line in above):
        raise RefusalError(COMMENTED)
    body = [*node.body[:index], *node.body[index + 1 :]]
    if index < len(body):
        below: Sequence[cst.EmptyLine] = getattr(body[index], "leading_lines", ())
        if index == 0:
            below = list(dropwhile(lambda line: not line.comment, below))
        elif above and (not below or below[0].comment):
            below = [*above, *below]
        body[index] = body[index].with_changes(leading_lines=below)
    return node.with_changes(body=body)
