"""Class hierarchies across modules."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import decorated, last_name, scope_of
from llmlint.index.values import Class, Function, Symbol, alternatives

if TYPE_CHECKING:
    from llmlint.index.project import Project


DATACLASSES = ("dataclass", "define", "frozen", "attrs")


def linearize(project: Project, owner: Class) -> list[Class | Symbol]:
    """The class and its bases, depth first, each where it comes last: right for all but exotic diamonds."""
    order: list[Class | Symbol] = [owner]
    for base in owner.node.bases:
        target = base.value if isinstance(base, ast.Subscript) else base  # Generic[T]
        for option in alternatives(project.evaluator.evaluate(target)):
            if isinstance(option, Class):
                order += project.mro(option)
            elif isinstance(option, Symbol):
                order.append(option)
    kept: list[Class | Symbol] = []
    for position, entry in enumerate(order):
        if not any(_same(entry, later) for later in order[position + 1 :]):
            kept.append(entry)
    return kept


def _same(left: Class | Symbol, right: Class | Symbol) -> bool:
    if isinstance(left, Class) and isinstance(right, Class):
        return left.node is right.node
    return left == right


def below(project: Project, owner: Class) -> list[Class]:
    """The subclasses of a class, at any depth."""
    found: list[Class] = []
    for path in project.files.using(owner.node.name, owner.module.key):
        if b"class " not in project.files.by_path[path].data:
            continue
        module = project.module(path)
        if module is None:
            continue
        for nodes in module.classes.values():
            for node in nodes:
                candidate = Class(module, node)
                if node is not owner.node and node.bases and _derives(project, candidate, owner):
                    found.append(candidate)
                    found += [c for c in project.subclasses(candidate) if not any(_same(c, f) for f in found)]
    unique: list[Class] = []
    for entry in found:
        if not any(_same(entry, seen) for seen in unique):
            unique.append(entry)
    return unique


def _derives(project: Project, candidate: Class, owner: Class) -> bool:
    names = {_last(base) for base in candidate.node.bases}
    if owner.node.name not in names and not _aliased(candidate, owner.node.name):
        return False
    return any(isinstance(c, Class) and c.node is owner.node for c in project.mro(candidate)[1:])


def _aliased(candidate: Class, name: str) -> bool:
    return any(
        alias.name == name and alias.asname for statement in candidate.module.imports for alias in statement.names
    )


def _last(base: ast.expr) -> str:
    target = base.value if isinstance(base, ast.Subscript) else base
    return last_name(target)


def find(order: list[Class | Symbol], name: str) -> Function | None:
    """The first method of that name in the given order."""
    for owner in order:
        if isinstance(owner, Class):
            for binding in reversed(scope_of(owner.node.body[0]).bindings.get(name, [])):
                if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    return Function(owner.module, binding.node)
    return None


def fields(order: list[Class | Symbol]) -> list[str]:
    """The fields that the constructor of a dataclass or named tuple takes by position; none for other classes."""
    first = order[0]
    tuples = any(isinstance(entry, Symbol) and entry.path == "typing.NamedTuple" for entry in order)
    own = [entry for entry in order if isinstance(entry, Class)]
    if not isinstance(first, Class) or not (tuples or decorated(first.node, *DATACLASSES)) or find(order, "__init__"):
        return []
    declared = [_declared(entry.node) for entry in reversed(own)]
    if None in declared:
        return []
    return list(dict.fromkeys(name for names in declared for name in names or ()))


def _declared(node: ast.ClassDef) -> list[str] | None:
    """The fields in the body of a class, found once; None where one is not taken, or by keyword only."""
    if "declared" not in node.__dict__:
        node.__dict__["declared"] = _read_fields(node)
    found: list[str] | None = node.__dict__["declared"]
    return found


def _read_fields(node: ast.ClassDef) -> list[str] | None:
    fields = [statement for statement in node.body if isinstance(statement, ast.AnnAssign)]
    spelled = [ast.unparse(part) for part in (*node.decorator_list, *fields)]
    if any(word in each for each in spelled for word in ("kw_only", "KW_ONLY", "init=False")):
        return None
    return annotated(node.body)


def annotated(body: list[ast.stmt]) -> list[str]:
    """The names that the body of a class declares with a type, those of the class itself apart."""
    fields = [statement for statement in body if isinstance(statement, ast.AnnAssign)]
    targets = [field.target for field in fields if "ClassVar" not in ast.unparse(field.annotation)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def after(order: list[Class | Symbol], current: ast.ClassDef) -> list[Class | Symbol]:
    """What follows a class in a resolution order."""
    for position, owner in enumerate(order):
        if isinstance(owner, Class) and owner.node is current:
            return order[position + 1 :]
    return []
