"""Where the objects of a class without a constructor of its own are built, and what their fields are given there."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_no_program
from llmlint.index.values import Class, Result, alternatives

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

MAX_BUILT = 40


def constructions(ev: Evaluator, owner: Class) -> list[Result]:
    """The objects of the class, or of classes below it, that the program is seen to build, tests apart.

    None where a constructor of the project is in the way, which says itself what becomes of its arguments.
    """
    return ev.searched("built", owner.node, lambda: _found(ev, owner))


def _found(ev: Evaluator, owner: Class) -> list[Result]:
    project = ev.project
    found: list[Result] = []
    for made in (owner, *project.subclasses(owner)):
        if project.method(made, "__init__") is not None:
            return []
        name = made.node.name
        for path in sorted({made.module.key, *project.files.using(name, made.module.key)}):
            module = project.module(path)
            calls = module.calls.get(name, ()) if module is not None and not is_no_program(module) else ()
            for call in calls:
                if _makes(ev, call, made):
                    found.append(Result(made, call, module))
    return found if len(found) <= MAX_BUILT else []


def builds(ev: Evaluator, owner: Class) -> bool:
    """Whether a call of the program, or of its tests, may build an object of this very class."""
    name = owner.node.name
    for path in sorted({owner.module.key, *ev.project.files.using(name, owner.module.key)}):
        module = ev.project.module(path)
        if module is not None and any(_makes(ev, call, owner) for call in module.calls.get(name, ())):
            return True
    return False


def _makes(ev: Evaluator, call: ast.Call, owner: Class) -> bool:
    options = alternatives(ev.evaluate(call.func))
    return any(isinstance(option, Class) and option.node is owner.node for option in options)
