"""What keeps a file that the user named from being looked at, whether or not it names an SDK."""

from __future__ import annotations

import re

from llmlint.patterns import regex
from llmlint.source.errors import SourceError
from llmlint.source.parse import SyntaxProblem, parse
from llmlint.source.read import decode_source

ENDINGS = (".py", ".pyi", ".pyw")
_SHEBANG = regex(rb"(?:\xef\xbb\xbf)?#![^\n]*python", re.IGNORECASE)


def refusal(path: str, data: bytes) -> SourceError | None:
    """Why `data` of the file at `path`, which is no notebook, is not Python source; None if it may be.

    A file that says by its name or its first line that it is Python is decoded, which is cheap, and not parsed.
    """
    source = decode_source(path, data)
    if isinstance(source, SourceError):
        return source
    if path.endswith(ENDINGS) or _SHEBANG.match(data):
        return None
    problem = parse(source)
    if isinstance(problem, SyntaxProblem):
        what = "it is named neither .py, .pyi nor .ipynb, has no Python shebang"
        return SourceError(path, f"is not a Python file: {what}, and line {problem.line} is not Python")
    return None
