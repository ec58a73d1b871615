"""The fix that closes the objects of a strict schema and lists all of their properties as required."""

from __future__ import annotations

import ast

from llmlint.checks.fixing.edits import replacing_expression
from llmlint.checks.fixing.items import add_element, add_entry
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module
from llmlint.index.tree import ancestors, scope_of
from llmlint.index.values import Mapping
from llmlint.records import entity
from llmlint.sites.callsite import CallSite

MAX_NAMES = 5  # a schema may stand in a tool, and that in a list, each under a name of its own


@entity
class Fault:
    """What is wrong with one object of a schema, `where` saying how to find it; `missing` are its optional names.

    `kind` is what stands where an object must.
    """

    message: str
    where: str
    schema: Mapping
    missing: tuple[str, ...] = ()
    kind: str = ""


def repaired(faults: list[Fault], origins: list[CallSite]) -> Fix | None:
    """Mend every object of the schema; none where one of them is not written out in one file.

    To close an object is safe where nothing but the refused calls gets the schema. To require a property is not: the
    model must then make up a value for it.
    """
    operations: list[Operation] = []
    safe = True
    modules: set[Module] = set()
    for fault in faults:
        origin = fault.schema.origin
        if origin is None or not isinstance(origin.node, ast.Dict) or fault.message in ("items", "root"):
            return None  # what the items are, or what the object is called, is not ours to say
        made = _required(origin.module, origin.node, fault) if fault.missing else _closed(origin.module, origin.node)
        if made is None:
            return None
        modules.add(origin.module)
        operations += made
        safe = safe and not fault.missing and _sent_alone(origin.node, origins, MAX_NAMES)
    if len(modules) != 1:
        return None
    closed = any(not fault.missing for fault in faults)
    titles = ['Set "additionalProperties": False'] * closed + ["Require every property"] * any(
        f.missing for f in faults
    )
    applicability = Applicability.SAFE if safe else Applicability.UNSAFE
    return Fix(applicability, " and ".join(titles), tuple(operations))


def _closed(module: Module, node: ast.Dict) -> list[Operation] | None:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "additionalProperties":
            return [replacing_expression(module, value, "False")]
    return [add_entry(module, node, "additionalProperties", "False")]


def _required(module: Module, node: ast.Dict, fault: Fault) -> list[Operation] | None:
    if not all(name.replace("-", "_").isidentifier() for name in fault.missing):
        return None
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "required":
            if not isinstance(value, ast.List):
                return None
            return [add_element(module, value, f'"{name}"') for name in fault.missing]
    if "required" in fault.schema.entries:
        return None
    names = ", ".join(f'"{name}"' for name in fault.missing)
    return [add_entry(module, node, "required", f"[{names}]")]


def _sent_alone(node: ast.AST, origins: list[CallSite], names: int) -> bool:
    """Whether a literal, or the names that hold it, stand in the arguments of these calls and nowhere else."""
    for above in ancestors(node):
        if isinstance(above, (ast.Dict, ast.List, ast.keyword)):
            continue
        if isinstance(above, ast.Call):
            return any(above is site.node for site in origins)
        targets = above.targets if isinstance(above, ast.Assign) else [getattr(above, "target", None)]
        target = targets[0]
        if not isinstance(above, (ast.Assign, ast.AnnAssign)) or len(targets) != 1 or not isinstance(target, ast.Name):
            return False
        scope = scope_of(target).lookup(target.id)
        if scope is None or scope.kind == "class" or len(scope.bindings[target.id]) != 1 or not names:
            return False
        module = scope.module
        if scope.kind == "module" and module.evaluator.project.files.using(target.id, module.key) not in (
            [],
            [module.key],
        ):
            return False
        loads = [load for load in module.name_loads(target.id) if scope_of(load).lookup(target.id) is scope]
        return all(_sent_alone(load, origins, names - 1) for load in loads)
    return False
