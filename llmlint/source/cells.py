"""Where the lines of a notebook's program stand: in which cell, and where in it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import field, replace

from llmlint.diagnostics import Location
from llmlint.records import entity


@entity
class Cell:
    """A code cell with something in it.

    `index` is its place among all cells of the notebook, from 0; `text` its source; `line` its first line in the
    program, from 1. `moved` says of lines of the cell, from 1, how many characters the program leaves out before them.
    """

    index: int
    text: str
    line: int
    moved: dict[int, int] = field(default_factory=dict)


class Cells:
    """The code cells of a notebook, at least one, in order."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.all = tuple(cells)
        self._starts = [cell.line for cell in cells]
        self._by_index = {cell.index: cell for cell in cells}

    def at(self, line: int) -> Cell:
        """The cell that a line of the program belongs to."""
        return self.all[max(0, bisect_right(self._starts, line) - 1)]

    def of(self, index: int) -> Cell:
        """The cell with this index."""
        return self._by_index[index]

    def locate(self, where: Location) -> Location:
        """The place in a cell, as people see it, of a place in the program."""
        cell = self.at(where.line)
        line, end_line = where.line - cell.line + 1, where.end_line - cell.line + 1
        return replace(
            where,
            line=line,
            column=where.column + cell.moved.get(line, 0),
            end_line=end_line,
            end_column=where.end_column + cell.moved.get(end_line, 0),
            cell=cell.index,
        )
