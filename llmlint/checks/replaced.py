"""Ids that something else takes the place of before any call: a subclass's own, or that of the next statement."""

from __future__ import annotations

import ast

from llmlint.index.built import builds
from llmlint.index.project import Project
from llmlint.index.tree import nodes_in, parent, scope_of
from llmlint.index.values import Class
from llmlint.sites.request.platform import ModelId


def is_replaced(project: Project, one: ModelId) -> bool:
    """Whether no object is seen to keep an id that is assigned to its class or to itself."""
    statement = parent(one.origin.node) if one.origin is not None else None
    if one.origin is None or not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return False
    target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
    above = parent(statement)
    if isinstance(above, ast.ClassDef) and isinstance(target, ast.Name):
        return _all_override(project, Class(one.origin.module, above), target.id)
    return isinstance(target, ast.Attribute) and _overwritten(statement, target)


def _all_override(project: Project, owner: Class, name: str) -> bool:
    """Whether a class is only there for its subclasses, and each has a value of its own for a name."""
    heirs = [heir for heir in project.subclasses(owner) if heir.node is not owner.node]
    if not heirs or builds(project.evaluator, owner) or not all(_has(project, heir, owner, name) for heir in heirs):
        return False
    return not any(isinstance(node, ast.Name) and node.id == owner.node.name for node in _uses(owner))


def _has(project: Project, heir: Class, owner: Class, name: str) -> bool:
    """Whether a class, or one between it and the base, binds a name."""
    for one in project.mro(heir):
        if not isinstance(one, Class) or one.node is owner.node:
            return False
        if any(binding.kind != "annotation" for binding in scope_of(one.node.body[0]).bindings.get(name, ())):
            return True
    return False


def _uses(owner: Class) -> list[ast.AST]:
    """What the methods of a class say, where they may name the class itself: `Base.model`."""
    return [node for statement in owner.node.body for node in nodes_in(statement)]


def _overwritten(statement: ast.stmt, target: ast.Attribute) -> bool:
    """Whether the next statement assigns something else to the same attribute, without a look at it."""
    spelled = ast.unparse(target)
    for _, block in ast.iter_fields(parent(statement) or statement):
        if isinstance(block, list) and statement in block:
            following = block[block.index(statement) + 1 :][:1]
            return any(
                isinstance(after, ast.Assign)
                and [ast.unparse(each) for each in after.targets] == [spelled]
                and not any(isinstance(node, (ast.Call, ast.Attribute)) for node in nodes_in(after.value))
                for after in following
            )
    return False
