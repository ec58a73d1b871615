"""The fix that hands a blocking call to a thread."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import import_name, replace_expression, source_of
from llmlint.diagnostics import Applicability, Fix
from llmlint.index.module import Module
from llmlint.index.tree import ancestors, parent
from llmlint.patterns import regex

OTHER_LOOPS = ("trio", "anyio", "curio")
_OWN_LINE = regex(r"\s*\n\s*")


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
    if isinstance(above, ast.Await):
        return threaded
    is_operand = isinstance(above, ast.Attribute) or (isinstance(above, ast.BinOp) and isinstance(above.op, ast.Pow))
    is_operand |= (isinstance(above, ast.Subscript) and above.value is call) or (
        isinstance(above, ast.Call) and above.func is call
    )
    return f"(await {threaded})" if is_operand else f"await {threaded}"
