"""A module's index: its tree and the tables that later questions are answered from."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from llmlint.diagnostics import Location
from llmlint.index.scopes import Scope
from llmlint.records import entity
from llmlint.source.lines import LineIndex
from llmlint.source.read import SourceText

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


@entity
class Uses:
    """The calls of a name in a module, and the places that hand it on, each with the call that takes it.

    `packed` are its uses as a part of a tuple, list or dict, `tables` the names of what these stand in, `kept_as` the
    attributes that it is assigned to.
    """

    calls: list[ast.Call]
    handed: list[tuple[ast.expr, ast.Call]]
    packed: list[ast.expr]
    tables: list[str]
    kept_as: list[str]


@dataclass(eq=False)
class Module:
    """One parsed file.

    `path` is as shown to the user, `name` the dotted name within the project, `package` the dotted name that relative
    imports start from. The tables hold every node of the kind by name, in no particular order.
    """

    path: str
    name: str
    package: str
    source: SourceText
    tree: ast.Module
    calls: dict[str, list[ast.Call]] = field(default_factory=dict)
    attribute_loads: dict[str, list[ast.Attribute]] = field(default_factory=dict)
    attribute_stores: dict[str, list[ast.Attribute]] = field(default_factory=dict)
    functions: dict[str, list[ast.FunctionDef | ast.AsyncFunctionDef]] = field(default_factory=dict)
    classes: dict[str, list[ast.ClassDef]] = field(default_factory=dict)
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    scope: Scope = field(init=False)
    scopes: list[Scope] = field(default_factory=list)
    key: str = ""  # path from the project's root
    evaluator: Evaluator = field(init=False)
    uses: dict[str, Uses] = field(default_factory=dict)  # by name, as far as they were asked for
    unpacked: list[ast.Call] | None = None  # calls of names that hold a part of something, if they were asked for
    test: bool | None = None  # whether it is test code, if that was asked

    def name_loads(self, name: str) -> list[ast.Name]:
        """Every read of a plain name in the module."""
        return self._loads.get(name, [])

    @cached_property
    def _loads(self) -> dict[str, list[ast.Name]]:
        found: dict[str, list[ast.Name]] = {}
        for scope in self.scopes:
            for name, loads in scope.loads.items():
                found.setdefault(name, []).extend(loads)
        return found

    @cached_property
    def item_changes(self) -> list[ast.Subscript]:
        """Every place that sets or deletes an item of what a plain name holds."""
        changes = (change for scope in self.scopes for found in scope.changes.values() for change in found)
        items = [change for change in changes if isinstance(change, ast.Subscript)]
        return [item for item in items if isinstance(item.value, ast.Name)]

    @property
    def text(self) -> str:
        """The module's source."""
        return self.source.text

    def shown(self, where: Location) -> str:
        """The text that the lines of a place count in: the module's, or that of a notebook's cell."""
        cells = self.source.cells
        return self.text if cells is None or where.cell is None else cells.of(where.cell).text

    def first_line(self, where: Location) -> int:
        """The line of the module that a place counts as its first: 1, or where the notebook's cell begins."""
        cells = self.source.cells
        return 1 if cells is None or where.cell is None else cells.of(where.cell).line

    @cached_property
    def _lines(self) -> LineIndex:
        return LineIndex(self.source.text)

    def spelled(self, node: ast.expr | ast.keyword) -> str:
        """A node as it stands in the source; empty where the parser did not say how far it goes."""
        if node.end_lineno is None or node.end_col_offset is None:
            return ""
        return self._lines.segment((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))

    def location(self, node: ast.AST) -> Location:
        """The range of a node, columns in code points."""
        line: int = getattr(node, "lineno", 1)
        end_line: int = getattr(node, "end_lineno", None) or line
        column = self._lines.column(line, getattr(node, "col_offset", 0))
        end_column = self._lines.column(end_line, getattr(node, "end_col_offset", None) or 0)
        return self.located(Location(self.path, line, column, end_line, end_column))

    def located(self, where: Location) -> Location:
        """A place in the source as people see it: in a notebook, in its cell."""
        return where if self.source.cells is None else self.source.cells.locate(where)
