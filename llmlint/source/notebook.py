"""A Jupyter notebook as one Python program: its code cells in order, and where each line of the program stands."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from llmlint.patterns import regex
from llmlint.source.cells import Cell, Cells
from llmlint.source.errors import SourceError
from llmlint.source.lines import split_lines
from llmlint.source.magics import python_of
from llmlint.source.parse import parse_standard
from llmlint.source.read import MAX_BYTES, SourceText

MAX_NOTEBOOK_BYTES = 50_000_000  # with the outputs, which hold images
# Kernels that do not always say their language.
_PYTHON = ("python", "ipython", "pyspark")
_WIDER = frozenset({"coconut", "plaintext"})
_FOREIGN_KERNEL = regex(
    r"(ir|bash|julia|javascript|deno|rust|xcpp\d*|\.net|octave|scala|sagemath)(-.*)?", re.IGNORECASE
)


def read_notebook(path: str, data: bytes) -> SourceText | SourceError:
    """The program of a notebook, or the reason why the file cannot be read as one.

    `data` of the result is the program in UTF-8, not the file. Cells are set apart by an empty line; what only
    IPython understands is blanked. A notebook in another language is an empty program.
    """
    if len(data) > MAX_NOTEBOOK_BYTES:
        limit = MAX_NOTEBOOK_BYTES // 1_000_000
        return SourceError(path, f"is {len(data) / 1e6:.1f} MB; notebooks over {limit} MB are not read")
    if not data.strip():
        return _program(path, [])
    document = _json(path, data)
    if isinstance(document, SourceError):
        return document
    cells = _cells(document)
    if cells is None:
        return SourceError(path, "is not a notebook: it has no list of cells")
    kernel = _kernel_is_python(document.get("metadata"))
    found = [] if kernel is False else list(_code(cells, kernel))
    size = sum(len(text) for _, text in found)
    if size > MAX_BYTES:
        limit = MAX_BYTES // 1_000_000
        return SourceError(path, f"holds {size / 1e6:.1f} MB of code; over {limit} MB are not read")
    return _program(path, found)


def _json(path: str, data: bytes) -> Any:
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        what = f"{error.msg} at line {error.lineno}, column {error.colno}"
        return SourceError(path, f"is not a notebook: it is not valid JSON: {what}")
    except UnicodeDecodeError as error:
        return SourceError(path, f"is not a notebook: it is not {error.encoding}: byte 0x{data[error.start]:02x}")
    except (RecursionError, MemoryError):
        return SourceError(path, "is nested too deeply to be read as a notebook")
    except ValueError:  # a number of more digits than Python reads
        return SourceError(path, "is not a notebook: it holds a number that cannot be read")


def _cells(document: Any) -> list[Any] | None:
    """The cells in order; before version 4 of the format they stand in worksheets."""
    if not isinstance(document, dict):
        return None
    if isinstance(document.get("cells"), list):
        return list(document["cells"])
    if not isinstance(document.get("worksheets"), list):
        return None
    sheets = [sheet.get("cells") for sheet in document["worksheets"] if isinstance(sheet, dict)]
    return [cell for cells in sheets if isinstance(cells, list) for cell in cells]


def _kernel_is_python(metadata: Any) -> bool | None:
    """Whether the notebook is in Python; None if in a language of which Python is a part."""
    kernel, info = _table(metadata, "kernelspec"), _table(metadata, "language_info")
    language = kernel.get("language") or info.get("name")
    if isinstance(language, str):
        return _is_python(language)
    name = kernel.get("name")
    return not (isinstance(name, str) and _FOREIGN_KERNEL.fullmatch(name))


def _is_python(language: str) -> bool | None:
    return None if language.lower() in _WIDER else language.lower().startswith(_PYTHON)


def _table(parent: Any, key: str) -> dict[str, Any]:
    found = parent.get(key) if isinstance(parent, dict) else None
    return found if isinstance(found, dict) else {}


def _code(cells: Iterable[Any], kernel: bool | None) -> Iterator[tuple[int, str]]:
    """The code cells by their index, those that may be something else only where they are Python."""
    for index, cell in enumerate(cells):
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        # Version 3 has the language on the cell, an editor for several languages in its metadata.
        language = cell.get("language") or _table(cell.get("metadata"), "vscode").get("languageId")
        python = _is_python(language) if isinstance(language, str) else kernel
        source = cell.get("source", cell.get("input"))
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if python is False or not isinstance(source, str) or not source.strip():
            continue
        text = "\n".join(split_lines(source))
        if python or isinstance(parse_standard("\n".join(python_of(text).lines), ""), ast.Module):
            yield index, text


def _program(path: str, found: Iterable[tuple[int, str]]) -> SourceText:
    cells: list[Cell] = []
    lines: list[str] = []
    for index, text in found:
        code = python_of(text)
        cells.append(Cell(index, text, len(lines) + 1, code.moved))
        lines += [*code.lines, ""]  # the empty line keeps a comment from standing above the next cell
    text = "\n".join(lines)
    data = text.encode(errors="surrogatepass")
    return SourceText(path, data, text, "utf-8", False, Cells(cells) if cells else None)
