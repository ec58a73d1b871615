"""The tree of a file whose syntax is newer than the running interpreter: LibCST parses it, the result is plain `ast`.

LibCST's parser and code generator recurse: the first can overflow the machine stack, which kills the process. So a
text that may nest too deeply is refused before, and the rest is parsed on a thread with a stack for the deepest.
"""

from __future__ import annotations

import ast
import re
import sys
import threading
import warnings

from llmlint.records import record
from llmlint.source.lexer import tokens
from llmlint.source.nesting import too_deep

TOO_DEEP = "nested too deeply to be parsed safely"
_STACK_BYTES = 256 * 1024 * 1024
_RECURSION_LIMIT = 30_000
_lock = threading.Lock()  # the recursion limit and the stack size of new threads belong to the whole process


@record
class Refusal:
    """Why LibCST has no tree for a text: where (1-based; column 1 if unknown) and, if it can tell, what is wrong."""

    line: int
    column: int
    message: str


def parse_newer(text: str) -> ast.Module | Refusal:
    """`text`, any version of Python up to LibCST's newest, as the tree `ast` would give it."""
    line = too_deep(text)
    if line is not None:
        return Refusal(line, 1, TOO_DEEP)
    from llmlint.source import newer_syntax_statements  # noqa: F401 - here, where a failure is not lost with a thread

    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    results: list[ast.Module | Refusal] = []
    with _lock:
        limit, size = sys.getrecursionlimit(), threading.stack_size(_STACK_BYTES)
        sys.setrecursionlimit(max(limit, _RECURSION_LIMIT))
        try:
            thread = threading.Thread(target=lambda: results.append(_parse(normal)), daemon=True)
            thread.start()
            thread.join()
        finally:
            threading.stack_size(size)
            sys.setrecursionlimit(limit)
    return results[0]


def _parse(text: str) -> ast.Module | Refusal:
    import libcst

    from llmlint.source.newer_syntax_statements import StatementConverter

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return StatementConverter(libcst.parse_module(text)).convert()
    except libcst.ParserSyntaxError as error:
        place = re.search(r"error at (\d+):(\d+)", error.message)
        if place is not None:
            return _refusal_at(text, int(place[1]), int(place[2]))
        return Refusal(1, 1, error.message.removeprefix("tokenizer error: "))
    except (SyntaxError, ValueError) as error:  # from a literal
        return Refusal(1, 1, getattr(error, "msg", None) or str(error))
    except (RecursionError, MemoryError):
        return Refusal(1, 1, TOO_DEEP)
    except Exception as error:  # LibCST has bugs of its own; one file must not end the run
        return Refusal(1, 1, f"not understood ({type(error).__name__})")


def _refusal_at(text: str, line: int, column: int) -> Refusal:
    """LibCST points (`column` is 0-based) at the token behind the one that does not fit."""
    start = sum(len(each) + 1 for each in text.split("\n")[: line - 1])
    before = [token.start - start for token in tokens(text) if start <= token.start < start + column]
    return Refusal(line, (before[-1] if before else column) + 1, "invalid syntax")
