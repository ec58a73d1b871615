"""Tried by the SDK: the errors after which an SDK tries again by itself, and whether some types are among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from llmlint.sites.errors.handlers import BROAD

if TYPE_CHECKING:
    from llmlint.rulebook.sdk_model import Sdk


def retried(sdk: Sdk) -> tuple[str, ...]:
    """What the SDK tries again by itself; its base class where that is not known in detail."""
    return sdk.exceptions.retried or (sdk.exceptions.base,)


def within(sdk: Sdk, types: Iterable[str], error: str) -> bool:
    """Whether an error of the SDK is among some types, or of a class below one of them."""
    spelled = {sdk.canonical(name) for name in types}
    above: str | None = error
    while above:
        if above in spelled:
            return True
        above = sdk.exceptions.parents.get(above)
    return bool(spelled & {*BROAD, *({sdk.exceptions.base, *sdk.exceptions.covering} - {""})})
