"""What parsing costs: the standard library's `ast`, LibCST, and LibCST with the metadata that a linter would need."""

from __future__ import annotations

import ast
import statistics
import time
from collections.abc import Callable
from pathlib import Path

RUNS = 3


def milliseconds_per_kloc(files: list[Path]) -> dict[str, float]:
    """Processor time by parser, the median of three runs over all files."""
    import libcst as cst
    from libcst.metadata import MetadataWrapper, ParentNodeProvider, PositionProvider, QualifiedNameProvider

    def with_metadata(text: str) -> None:
        wrapper = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        wrapper.resolve_many([PositionProvider, ParentNodeProvider, QualifiedNameProvider])

    texts = [file.read_text(encoding="utf-8") for file in files]
    kloc = sum(text.count("\n") for text in texts) / 1000
    parsers: dict[str, Callable[[str], object]] = {
        "parsing with ast": ast.parse,
        "parsing with LibCST": cst.parse_module,
        "parsing with LibCST, with positions, parents and names": with_metadata,
    }
    return {name: _median(parse, texts) * 1000 / kloc for name, parse in parsers.items()}


def _median(parse: Callable[[str], object], texts: list[str]) -> float:
    def once() -> float:
        started = time.process_time()
        for text in texts:
            parse(text)
        return time.process_time() - started

    return statistics.median(once() for _ in range(RUNS))
