"""Unnamed: functions whose name stands nowhere in the program but where they are defined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from llmlint.index.testcode import is_no_program
from llmlint.index.tree import scope_of
from llmlint.sites.out_of_sight import hooked
from llmlint.sites.outward import FunctionDef

if TYPE_CHECKING:
    from llmlint.index.project import Project

ENTRIES = frozenset({"handler", "lambda_handler", "main", "run"})


def unnamed(project: Project, function: FunctionDef) -> bool:
    """Whether nothing in the project names a function that no framework calls either: it runs for nobody in sight.

    A word in a text counts as its name, since what is configured by words may be called by them.
    """
    if function.decorator_list or function.name.startswith("__") or function.name in ENTRIES:
        return False
    home = scope_of(function).module
    if hooked(project, function):
        return False
    word = re.compile(rb"\b" + re.escape(function.name.encode()) + rb"\b")
    for path in project.files.mentioning(function.name):
        module = project.module(path)
        if module is None or (is_no_program(module) and module is not home):
            continue
        found = len(word.findall(project.files.by_path[path].data))
        if found > len(module.functions.get(function.name, ())):
            return False
    return True
