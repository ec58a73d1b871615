"""Runs code in an environment with real SDKs: every call of one is bound to its signature, and none is made.

Reads `{"modules": [{"name", "files": {path: source}}], "roots": [...]}` from standard input; for each module prints a
line of JSON: `{"name", "bound": [[path, line], ...], "faults": [...], "async": n}`. Clients are really built; what a
method would answer is a stand-in that can be read, iterated and awaited. Each function of the code is called with
arguments made up from its annotations.
"""

from __future__ import annotations

import ast
import asyncio
import importlib
import importlib.util
import inspect
import json
import os
import signal
import socket
import sys
import tempfile
import types
from pathlib import Path
from unittest.mock import MagicMock

KEYS = ("OPENAI", "ANTHROPIC", "GEMINI", "GOOGLE", "MISTRAL", "CO", "COHERE", "GROQ", "OLLAMA")
STOOD_IN = set()
MOST_CALLS = 50  # of one module: an agent's loop is left then
FORWARDING = {"to_thread", "partial", "submit", "run_in_executor"}


class Answer(MagicMock):
    """What a call of an SDK comes to."""

    def __await__(self):
        if False:
            yield
        return self

    def __iter__(self):
        return iter([self.one])

    def __str__(self):
        return "1"

    def keys(self):
        return []


class Enough(BaseException):
    """The code was looked at long enough."""


