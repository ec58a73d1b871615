"""Keys: which expressions are credentials, by their names or because a function sends them as such."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.checks.told import spelling
from llmlint.index.tree import class_of, last_name, named_function_of, nodes_in, parent
from llmlint.index.values import Const, Env, alternatives
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.project import Project

SECRET = regex(r"(?i)api_?key|secret|password|access_?token|auth_?token")
SECRET_NAME = regex(r"(?i)(^|_)(api_?key|secret|password|token)s?$")


def is_key(project: Project, node: ast.expr) -> bool:
    """Whether an expression is a key as it is: by its name, by the variable it comes from, or by what it is sent as."""
    function = named_function_of(node)
    if isinstance(node, ast.Name) and function is not None and node.id in _credentials(function):
        return True
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) or not SECRET.search(ast.unparse(node)):
        return False
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        return False
    options = list(alternatives(project.evaluator.evaluate(node)))
    if any(isinstance(option, Env) and SECRET.search(option.name) for option in options):
        return True
    if any(isinstance(option, Const) for option in options) or isinstance(node, (ast.Call, ast.Subscript)):
        return False
    name = last_name(node)
    return bool(SECRET_NAME.search(name)) and "token" not in name.lower() and not isinstance(parent(node), ast.Call)


def _credentials(function: ast.AST) -> set[str]:
    """The names whose values a function sends as a key: `api_key=key`, `f"Bearer {key}"`."""
    known: set[str] | None = function.__dict__.get("credentials")
    if known is None:
        sent: list[ast.expr] = []
        for node in nodes_in(function):
            if isinstance(node, ast.Call):
                sent += [keyword.value for keyword in node.keywords if keyword.arg == "api_key"]
            elif isinstance(node, ast.JoinedStr) and len(node.values) == 2 and isinstance(node.values[0], ast.Constant):
                shown = node.values[1]
                bearer = str(node.values[0].value).strip() == "Bearer" and isinstance(shown, ast.FormattedValue)
                sent += [shown.value] if bearer and isinstance(shown, ast.FormattedValue) else []
        known = function.__dict__["credentials"] = {node.id for node in sent if isinstance(node, ast.Name)}
        known |= _taken_from(function, _pools(class_of(function)))
    return known


def _pools(owner: ast.ClassDef | None) -> set[str]:
    """What a class keeps keys in, by spelling: `{key: OpenAI(api_key=key) for key in self.keys}`."""
    if owner is None:
        return set()
    known: set[str] | None = owner.__dict__.get("pools")
    if known is None:
        known = owner.__dict__["pools"] = set()
        for made in nodes_in(owner):
            if not isinstance(made, (ast.ListComp, ast.DictComp)):
                continue
            built = made.value if isinstance(made, ast.DictComp) else made.elt
            for one in made.generators:
                given = [keyword for keyword in getattr(built, "keywords", ()) if keyword.arg == "api_key"]
                if any(isinstance(one.target, ast.Name) and spelling(k.value) == one.target.id for k in given):
                    known.add(ast.unparse(one.iter))
    return known


def _taken_from(function: ast.AST, pools: set[str]) -> set[str]:
    """The names to which a function assigns one of what such a pool holds."""
    taken = [node for node in nodes_in(function) if isinstance(node, ast.Assign)] if pools else []
    return {
        target.id
        for node in taken
        if isinstance(node.value, ast.Subscript) and not isinstance(node.value.slice, ast.Slice)
        for target in node.targets
        if isinstance(target, ast.Name) and ast.unparse(node.value.value) in pools
    }
