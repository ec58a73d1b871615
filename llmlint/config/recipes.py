"""Requirements in files that are no list of them: `setup.py`, the environment of conda, a Dockerfile."""

from __future__ import annotations

import ast
import shlex

from llmlint.patterns import regex

SETUP = "setup.py"
PACKAGE = regex(
    r"""(?m)^[ \t]*-[ \t]*["']?(?:[\w-]+::)?([A-Za-z0-9][\w.-]*)[ \t]*((?:[=<>!~]=?=?[ \t]*[\w.*]+,?[ \t]*)*)"""
)
EXACT = regex(r"=[ \t]*(\w[\w.*]*)")
INSTALL = regex(r"\b(?:uv\s+)?pip3?\s+install\s+([^\n&|;]+)")
HOLDING = regex(r"[=<>~]")


def is_recipe(name: str) -> bool:
    """Whether a file of this name may say which packages are installed."""
    return name == SETUP or _is_conda(name) or "Dockerfile" in name


def _is_conda(name: str) -> bool:
    return name.startswith("environment") and name.endswith((".yml", ".yaml"))


def requirements(name: str, text: str) -> list[str]:
    """The requirements in such a file, as pip takes them."""
    if name == SETUP:
        return _of_setup(text)
    return _of_conda(text) if _is_conda(name) else _of_docker(text)


def _of_setup(text: str) -> list[str]:
    """The texts in lists that are written out."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    lists = [node.elts for node in ast.walk(tree) if isinstance(node, (ast.List, ast.Tuple))]
    parts = [part.value for elements in lists for part in elements if isinstance(part, ast.Constant)]
    return [part for part in parts if isinstance(part, str)]


def _of_conda(text: str) -> list[str]:
    """`openai=0.28.1` and `openai=0.28.1=py310` of conda are pins; what pip installs stands there in its own form."""
    found: list[str] = []
    for name, bounds in PACKAGE.findall(text):
        exact = EXACT.match(bounds)
        found.append(f"{name}=={exact[1].rstrip('.*')}.*" if exact is not None else f"{name}{bounds}")
    return found


def _of_docker(text: str) -> list[str]:
    """What a build installs by pip in a version that is named: without one, a file with requirements may come first."""
    found: list[str] = []
    for line in INSTALL.findall(text.replace("\\\n", " ")):
        try:
            words = shlex.split(line, comments=True)
        except ValueError:  # a quotation mark that nothing closes
            continue
        found += [word for word in words if not word.startswith("-") and HOLDING.search(word)]
    return found