class StandIn(types.ModuleType):
    """A module that is not installed."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Answer()


def stand_in(tree, own):
    """Puts modules in the place of those that the code imports and that are not installed."""
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        for name in names:
            root = name.partition(".")[0]
            if root not in own and (root in STOOD_IN or importlib.util.find_spec(root) is None):
                STOOD_IN.add(root)
                parts = name.split(".")
                for end in range(1, len(parts) + 1):
                    dotted = ".".join(parts[:end])
                    sys.modules.setdefault(dotted, StandIn(dotted))


class Traced(ast.NodeTransformer):
    """Sends every call through `call_(place, function, ...)`, and takes decorators off."""

    def __init__(self, path):
        self.path = path

    def visit_Call(self, node):
        self.generic_visit(node)
        open_ended = any(each.arg is None for each in node.keywords) or any(
            isinstance(each, ast.Starred) for each in node.args
        )
        first = [ast.Constant((self.path, node.lineno, open_ended)), node.func]
        return ast.copy_location(ast.Call(ast.Name("call_", ast.Load()), [*first, *node.args], node.keywords), node)

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        kept = ("classmethod", "staticmethod", "property", "dataclass")
        node.decorator_list = [each for each in node.decorator_list if getattr(each, "id", "") in kept]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef


class Run:
    """One module, or several that import each other."""

    def __init__(self, roots):
        self.roots = roots
        self.bound = []
        self.faults = []
        self.asynchronous = 0
        self.calls = 0

    def call(self, place, function, /, *args, **kwargs):
        if getattr(function, "__name__", "") in FORWARDING and args:
            at = 1 if function.__name__ == "run_in_executor" else 0
            if len(args) > at and self.is_sdk(args[at]):
                return self.bind(place, args[at], args[at + 1 :], kwargs)
        if not self.is_sdk(function):
            return function(*args, **kwargs)
        return self.bind(place, function, args, kwargs)

    def is_sdk(self, function):
        if isinstance(function, MagicMock) or not callable(function):
            return False
        owner = getattr(function, "__self__", None)
        places = [getattr(function, "__module__", None)]
        places += [type(owner).__module__] if owner is not None and not inspect.ismodule(owner) else []
        return any(isinstance(each, str) and each.partition(".")[0] in self.roots for each in places)

    def bind(self, place, function, args, kwargs):
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise Enough
        named = getattr(function, "__qualname__", repr(function))
        self.check(place, named, function, args, kwargs)
        for other, lead in counterparts(function):
            self.asynchronous += 1
            self.check(place, f"{named} as {other.__qualname__}", other, (*lead, *args), kwargs)
        self.bound.append(place[:2])
        if inspect.isclass(function) or getattr(function, "__name__", "") in ("with_options", "copy"):
            return function(*args, **kwargs)
        return Answer()

    def check(self, place, named, function, args, kwargs):
        path, line, open_ended = place
        fields = getattr(function, "model_fields", None)
        if inspect.isclass(function) and fields is not None:
            # A model of pydantic takes names and aliases, and its signature has only the latter.
            known = {*fields, *(field.alias for field in fields.values())}
            self.faults += (f"{path}:{line}: {named} has no field {each}" for each in kwargs.keys() - known)
            return
        signature = inspect.signature(function)
        try:
            # What `**options` of a made-up caller brings says nothing about what is missing.
            (signature.bind_partial if open_ended else signature.bind)(*args, **kwargs)
        except TypeError as error:
            self.faults.append(f"{path}:{line}: {named}: {error}")


def counterparts(function):
    """The asynchronous or synchronous forms of a class, method or function, and what binds `self`."""
    if inspect.isclass(function):
        if function.__module__.startswith("google."):
            return []  # its asynchronous client is `client.aio`
        found = swapped(sys.modules[function.__module__], function.__name__)
        return [(found, ())] if inspect.isclass(found) else []
    name, owner = function.__name__, getattr(function, "__self__", None)
    if owner is None:
        found = getattr(inspect.getmodule(function), f"a{name}", None)
        return [(found, ())] if inspect.isroutine(found) else []
    found = getattr(owner, f"{name}_async", None)
    if found is not None and not isinstance(found, MagicMock):
        return [(found, ())]
    other = swapped(sys.modules[type(owner).__module__], type(owner).__name__)
    method = getattr(other, name, None)
    return [(method, (owner,))] if inspect.isroutine(method) else []


def swapped(module, name):
    other = name.removeprefix("Async") if name.startswith("Async") else f"Async{name}"
    return getattr(module, other, None)


def made_up(parameter):
    """An argument for a parameter."""
    said = parameter.annotation
    said = said.__name__ if inspect.isclass(said) and not hasattr(said, "__args__") else str(said)
    if said.startswith("list"):
        return [{"role": "user", "content": "x"}] if "dict" in said else ["x"]
    simple = {"str": "x", "int": 1, "float": 1.0, "bool": False, "dict": {"x": "x"}, "bytes": b"x"}
    if any(word in parameter.name for word in ("url", "proxy")):
        return "http://localhost:1"
    if said.rpartition(".")[2] == "Path":
        return Path(__file__)
    path = parameter.name in ("path", "file", "filename")
    return __file__ if path else simple.get(said.partition("[")[0].partition(" ")[0], Answer())


def invoke(function, *first):
    """Calls a function of the code; what it raises is none of our business."""
    parameters = list(inspect.signature(function).parameters.values())[len(first) :]
    needed = [each for each in parameters if each.default is each.empty]
    args = [made_up(each) for each in needed if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    kwargs = {each.name: made_up(each) for each in needed if each.kind is each.KEYWORD_ONLY}
    try:
        result = function(*first, *args, **kwargs)
        if inspect.iscoroutine(result):
            return asyncio.run(asyncio.wait_for(result, 5))
        if inspect.isasyncgen(result):
            return asyncio.run(asyncio.wait_for(result.__anext__(), 5))
        return list(result) if inspect.isgenerator(result) else result
    except (Exception, Enough):
        return None


def exercise(module):
    for value in list(vars(module).values()):
        if getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value):
            invoke(value)
        elif inspect.isclass(value) and not issubclass(value, BaseException):
            built = invoke(value)
            for name, member in inspect.getmembers(value, inspect.isfunction):
                if built is not None and member.__module__ == module.__name__ and not name.startswith("__"):
                    invoke(member, built)


def run(name, files, roots):
    files = {path: source for path, source in files.items() if path.endswith(".py")}  # and no requirements.txt
    traced = Run(roots)
    own = {path.removesuffix(".py").split("/")[0] for path in files}
    for dotted in [name for name in sys.modules if name.partition(".")[0] in own & STOOD_IN]:
        del sys.modules[dotted]  # another example imports what this one has
    STOOD_IN.difference_update(own)
    before = set(sys.modules)
    with tempfile.TemporaryDirectory() as folder:
        sys.path.insert(0, folder)
        for path, source in files.items():
            stand_in(ast.parse(source), own)
            tree = ast.fix_missing_locations(Traced(path).visit(ast.parse(source)))
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(ast.unparse(tree), encoding="utf-8")
        __builtins__.__dict__["call_"] = traced.call
        importlib.invalidate_caches()
        for path in files:
            dotted = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            signal.alarm(20)
            try:
                exercise(importlib.import_module(dotted))
            except (Exception, Enough) as error:
                if not isinstance(error, Enough):
                    traced.faults.append(f"{path} does not run: {type(error).__name__}: {error}")
            finally:
                signal.alarm(0)
        sys.path.remove(folder)
    for dotted in set(sys.modules) - before:
        if dotted.partition(".")[0] in own:
            del sys.modules[dotted]
    return {"name": name, "bound": traced.bound, "faults": traced.faults, "async": traced.asynchronous}


def stop(*_):
    raise Enough


def offline(*_):
    raise OSError("no connection is opened here")


def main():
    signal.signal(signal.SIGALRM, stop)
    socket.socket.connect = socket.socket.connect_ex = offline
    json.JSONEncoder.default = lambda self, value: "x"
    os.environ.update({f"{key}_API_KEY": "x" for key in KEYS})
    os.environ.update(
        AZURE_ENDPOINT="https://localhost",
        AZURE_OPENAI_API_KEY="x",
        OPENAI_API_TYPE="openai",
        AWS_DEFAULT_REGION="us-east-1",
        LITELLM_LOCAL_MODEL_COST_MAP="True",
        MODEL="gpt-5.4-mini",
    )
    os.environ.pop("GOOGLE_API_KEY")
    asked = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what an SDK prints is no answer
    for root in asked["roots"]:
        importlib.import_module(root)
    for each in asked["modules"]:
        print(json.dumps(run(each["name"], each["files"], set(asked["roots"]))), file=out, flush=True)


if __name__ == "__main__":
    main()
