"""The house rules that a program can check: who may import whom, and what public modules say of themselves."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "llmlint"
MODULES = sorted(PACKAGE.rglob("*.py"))

BASE = {"diagnostics", "inventory", "patterns", "records"}
SOURCE = {*BASE, "source"}
SETTINGS = {*BASE, "config", "rulebook"}  # these two know each other: a setting names rules, a rule declares settings
INDEX = {*SOURCE, *SETTINGS, "index"}
SITES = {*INDEX, "sites", "tokens"}
CHECKS = {*SITES, "checks"}
ENGINE = {*CHECKS, "engine", "reporting", "suppression", "wanting", "workspace"}
ABOVE_THE_ENGINE = {*ENGINE, "fixes", "report"}
MAY_IMPORT = {
    "patterns": set(),
    "records": set(),
    "diagnostics": BASE,
    "inventory": BASE,
    "tokens": BASE,
    "source": BASE,
    "fixes": SOURCE,
    "report": BASE,
    "config": SETTINGS,
    "rulebook": SETTINGS,
    "index": INDEX,
    "sites": SITES,
    "checks": CHECKS,
    "suppression": INDEX,
    "wanting": BASE,
    "workspace": ENGINE - {"engine"},
    "reporting": ENGINE - {"engine"},
    "engine": ENGINE,
    "testing": ABOVE_THE_ENGINE,
    "cli": {*ABOVE_THE_ENGINE, "testing"},
    "__main__": {"cli"},
    "": set(),
}


@dataclass(frozen=True)
class Import:
    """An import that happens at run time: where it stands, in which function, and what it names."""

    path: str
    line: int
    function: str
    name: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line} imports {self.name}"


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[Import]:
    yield from _imports(tree_of(path), path.relative_to(ROOT).as_posix(), "")


def _imports(node: ast.AST, path: str, function: str) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        if isinstance(child, ast.Import):
            yield from (Import(path, child.lineno, function, alias.name) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            # `from llmlint import engine` names a module.
            names = [f"llmlint.{alias.name}" for alias in child.names] if child.module == "llmlint" else [child.module]
            yield from (Import(path, child.lineno, function, name or ".") for name in names)
        yield from _imports(child, path, child.name if isinstance(child, ast.FunctionDef) else function)


def part_of(path: Path) -> str:
    """The layer of a module: the first folder or module below the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0].replace("__init__", "")


def all_imports() -> list[Import]:
    return [each for path in MODULES for each in imports(path)]


def test_every_part_of_the_package_has_a_layer() -> None:
    assert {part_of(path) for path in MODULES} == MAY_IMPORT.keys()


def test_imports_point_downwards() -> None:
    upwards = []
    for path in MODULES:
        part = part_of(path)
        for each in imports(path):
            package, _, rest = each.name.partition(".")
            target = rest.partition(".")[0]
            if package == "llmlint" and target not in {part, "__version__", *MAY_IMPORT[part]}:
                upwards.append(str(each))
    assert upwards == []


def test_imports_are_absolute() -> None:
    assert [str(each) for each in all_imports() if each.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("click", ("llmlint/cli/",)),
        ("libcst", ("llmlint/fixes/", "llmlint/source/newer_syntax")),
        ("tiktoken", ("llmlint/tokens/",)),
        ("pathspec", ("llmlint/source/",)),
        ("tomli", ("llmlint/config/", "llmlint/rulebook/")),
    ],
)
def test_a_library_stays_in_its_place(library: str, places: tuple[str, ...]) -> None:
    users = [each for each in all_imports() if each.name.partition(".")[0] == library]
    assert users
    assert [str(each) for each in users if not each.path.startswith(places)] == []


def test_tiktoken_is_imported_by_one_function() -> None:
    users = [each for each in all_imports() if each.name.partition(".")[0] == "tiktoken"]
    assert len(users) == 1
    assert users[0].function


def test_nothing_opens_a_connection_or_reads_an_executable_format() -> None:
    refused = {"socket", "ssl", "http", "urllib", "requests", "httpx", "pickle", "marshal", "shelve"}
    assert [str(each) for each in all_imports() if each.name.partition(".")[0] in refused] == []


def test_code_under_inspection_is_never_imported_or_run() -> None:
    """Where modules are imported by name, the name is a command, a codemod of the table or a rule's `check`.

    The probe of the rulebook runs in an environment of its own, for maintainers, and imports nothing but released SDKs.
    """
    running = {"import_module", "__import__", "exec", "eval", "run_module", "run_path"}
    users = {
        path.relative_to(ROOT).as_posix()
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in running
    }
    linter = {path for path in users if not path.startswith("llmlint/rulebook/verify/probe/")}
    assert linter == {"llmlint/cli/main.py", "llmlint/fixes/codemods.py", "llmlint/reporting.py"}


def test_the_linter_knows_nothing_of_the_probe() -> None:
    tool = "llmlint.rulebook.verify"
    users = [each for each in all_imports() if each.name.startswith(tool)]
    assert [str(each) for each in users if not each.path.startswith("llmlint/rulebook/verify/")] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_says_what_it_is_for(path: Path) -> None:
    said = ast.get_docstring(tree_of(path))
    assert said
    assert said.split("\n")[0].rstrip().endswith((".", ":", "`"))


def test_what_a_package_exports_is_there() -> None:
    for path in MODULES:
        exported = [
            ast.literal_eval(node.value)
            for node in tree_of(path).body
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
        ]
        if exported:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            module = importlib.import_module(name)
            assert [each for each in exported[0] if not hasattr(module, each)] == [], name
