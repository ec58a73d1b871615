"""Wrapped clients: the operations that an adapter adds to the client it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from llmlint.rulebook.sdk import load_sdk, sdk_for_root
from llmlint.rulebook.sdk_model import Adapter, Operation, Sdk, SettingTable


def own_operation(
    adapters: tuple[Adapter, ...], inner: Sdk, path: str, offers: Callable[[Operation], bool]
) -> Operation | None:
    """The operation that one of the adapters has at this path: that of the client, called in the adapter's way.

    `inner` is the SDK of the client, `offers` tells whether the client has one of its operations.
    """
    for adapter in reversed(adapters):
        name = sdk_for_root(adapter.functions[0]) if adapter.asks else None
        last = path.rpartition(".")[2]
        for own in load_sdk(name).operations_by_last.get(last, ()) if name is not None else ():
            asked = _asked(adapter, inner, offers) if path in own.paths else None
            if asked is not None:
                settings = _both(own.settings, asked.settings)
                return replace(
                    asked,
                    call=own.call,
                    stream=own.stream,
                    positional=own.positional,
                    settings=settings,
                    response=own.response,
                    gives=asked.gives | own.gives,
                )
    return None


def _asked(adapter: Adapter, inner: Sdk, offers: Callable[[Operation], bool]) -> Operation | None:
    """The operation of the client that the adapter's own come down to."""
    for path in adapter.asks:
        for operation in inner.operations_by_last.get(path.rpartition(".")[2], ()):
            if path in operation.paths and offers(operation):
                return operation
    return None


def _both(own: SettingTable, asked: SettingTable) -> SettingTable:
    """What the adapter takes for itself, and what it hands on."""
    names = {*own.parameters, *asked.parameters}
    return replace(
        asked, parameters={name: tuple(dict.fromkeys((*own.paths(name), *asked.paths(name)))) for name in sorted(names)}
    )
