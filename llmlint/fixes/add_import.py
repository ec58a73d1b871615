"""The codemod `add-import`."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node

from llmlint.fixes.codemod import Codemod
from llmlint.fixes.imports import ImportLine, Placement, placement
from llmlint.fixes.refusal import RefusalError
from llmlint.fixes.tree import leading_imports
from llmlint.fixes.units import Unit

_Whitespace = cst.BaseParenthesizableWhitespace
_BLANK = cst.EmptyLine(indent=False)


class AddImport(Codemod[cst.Module, ast.Module]):
    """Adds `import module`, or `from module import name`, to the imports at the top of a file."""

    DESCRIPTION = "Imports a module or a name."
    UNIT = Unit.HEADER
    KINDS = (cst.Module,)

    def transform_module_impl(self, tree: cst.Module) -> cst.Module:
        """Carries out the change."""
        self.found = True
        return self.change(tree)

    def change(self, node: cst.Module) -> cst.Module:
        """The file's head with the import; unchanged if it has it."""
        body = [_statement(each) for each in node.body]
        lines = [line for index, each in enumerate(body) if (line := _line(index, each))]
        module, name = self.arguments["module"], self.arguments["name"]
        if not lines:
            raise RefusalError("the file has no imports at its top to put another one beside")
        place = placement(lines, module, name)
        if place is None:
            return node
        if place.merge is not None:
            return node.with_changes(body=_merged(body, place, name))
        code = f"from {module} import {name}" if name else f"import {module}"
        return node.with_changes(body=_inserted(body, place, code))

    @staticmethod
    def mirror(node: ast.Module, arguments: Mapping[str, str]) -> ast.Module:
        """The same in the standard library's tree."""
        module, name = arguments["module"], arguments["name"]
        head = leading_imports(node)
        lines = [line for index, each in enumerate(head) if (line := _mirror_line(index, each))]
        place = placement(lines, module, name)
        body = list(node.body)
        if place is not None and place.merge is not None:
            old = body[place.merge]
            assert isinstance(old, ast.ImportFrom)
            names = [*old.names[: place.position], ast.alias(name), *old.names[place.position :]]
            body[place.merge] = ast.ImportFrom(old.module, names, old.level)
        elif place is not None:
            new = ast.ImportFrom(module, [ast.alias(name)], 0) if name else ast.Import([ast.alias(module)])
            body.insert(place.index, new)
        return ast.Module(body, node.type_ignores)


def _statement(node: cst.BaseStatement | cst.SimpleStatementLine) -> cst.BaseStatement:
    if isinstance(node, cst.SimpleStatementLine) and len(node.body) > 1:
        raise RefusalError("two of its imports share a line")
    return node


def _line(index: int, node: cst.BaseStatement) -> ImportLine | None:
    small = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
    if isinstance(small, cst.Import):
        return ImportLine(index, get_full_name_for_node(small.names[0].name) or "", plain=False)
    if not isinstance(small, cst.ImportFrom):
        return None
    module = "." * len(small.relative) + ((small.module and get_full_name_for_node(small.module)) or "")
    if isinstance(small.names, cst.ImportStar):
        return ImportLine(index, module, ("*",), plain=False)
    names = tuple(_bound(alias.name, alias.asname) for alias in small.names)
    return ImportLine(index, module, names)


def _bound(name: cst.Attribute | cst.Name, asname: cst.AsName | None) -> str:
    spelled = get_full_name_for_node(name) or ""
    return f"{spelled} as {get_full_name_for_node(asname.name)}" if asname else spelled


def _mirror_line(index: int, node: ast.stmt) -> ImportLine | None:
    if isinstance(node, ast.Import):
        return ImportLine(index, node.names[0].name, plain=False)
    if not isinstance(node, ast.ImportFrom):
        return None
    names = tuple(f"{each.name} as {each.asname}" if each.asname else each.name for each in node.names)
    return ImportLine(index, "." * node.level + (node.module or ""), names, names != ("*",))


def _merged(body: Sequence[cst.BaseStatement], place: Placement, name: str) -> list[cst.BaseStatement]:
    assert place.merge is not None
    line = body[place.merge]
    assert isinstance(line, cst.SimpleStatementLine)
    old = line.body[0]
    assert isinstance(old, cst.ImportFrom)
    assert not isinstance(old.names, cst.ImportStar)
    names = list(old.names)
    if place.position < len(names):
        gap = _bare(_after(names[0]))
        names.insert(place.position, cst.ImportAlias(cst.Name(name), comma=cst.Comma(whitespace_after=gap)))
    else:
        last = names[-1]
        gap = _bare(_after(names[0]) if len(names) > 1 else _first_gap(old))
        closing: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if isinstance(last.comma, cst.Comma):
            closing = last.comma.with_changes(whitespace_after=_bare(last.comma.whitespace_after))
            gap = _keep_comment(last.comma.whitespace_after, gap)
        names[-1] = last.with_changes(comma=cst.Comma(whitespace_after=gap))
        names.append(cst.ImportAlias(cst.Name(name), comma=closing))
    changed = line.with_changes(body=[old.with_changes(names=names)])
    return [*body[: place.merge], changed, *body[place.merge + 1 :]]


def _after(alias: cst.ImportAlias) -> _Whitespace:
    return alias.comma.whitespace_after if isinstance(alias.comma, cst.Comma) else cst.SimpleWhitespace(" ")


def _bare(whitespace: _Whitespace) -> _Whitespace:
    """The same line break and indentation without comments."""
    if isinstance(whitespace, cst.ParenthesizedWhitespace):
        return cst.ParenthesizedWhitespace(indent=whitespace.indent, last_line=whitespace.last_line)
    return whitespace


def _keep_comment(old: _Whitespace, new: _Whitespace) -> _Whitespace:
    if isinstance(old, cst.ParenthesizedWhitespace) and isinstance(new, cst.ParenthesizedWhitespace):
        return old.with_changes(indent=new.indent, last_line=new.last_line)
    return new


def _first_gap(node: cst.ImportFrom) -> _Whitespace:
    inside = node.lpar.whitespace_after if node.lpar else None
    return inside if isinstance(inside, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace(" ")


def _inserted(body: Sequence[cst.BaseStatement], place: Placement, code: str) -> list[cst.BaseStatement]:
    new = cst.parse_statement(code)
    assert isinstance(new, cst.SimpleStatementLine)
    above, below = list(body[: place.index]), list(body[place.index :])
    lead: Sequence[cst.EmptyLine] = [_BLANK] if place.above else []
    if below:
        kept: Sequence[cst.EmptyLine] = getattr(below[0], "leading_lines", ())
        commented = any(line.comment for line in kept)
        if place.leads and not commented:
            lead, kept = kept, []
        if place.below and not any(not line.comment for line in kept):
            kept = [_BLANK, *kept]
        below[0] = below[0].with_changes(leading_lines=kept)
    return [*above, new.with_changes(leading_lines=lead), *below]
