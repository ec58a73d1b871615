"""The fix that spells calls of openai before 1.0 as they are now, with what is read of their answers."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from llmlint.checks.fixing.edits import rename_keyword, replacing_expression, source_of
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module
from llmlint.index.tree import parent, scope_of
from llmlint.index.values import ModuleRef, Symbol, alternatives
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite

Shape = Mapping[str, object] | list[object] | None
"""What an answer holds: by key, in a list, or a plain value."""

_ABOUT = {"id": None, "object": None, "created": None, "model": None}
_USAGE = {"usage": {"prompt_tokens": None, "completion_tokens": None, "total_tokens": None}}
_CHOICE = {"index": None, "finish_reason": None}
ANSWERS: Mapping[str, Shape] = {
    "ChatCompletion": {**_ABOUT, **_USAGE, "choices": [{**_CHOICE, "message": {"role": None, "content": None}}]},
    "Completion": {**_ABOUT, **_USAGE, "choices": [{**_CHOICE, "text": None}]},
    "Embedding": {**_ABOUT, **_USAGE, "data": [{"index": None, "object": None, "embedding": None}]},
}
KEPT = frozenset(
    {
        *(
            "model",
            "messages",
            "prompt",
            "input",
            "temperature",
            "top_p",
            "n",
            "stop",
            "max_tokens",
            "presence_penalty",
        ),
        *("frequency_penalty", "logit_bias", "user", "suffix", "echo", "best_of"),
    }
)
RENAMED = {"engine": "model", "request_timeout": "timeout"}
ELSEWHERE = regex(
    rb"\bopenai\.(?:api_base|api_type|api_version|error|proxy|requestssession|aiosession|verify_ssl_certs|util)\b"
    rb"|\bfrom[ \t]+openai[ \t]+import[ \t][^\n]*\berror\b"
)
"""What else of openai before 1.0 a project may use that has to change by hand."""


def migrated(sites: Sequence[CallSite]) -> Fix | None:
    """The calls as openai 1.0 and later have them; None unless everything that is done with each is certain to work."""
    if any(ELSEWHERE.search(file.data) for file in sites[0].project.files.by_path.values()):
        return None
    operations: list[Operation] = []
    for site in sites:
        found = _call(site)
        if found is None:
            return None
        operations += found
    return Fix(Applicability.SAFE, f"Call {sites[0].match.operation.replacement}", tuple(operations))


def _call(site: CallSite) -> list[Operation] | None:
    module, call = site.module, site.node
    func = call.func
    if site.reference is not None or not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Attribute):
        return None
    shape = ANSWERS.get(func.value.attr)
    if shape is None or func.attr != "create" or not _is_openai(site, func.value.value):
        return None
    names = [keyword.arg for keyword in call.keywords]
    if call.args or any(name not in KEPT and name not in RENAMED for name in names):
        return None
    new = f"{source_of(module, func.value.value)}.{site.match.operation.replacement}"
    operations = [replacing_expression(module, func, new)]
    for old, name in RENAMED.items():
        if old in names:
            renamed = rename_keyword(module, call, old, name)
            if renamed is None:
                return None
            operations += renamed.operations
    reads = _Reads(module)
    return [*operations, *reads.operations] if reads.follow(call, shape) else None


def _is_openai(site: CallSite, node: ast.expr) -> bool:
    options = list(alternatives(site.project.evaluator.evaluate(node)))
    return isinstance(node, ast.Name) and all(
        isinstance(option, (Symbol, ModuleRef)) and getattr(option, "path", "") == "openai" for option in options
    )


class _Reads:
    """Follows an answer to all that is read of it; `operations` turn keys into attributes."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self.operations: list[Operation] = []

    def follow(self, node: ast.expr, shape: object) -> bool:
        """Whether nothing but known parts of a value is read, wherever it goes."""
        keys: list[str] = []
        last = node
        while isinstance(shape, (dict, list)):
            above = parent(node)
            if isinstance(shape, list) and isinstance(above, ast.Subscript) and above.value is node:
                shape = shape if isinstance(above.slice, ast.Slice) else shape[0]
            elif isinstance(shape, dict) and isinstance(above, (ast.Subscript, ast.Attribute)) and above.value is node:
                key = above.attr if isinstance(above, ast.Attribute) else getattr(above.slice, "value", None)
                if not isinstance(key, str) or key not in shape or not isinstance(above.ctx, ast.Load):
                    return False
                shape = shape[key]
                if isinstance(above, ast.Subscript):
                    keys.append(key)
                    last = above
            elif self._kept(node, above, shape):
                break
            else:
                return False
            node = above
        if keys:
            arguments = (("keys", ".".join(keys)),)
            self.operations.append(Operation("keys-to-attributes", self._module.location(last), arguments))
        return True

    def _kept(self, node: ast.expr, above: ast.AST | None, shape: object) -> bool:
        """Whether a part that holds others is only given a name, gone through, counted or left alone."""
        if isinstance(above, ast.Expr):
            return True
        if isinstance(above, (ast.Assign, ast.AnnAssign)) and above.value is node:
            targets = above.targets if isinstance(above, ast.Assign) else [above.target]
            return len(targets) == 1 and self._named(targets[0], shape)
        if isinstance(shape, list) and isinstance(above, (ast.For, ast.comprehension)) and above.iter is node:
            return self._named(above.target, shape[0])
        counted = isinstance(above, ast.Call) and isinstance(above.func, ast.Name) and above.func.id == "len"
        return isinstance(shape, list) and counted

    def _named(self, target: ast.expr, shape: object) -> bool:
        if not isinstance(target, ast.Name):
            return False
        scope = scope_of(target)
        if len(scope.bindings.get(target.id, ())) != 1 or scope.kind not in ("function", "comprehension", "lambda"):
            return False
        loads = self._module.name_loads(target.id)
        return all(self.follow(load, shape) for load in loads if scope_of(load).lookup(target.id) is scope)
