"""An SDK object, and the operation that a call of one of its methods is."""

from __future__ import annotations

import ast
from dataclasses import field

from llmlint.index.values import (
    Partial,
    Result,
    Value,
)
from llmlint.records import entity
from llmlint.rulebook.sdk_model import Adapter, Client, Derivation, Operation, Sdk


@entity
class Surface:
    """An SDK object: the client it starts from and the attribute path walked since.

    `root` is the construction of the client, or the SDK module where that acts as the client; `derived` the
    derivations applied to it, with the call of each; `adapted` the adapters it was passed through. `function` is the
    function of the project that a decorator of the SDK was put on. `parallel` says that it is one of several chains,
    `after` is what stands last behind the model of a chain. `printing` says that it shows each step on the terminal.
    """

    sdk: Sdk
    client: Client | None
    root: Value
    path: tuple[str, ...] = ()
    derived: tuple[tuple[Derivation, Result], ...] = ()
    adapted: tuple[Adapter, ...] = ()
    preset: tuple[Partial, ...] = ()
    piped: tuple[Value, ...] = ()
    function: ast.FunctionDef | ast.AsyncFunctionDef | None = None
    parallel: bool = False
    after: Value | None = None
    printing: bool = False

    @property
    def gives(self) -> frozenset[str]:
        """What the client's derivations and adapters bring along."""
        extra: set[str] = set(self.client.gives) if self.client is not None else set()
        for derivation, _ in self.derived:
            extra |= derivation.gives
        for adapter in self.adapted:
            extra |= adapter.gives
        return frozenset(extra)


@entity
class Match:
    """A callee recognised as an operation on a surface."""

    surface: Surface
    operation: Operation
    api: str
    gives: frozenset[str] = field(default_factory=frozenset)
    provider: str = ""  # where the address of a request tells it

    @property
    def makes_coroutine(self) -> bool:
        """Whether the call gives a coroutine, and what it answers once that is awaited."""
        client = self.surface.client
        by_client = client is not None and client.is_async
        return self.operation.call == "plain" and (self.operation.is_async or by_client)
