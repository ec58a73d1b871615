"""Scratch files: text that is written to a file which the same function then runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, named_function_of, nodes_in, position_of
from llmlint.index.values import Const, alternatives, dotted
from llmlint.sites.records import logs

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

RUNNING = (
    "subprocess.",
    "os.system",
    "os.popen",
    "os.exec",
    "os.spawn",
    "asyncio.create_subprocess_",
    "runpy.run_path",
)
INTERPRETERS = frozenset(
    {"python", "python3", "uv", "uvx", "poetry", "bash", "sh", "zsh", "node", "deno", "bun", "npx", "tsx", "ts-node"}
    | {"ruby", "perl", "php", "Rscript", "julia", "powershell", "pwsh", "osascript"}
)
OPENING = ("open", "NamedTemporaryFile")


def runner(ev: Evaluator, write: ast.Call) -> ast.Call | None:
    """The call that runs the file which `write` (`file.write(text)`, `path.write_text(text)`) fills, if one does."""
    function = named_function_of(write)
    spelled = _places(function, write) if function is not None else set()
    if function is None or not spelled:
        return None
    for call in logs.parts_of(function).calls:
        if position_of(call) > position_of(write) and _runs(ev, call, spelled):
            return call
    return None


def _places(function: ast.AST, write: ast.Call) -> set[str]:
    """How the function spells the path of the file that a call writes to."""
    if not isinstance(write.func, ast.Attribute):
        return set()
    receiver = write.func.value
    if write.func.attr == "write_text":
        inner = receiver.args[0] if isinstance(receiver, ast.Call) and receiver.args else receiver
        return {ast.unparse(inner)} if isinstance(inner, (ast.Name, ast.Attribute)) else set()
    if write.func.attr != "write" or not isinstance(receiver, ast.Name):
        return set()
    found: set[str] = set()
    for node in nodes_in(function):
        opened = node.context_expr if isinstance(node, ast.withitem) else None
        target = node.optional_vars if isinstance(node, ast.withitem) else None
        if isinstance(node, ast.Assign):
            opened, target = node.value, node.targets[0]
        if isinstance(opened, ast.Call) and isinstance(target, ast.Name) and target.id == receiver.id:
            if last_name(opened.func) in OPENING:
                found.add(f"{receiver.id}.name")
                found |= {ast.unparse(path) for path in opened.args[:1] if isinstance(path, (ast.Name, ast.Attribute))}
    return found | _kept_as(function, found)


def _kept_as(function: ast.AST, spelled: set[str]) -> set[str]:
    """The names under which the function keeps one of these: `path = file.name`."""
    return {
        target.id
        for node in nodes_in(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.value) in spelled
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _runs(ev: Evaluator, call: ast.Call, spelled: set[str]) -> bool:
    """Whether a call starts the file itself, or an interpreter with it."""
    if not call.args or not any(dotted(o).startswith(RUNNING) for o in alternatives(ev.evaluate(call.func))):
        return False
    command = call.args[0]
    words = command.elts if isinstance(command, (ast.List, ast.Tuple)) else call.args
    parts = [part for word in words for part in _parts(word)]
    place = next((n for n, part in enumerate(parts) if ast.unparse(part) in spelled), None)
    if place is None:
        return False
    return place == 0 or _interprets(ev, parts[0])


def _parts(word: ast.expr) -> list[ast.expr]:
    """What a word of a command is made of: the holes and texts of an f-string, what `str(…)` is given, else itself."""
    if isinstance(word, ast.JoinedStr):
        return [part.value if isinstance(part, ast.FormattedValue) else part for part in word.values]
    if isinstance(word, ast.Call) and last_name(word.func) in ("str", "fspath") and word.args:
        return [word.args[0]]
    return [word]


def _interprets(ev: Evaluator, program: ast.expr) -> bool:
    options = list(alternatives(ev.evaluate(program)))
    texts = [str(option.value) for option in options if isinstance(option, Const)]
    named = any(dotted(option) == "sys.executable" for option in options)
    return named or any(text.split()[:1] and text.split()[0].rpartition("/")[2] in INTERPRETERS for text in texts)
