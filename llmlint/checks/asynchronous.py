"""The fix that hands a blocking call to a thread."""

from __future__ import annotations

import ast
import re

from llmlint.checks.edits import import_name, replace_expression, source_of
from llmlint.checks.lines import NEWLINE, STEP
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.module import Module
from llmlint.index.tree import ancestors, named_function_of, parent

OTHER_LOOPS = ("trio", "anyio", "curio")
WIDTHS = (79, 88, 100, 120)
FEW = 50
_OWN_LINE = re.compile(r"\s*\n\s*")


def in_thread(module: Module, call: ast.Call) -> Fix | None:
    """`f(x)` → `await asyncio.to_thread(f, x)`; none where an `await` cannot stand or another event loop may run."""
    imported = {alias.name.partition(".")[0] for statement in module.imports for alias in statement.names}
    imported |= {(s.module or "").partition(".")[0] for s in module.imports if isinstance(s, ast.ImportFrom)}
    asyncio = import_name(module, "asyncio")
    spelled = _handed_over(module, call, asyncio[0]) if asyncio else None
    if asyncio is None or spelled is None or not imported.isdisjoint(OTHER_LOOPS) or not _awaitable(call):
        return None
    title = f"Run it in a thread with `await {asyncio[0]}.to_thread(…)`"
    return replace_expression(module, call, spelled, Applicability.UNSAFE, title, asyncio[1])


def _arguments(module: Module, call: ast.Call) -> list[str]:
    """The arguments as they are spelled, in their order."""
    nodes: list[ast.expr | ast.keyword] = sorted([*call.args, *call.keywords], key=_place)
    return [module.spelled(node) for node in nodes]


def _place(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _fitted(module: Module, call: ast.Call, spelled: str, parts: list[str], lead: str = "") -> str:
    """A call that stood on one line, with an argument on each where the line would be longer than the others."""
    where = module.location(call)
    lines = NEWLINE.split(module.shown(where))
    line = lines[where.line - 1]
    length = len(line) - (where.end_column - where.column) + len(lead) + len(spelled)
    in_text = any(isinstance(above, ast.JoinedStr) for above in ancestors(call))
    if where.line != where.end_line or in_text or length <= _width(lines):
        return spelled
    indent = line[: len(line) - len(line.lstrip())]
    function = named_function_of(call)
    step = function.body[0].col_offset - function.col_offset if function is not None else 0
    deeper = indent + ("\t" if indent.endswith("\t") else " " * step if 0 < step <= len(STEP) else STEP)
    inner = "".join(f"{deeper}{part},\n" for part in parts)
    return f"{spelled.partition('(')[0]}(\n{inner}{indent})"


def _width(lines: list[str]) -> int:
    """The length that lines are held to here: the least of the usual ones that all but a few keep."""
    longest = sorted(len(line) for line in lines)[: max(len(lines) - len(lines) // FEW, 1)][-1]
    return next((width for width in WIDTHS if longest <= width), WIDTHS[-1])


def _awaitable(call: ast.Call) -> bool:
    """Whether an `await` may stand there: in the `async def` itself, and where the value is wanted, not a manager."""
    if isinstance(parent(call), ast.withitem):
        return False
    for above in ancestors(call):
        if isinstance(
            above, (ast.Lambda, ast.comprehension, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)
        ):
            return False
        if isinstance(above, ast.AsyncFunctionDef):
            return True
    return False


def _handed_over(module: Module, call: ast.Call, asyncio: str) -> str | None:
    """The call as source, with its arguments laid out as they are."""
    function, whole = source_of(module, call.func), source_of(module, call)
    rest = whole.removeprefix(function).lstrip()
    if not rest.startswith("(") or not rest.endswith(")"):
        return None
    given = rest[1:-1]
    if given.lstrip(" \t").startswith("#"):
        return None
    line = _OWN_LINE.match(given)
    lead, gap = (line.group(), "") if line else ("", " ")
    arguments = f",{gap}{given}" if given.strip() else ""
    threaded = f"{asyncio}.to_thread({lead}{function}{arguments})"
    above = parent(call)
    awaited = isinstance(above, ast.Await)
    threaded = _fitted(module, call, threaded, [function, *_arguments(module, call)], "" if awaited else "await ")
    if awaited:
        return threaded
    is_operand = isinstance(above, ast.Attribute) or (isinstance(above, ast.BinOp) and isinstance(above.op, ast.Pow))
    is_operand |= (isinstance(above, ast.Subscript) and above.value is call) or (
        isinstance(above, ast.Call) and above.func is call
    )
    return f"(await {threaded})" if is_operand else f"await {threaded}"
