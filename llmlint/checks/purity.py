"""Whether a function around a call gives the same for the same arguments, and does nothing else than asking."""

from __future__ import annotations

import ast

from llmlint.index.tree import ancestors, nodes_in, parent, scope_of
from llmlint.index.values import Class, Const, Env, Function, ModuleRef, Result, Symbol, Template, alternatives
from llmlint.sites.callsite import CallSite, State

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef

PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "None", "Optional", "Union", "Literal", "tuple", "Tuple"})
"""Names in the annotation of a value that can be hashed and that nobody can change."""
BUILTINS = frozenset(
    {
        *("abs", "all", "any", "bool", "dict", "enumerate", "float", "int", "isinstance", "len", "list", "max", "min"),
        *("range", "repr", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip"),
    }
)
METHODS = frozenset(
    {
        *(
            "capitalize",
            "casefold",
            "decode",
            "encode",
            "endswith",
            "format",
            "isdigit",
            "items",
            "join",
            "keys",
            "lower",
        ),
        *("lstrip", "partition", "removeprefix", "removesuffix", "replace", "rpartition", "rsplit", "rstrip", "split"),
        *("splitlines", "startswith", "strip", "title", "upper", "values"),
    }
)
MODULES = ("json.loads", "json.dumps", "re.sub", "re.search", "re.match", "re.findall", "textwrap.dedent")
EFFECTS = (
    *(ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Try, ast.With, ast.AsyncWith, ast.Delete),
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.Import, ast.ImportFrom, ast.AsyncFor),
)


def is_pure(site: CallSite, function: FunctionDef) -> bool:
    """Whether a cache may stand on a function: plain arguments and result, constants, and calls without effects."""
    if not isinstance(parent(function), ast.Module) or function.decorator_list or not _takes_plain(function):
        return False
    stream = site.setting("stream")
    if stream.state is not State.ABSENT and getattr(stream.value, "value", True) is not False:
        return False
    nodes = [node for statement in function.body for node in nodes_in(statement)]
    return all(_is_harmless(site, node) for node in nodes)


def _takes_plain(function: FunctionDef) -> bool:
    args = function.args
    given = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    if args.vararg or args.kwarg or function.returns is None:
        return False
    return _is_plain(function.returns) and all(arg.annotation and _is_plain(arg.annotation) for arg in given)


def _is_plain(annotation: ast.expr) -> bool:
    """Whether all its names are of immutable types; `None` by itself is what only an effect returns."""
    if isinstance(annotation, ast.Constant):
        return False
    for node in ast.walk(annotation):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not _in_literal(node, annotation):
            return False
        if isinstance(node, ast.Name) and node.id not in PLAIN and node.id != "typing":
            return False
        if isinstance(node, ast.Attribute) and node.attr not in PLAIN:
            return False
    return True


def _in_literal(node: ast.AST, annotation: ast.expr) -> bool:
    return any(
        isinstance(above, ast.Subscript) and ast.unparse(above.value).endswith("Literal") for above in ancestors(node)
    )


def _is_harmless(site: CallSite, node: ast.AST) -> bool:
    if isinstance(node, EFFECTS):
        return False
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        return isinstance(node.ctx, ast.Load)
    if isinstance(node, ast.Name):
        return not isinstance(node.ctx, ast.Load) or _is_constant(site, node)
    return not isinstance(node, ast.Call) or _is_asking(site, node) or _has_no_effect(site, node)


def _is_asking(site: CallSite, call: ast.Call) -> bool:
    """Whether a call is the one to the model, or gets the client for it."""
    root = site.match.surface.root
    return (
        call is site.node
        or (isinstance(root, Result) and call is root.call)
        or any(above is site.node.func for above in [call, *ancestors(call)])
    )


def _has_no_effect(site: CallSite, call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in BUILTINS and scope_of(call).lookup(call.func.id) is None
    options = list(alternatives(site.project.evaluator.evaluate(call.func)))
    if options and all(isinstance(option, Symbol) and option.path in MODULES for option in options):
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in METHODS


def _is_constant(site: CallSite, node: ast.Name) -> bool:
    """Whether a name is the function's own, or stands for the same as long as the program runs."""
    scope = scope_of(node).lookup(node.id)
    if scope is None or scope.kind != "module":
        return True
    if len(scope.bindings[node.id]) != 1 or any(node.id in other.elsewhere for other in site.module.scopes):
        return False
    root = site.match.surface.root
    value = site.project.evaluator.evaluate(node)
    fixed = (Const, Template, Env, Symbol, Function, Class, ModuleRef)
    return all(isinstance(option, fixed) or option == root for option in alternatives(value))
