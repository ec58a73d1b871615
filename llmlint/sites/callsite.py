"""The call site: one LLM call in the project, with what was proven about it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from llmlint.index.tree import named_function_of, nodes_in, parent
from llmlint.index.values import Env, Value, alternatives, text_of
from llmlint.records import record
from llmlint.sites.recognition.adapters import sdk_of
from llmlint.source.shortened import shortened

if TYPE_CHECKING:
    from llmlint.diagnostics import Location
    from llmlint.index.module import Module
    from llmlint.index.project import Project
    from llmlint.rulebook.sdk_model import Sdk
    from llmlint.sites.recognition.surface import Match


class State(Enum):
    """What is known about a setting."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


@record
class Setting:
    """A setting of a call: present with a value, proven absent, or unknown and why.

    `where` is the expression that decides it and `parameter` the spelling used there.
    """

    state: State
    value: Value | None = None
    why: str = ""
    where: Location | None = None
    parameter: str = ""


@dataclass(eq=False)
class CallSite:
    """One call of an LLM SDK.

    `node` is the call expression (for a call by reference, the call that takes the reference); `matches` holds one
    entry for each client that the receiver can be. `via` is "direct", "by-reference", "chain" or "http".
    """

    project: Project
    module: Module
    node: ast.Call
    matches: tuple[Match, ...]
    via: str = "direct"
    confidence: str = "resolved"
    reference: ast.expr | None = None
    context: str = "app"
    _settings: dict[str, Setting] = field(default_factory=dict)

    @property
    def match(self) -> Match:
        """The first of the matches: all are of the same kind."""
        return self.matches[0]

    @property
    def sdks(self) -> list[Sdk]:
        """The SDKs of the possible clients, each once."""
        return list({match.surface.sdk.name: match.surface.sdk for match in self.matches}.values())

    @property
    def raising(self) -> list[Sdk]:
        """The same with what has wrapped the clients: libraries that raise errors of their own in place of theirs."""
        around = (sdk_of(a.functions[0]) for match in self.matches for a in match.surface.adapted)
        return list({sdk.name: sdk for sdk in (*self.sdks, *around) if sdk is not None}.values())

    @cached_property
    def kind(self) -> str:
        """What the operation does: chat, responses, embedding, …"""
        operation = self.match.operation
        return "embedding" if operation.vectors and self._reads(operation.vectors) else operation.kind

    @property
    def by_agent(self) -> bool:
        """Whether an agent makes the call, which hands out the last of several answers without their stop states."""
        return self.kind == "agent" or any(adapter.agent for adapter in self.match.surface.adapted)

    def _reads(self, keys: tuple[str, ...]) -> bool:
        """Whether the function around the call reads one of these keys."""
        for node in nodes_in(self.function) if self.function is not None else ():
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                key: ast.expr | None = node.slice
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "get" and node.args:
                key = node.args[0]
            else:
                continue
            if isinstance(key, ast.Constant) and key.value in keys:
                return True
        return False

    @cached_property
    def function(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function that holds the call."""
        return named_function_of(self.node)

    @cached_property
    def decorated(self) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """The function that is called, where an SDK's decorator makes the call: its other decorators act on it, too."""
        return self.match.surface.function

    @cached_property
    def location(self) -> Location:
        """The range of the call expression."""
        return self.module.location(self.node)

    @property
    def spelled(self) -> str:
        """The callee as written, shortened: `self.client.chat.completions.create`."""
        return shortened(self.reference if self.reference is not None else self.node.func)

    @property
    def answers(self) -> bool:
        """Whether the call returns generated text."""
        return self.kind in ("chat", "responses", "completion", "chain", "agent")

    @cached_property
    def unsent(self) -> bool:
        """Whether the call makes a coroutine that nobody awaits: something is taken from it at once, which fails."""
        above = parent(self.node)
        if self.reference is not None or not isinstance(above, ast.Attribute) or above.attr in OF_COROUTINES:
            return False
        return all(match.makes_coroutine for match in self.matches)

    def gives(self, what: str) -> bool:
        """Whether every possible client brings this along by itself."""
        return all(what in match.gives for match in self.matches)

    def setting(self, name: str) -> Setting:
        """A setting over all possible clients, searched from the call outward to the client's constructor."""
        known = self._settings.get(name)
        if known is None:
            from llmlint.sites.request.settings import combined

            known = self._settings[name] = combined(self, name)
        return known

    @property
    def models(self) -> list[str]:
        """The model ids that can reach the call, as far as they are known."""
        value = self.setting("model").value
        found = list(alternatives(value)) if value is not None else []
        defaults = [option.default for option in found if isinstance(option, Env) and option.default is not None]
        return [text for text in map(text_of, [*found, *defaults]) if text]


OF_COROUTINES = ("send", "throw", "close", "__await__")
NOT_GIVEN = ("NOT_GIVEN", "NotGiven", "omit", "Omit", "not_given", "UNSET")
