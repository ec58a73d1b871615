"""Code that tells the versions of a package apart, and does something else with each."""

from __future__ import annotations

import re


def tells_versions_apart(text: str, root: str) -> bool:
    """Whether a file asks which version of a package is installed: `if openai.__version__.startswith("0.")`."""
    name = re.escape(root) + r"\.__version__"
    return (
        re.search(rf"\bif\b[^\n]*\b{name}|\b{name}\s*(\.startswith|\.split|[<>]|[=!]=)|parse\({name}", text) is not None
    )
