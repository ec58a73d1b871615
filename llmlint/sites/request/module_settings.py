"""What is assigned to the module of an SDK (`openai.timeout = 20`), for the calls that go through the module itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import FUNCTIONS, ancestors, default_of, parent
from llmlint.index.values import alternatives, dotted
from llmlint.sites.callsite import Setting, State
from llmlint.sites.request.arguments import ABSENT, judged

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator
    from llmlint.index.files import Files
    from llmlint.index.module import Module
    from llmlint.rulebook.sdk_model import Sdk

SOMETIMES = "on some paths only"
LOADERS = (b"import_module", b"__import__", b"runpy", b"spec_from_file_location")


def assigned(ev: Evaluator, sdk: Sdk, name: str, near: Module | None) -> Setting:
    """The setting as it is assigned to the SDK's module, by a file whose programs can run the module `near`.

    A host that another module sets where a parameter asks for it, and that parameter's default does not, is set on
    some paths only.
    """
    sometimes = ABSENT
    for parameter in sdk.module_settings.paths(name):
        paths = ev.project.files.calling(parameter, "", anywhere=True)
        for path in sorted(paths, key=lambda path: near is None or path != near.key):
            module = ev.project.module(path)
            for store in module.attribute_stores.get(parameter, ()) if module is not None else ():
                statement = parent(store)
                if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None or module is None:
                    continue
                if not any(dotted(option) == sdk.module_root for option in alternatives(ev.evaluate(store.value))):
                    continue
                elsewhere = name == "base-url" and near is not None and path != near.key
                if elsewhere and near is not None and apart(ev.project.files, path, near.key):
                    continue
                value, place = ev.evaluate(statement.value), module.location(statement)
                if not elsewhere or not _on_request(statement):
                    return judged(name, value, place, parameter)
                sometimes = Setting(State.UNKNOWN, value, f"`{parameter}` is set {SOMETIMES}", place, parameter)
    return sometimes


def apart(files: Files, setting: str, calling: str) -> bool:
    """Whether no program runs both files: a script's assignments are its own, unless it loads modules by name.

    So are those of a file that other programs import, where each of the two files is known to be part of a program.
    """
    programs, others = files.reaching(setting), files.reaching(calling)
    if programs & others:
        return False
    if _script(files, setting):
        return not _loads(files, setting)
    guarded = files.holding(b"__main__")
    known = not guarded.isdisjoint(programs) and not guarded.isdisjoint(others)
    return known and not any(_loads(files, path) for path in programs | others if path in files.by_path)


def _loads(files: Files, path: str) -> bool:
    """Whether a file may load modules by their names."""
    return any(word in files.by_path[path].data for word in LOADERS)


def _script(files: Files, path: str) -> bool:
    """Whether the file is run and never imported: a notebook, or one with a guard for its run."""
    file = files.by_path[path]
    alone = files.reaching(path) == {path}
    return alone and (file.source is not None or b"__main__" in file.data)


def _on_request(statement: ast.stmt) -> bool:
    """Whether it runs only where a parameter of its function is given something else than its empty default."""
    tests: list[ast.expr] = []
    below: ast.AST = statement
    for above in ancestors(statement):
        if isinstance(above, ast.If) and below in above.body:
            tests.append(above.test)
        if isinstance(above, FUNCTIONS):
            return any(_is_empty(default_of(above, _asked(test))) for test in tests)
        below = above
    return False


def _asked(test: ast.expr) -> str:
    """The name that the test wants to hold something."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.IsNot):
        other = test.comparators[0]
        test = test.left if isinstance(other, ast.Constant) and other.value is None else test
    return test.id if isinstance(test, ast.Name) else ""


def _is_empty(default: ast.expr | None) -> bool:
    return isinstance(default, ast.Constant) and default.value in (None, False)
