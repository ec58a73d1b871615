"""The project: its modules, parsed when first needed, and the links between them."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from llmlint.diagnostics import Location
from llmlint.index import callers, classes
from llmlint.index.evaluate import Evaluator
from llmlint.index.files import Files
from llmlint.index.module import Module
from llmlint.index.sessions import Sessions
from llmlint.index.tree import FunctionNode
from llmlint.index.values import Class, Function, ModuleRef, Symbol, Unknown, Value
from llmlint.index.walk.build import build
from llmlint.records import entity, record
from llmlint.source.errors import SourceError
from llmlint.source.parse import SyntaxProblem
from llmlint.source.parse_cells import parse_source
from llmlint.source.read import SourceText, decode_source

if TYPE_CHECKING:
    from llmlint.rulebook.models import Models
    from llmlint.rulebook.sdk_model import Sdk


@record
class ParseFailure:
    """A file that could not be read, or parsed, and why; `where` is the place of a syntax error."""

    path: str
    message: str
    where: Location | None = None


@entity
class Crash:
    """A fault of the linter itself while it looked at a node."""

    module: Module
    node: ast.AST
    error: Exception


@entity
class Unresolved:
    """A call that may be one of an SDK's, on something that cannot be resolved; `why` as in `Unknown`."""

    module: Module
    node: ast.Call
    why: str


class Project:
    """What is known about a code base as a whole. Nothing of it is imported or run."""

    def __init__(self, files: Files, sdk_roots: frozenset[str]) -> None:
        self.files = files
        self.evaluator = Evaluator(self)
        self.failures: dict[str, list[ParseFailure]] = {}
        self.crashes: list[Crash] = []
        self.unresolved: list[Unresolved] = []
        self.tables: dict[str, Models] = {}  # of models, by platform, as far as calls were judged by them
        self.gateways: Sdk | None = None  # functions that the project declares to reach a model
        self.library = False  # whether code outside the project calls its functions, too
        self.handed: frozenset[str] = frozenset()  # files that may be handed objects of classes they do not import
        self._spelling: dict[str, frozenset[str]] = {}
        self._sdk_roots = sdk_roots
        self._modules: dict[str, Module | None] = {}

    @cached_property
    def sessions(self) -> Sessions:
        """The stores in which the project can keep objects between two requests."""
        return Sessions(self.files.imported)

    def is_sdk(self, dotted: str) -> bool:
        """Whether the path starts with the import root of a known SDK or framework."""
        return dotted.partition(".")[0] in self._sdk_roots

    def hand(self, paths: Iterable[str]) -> None:
        """Name the files of `handed`."""
        self.handed = frozenset(paths)
        self._spelling.clear()

    def handed_and_spelling(self, method: str) -> frozenset[str]:
        """The files of `handed` that spell a call of a method of this name."""
        found = self._spelling.get(method)
        if found is None:
            found = self.handed.intersection(self.files.spelling(f".{method}(".encode()))
            self._spelling[method] = found
        return found

    def parsed(self) -> list[Module]:
        """The modules parsed so far."""
        return [module for module in self._modules.values() if module is not None]

    def module(self, path: str) -> Module | None:
        """The module at a path from the project's root; None where there is none or it cannot be parsed."""
        if path not in self._modules:
            self._modules[path] = None
            file = self.files.by_path.get(path)
            if file is not None:
                self._modules[path] = self._parse(path)
        return self._modules[path]

    def _parse(self, path: str) -> Module | None:
        file = self.files.by_path[path]
        source = file.source or decode_source(file.shown, file.data)
        if isinstance(source, SourceError):
            self.failures[path] = [ParseFailure(file.shown, source.message)]
            return None
        tree, source, problems = parse_source(source)
        if problems:
            self.failures[path] = [_failure(source, problem) for problem in problems]
        if tree is None:
            return None
        name = path.removesuffix(".py").removesuffix(".ipynb").removesuffix("/__init__").replace("/", ".")
        module = Module(file.shown, name, posixpath.dirname(path), source, tree)
        module.key = path
        module.evaluator = self.evaluator
        build(tree, module)
        return module

    def import_target(self, module: Module, dotted: str, level: int) -> Value:
        """The module an import names: one of the project, or a symbol outside it."""
        imports = self.files.imports
        found = imports.relative(module.key, dotted, level) if level else imports.absolute(module.key, dotted)
        if found is not None:
            return ModuleRef(found)
        if level:
            return Unknown(f"the module {'.' * level}{dotted} is not in the project")
        return Symbol(dotted)

    def submodule(self, module: Module, name: str) -> Value | None:
        """A submodule of a package."""
        return self.submodule_at(module.key, name)

    def submodule_at(self, path: str, name: str) -> Value | None:
        """A submodule of the package or folder at this path."""
        found = self.files.imports.inside(path, name)
        return ModuleRef(found) if found is not None else None

    def mro(self, owner: Class) -> list[Class | Symbol]:
        """The class and its bases, nearest first; bases outside the project are symbols."""
        found = self.evaluator.searched("bases", owner.node, lambda: classes.linearize(self, owner))
        return found or [owner]

    def subclasses(self, owner: Class) -> list[Class]:
        """All known classes below this one."""
        return self.evaluator.searched("subclasses", owner.node, lambda: classes.below(self, owner))

    def method(self, owner: Class, name: str) -> Function | None:
        """The method that the class has under this name, own or inherited within the project."""
        return classes.find(self.mro(owner), name)

    def method_after(self, owner: Class, current: ast.ClassDef, name: str) -> Function | None:
        """The method that `super()` in `current` finds for an object of class `owner`."""
        return classes.find(classes.after(self.mro(owner), current), name)

    def callers(self, function: FunctionNode) -> list[callers.Caller]:
        """The calls in the project that run this function, as far as they can be resolved."""
        return self.evaluator.searched("callers", function, lambda: callers.find(self, function))


def _failure(source: SourceText, problem: SyntaxProblem) -> ParseFailure:
    where = Location(source.path, problem.line, problem.column, problem.line, problem.column + 1)
    return ParseFailure(source.path, problem.message, where if source.cells is None else source.cells.locate(where))
