"""Error words: expressions that say in words that something failed."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, parent
from llmlint.index.values import Const, Template, Value, alternatives
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.project import Project

SAYS_FAILED = regex(
    r"(?i)\b(errors?|exception|failed|failure|sorry|unable|cannot|can't|could not|couldn't|unavailable|went wrong"
    r"|did not finish|try again|not available|encountered|timed out|no response"
    r"|fehler|fehlgeschlagen|leider|erreur|désolé|impossible|lo siento|erro|falha|desculpe)\b"
    r"|失败|失敗|出错|错误|錯誤|异常|抱歉|无法|超时|エラー|申し訳|できません|오류|실패|죄송|ошибк|не удалось|извините"
)
CJK = regex(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{4}")
MARKER = regex(r"[^\w\s]+[A-Z_]*ERROR[A-Z_]*[^\w\s]+")
"""A word in capitals between signs: `$ERROR$`."""
APART = regex(r"(?im)^\s*event:\s*\S*(err|fail|exception)|[\"'](is_?)?errors?[\"']\s*:")
"""An event of a stream, or a key in what it holds, that says that this is no text."""
TEXT_OF = ("str", "repr", "format_exc")
MAX_SHOWN = 48


def sentence(project: Project, node: ast.expr, caught: str | None = None) -> str | None:
    """The words of an expression where they say that something failed; `caught` is the name of an error.

    What a function gives, or what is put into a text, is that only if it is nothing else: another way to an answer may
    end so, too.
    """
    options = list(alternatives(project.evaluator.evaluate(node)))
    called = node.value if isinstance(node, ast.Await) else node
    if isinstance(called, ast.Call) and any(_words(option) is None for option in options):
        options = []
    said = [text for text in map(_words, options) if text is not None and _says_failed(text)]
    if said and not (isinstance(called, ast.JoinedStr) and len(said) < len(options)):
        return _short(" ".join(said[0].split()))
    return _short(f"{{{ast.unparse(node)}}}") if _is_text_of(node, caught) or _is_error_field(node) else None


def _says_failed(text: str) -> bool:
    spoken = " " in text.strip() or CJK.search(text) is not None
    return spoken and SAYS_FAILED.search(text) is not None and not APART.search(text)


def marker(project: Project, node: ast.expr) -> str | None:
    """The word of an expression that stands for an error in place of a text."""
    for option in alternatives(project.evaluator.evaluate(node)):
        text = _words(option)
        if text is not None and MARKER.fullmatch(text.strip()):
            return text.strip()
    return None


def _words(value: Value) -> str | None:
    if isinstance(value, Const):
        return value.value if isinstance(value.value, str) else None
    if isinstance(value, Template):
        return "".join(
            part.value if part is not None and isinstance(part.value, str) else " … " for part in value.parts
        )
    return None


def _is_text_of(node: ast.expr, caught: str | None) -> bool:
    """Whether an expression is the text of the error that a handler has caught: `str(error)`, `f"{error}"`."""
    if caught is None:
        return False
    if isinstance(node, ast.JoinedStr):
        parts = [part for part in node.values if not isinstance(part, ast.Constant)]
        return len(parts) == 1 and isinstance(parts[0], ast.FormattedValue) and _is_named(parts[0].value, caught)
    if isinstance(node, ast.Call):
        return last_name(node.func) in TEXT_OF and len(node.args) == 1 and _is_named(node.args[0], caught)
    return False


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_error_field(node: ast.expr) -> bool:
    """`answer["error"]["message"]`: what an answer says of its failure."""
    while isinstance(node, ast.Subscript):
        if isinstance(node.slice, ast.Constant) and node.slice.value == "error":
            return True
        node = node.value
    return False


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN else f"{text[: MAX_SHOWN - 1]}…"


def asks_for(project: Project, node: ast.AST, text: str) -> bool:
    """Whether something tests a text for the words of a failure, or for the marker that stands for one."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "startswith":
        first = node.args[0] if node.args else None
        return isinstance(first, ast.Constant) and bool(SAYS_FAILED.search(str(first.value)))
    if not isinstance(node, ast.Compare):
        return False
    if isinstance(node.ops[0], (ast.In, ast.NotIn)) and isinstance(node.left, ast.Constant):
        return bool(SAYS_FAILED.search(str(node.left.value))) and not isinstance(parent(node), ast.expr)
    return any(marker(project, side) == text for side in (node.left, *node.comparators))
