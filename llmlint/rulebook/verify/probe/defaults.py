"""What a client does when nothing is given: its timeout and its retries, as far as an instance shows them."""

from __future__ import annotations

import math

from llmlint.rulebook.verify.probe.answer import UnclearError
from llmlint.rulebook.verify.probe.build import built

PLACES = {
    "timeout": ("timeout", "_timeout", "_client_wrapper._timeout", "_client.timeout"),
    "retries": ("max_retries", "_client_wrapper._max_retries", "_client.max_retries"),
}


def has_default(found: object, what: str, claimed: str) -> bool:
    """Whether the default `what` of a client class is the claimed number or "none". Raises UnclearError."""
    instance = built(found) if isinstance(found, type) else None
    if instance is None:
        raise UnclearError("the client cannot be built")
    for place in PLACES[what]:
        value = _read(instance, place)
        if value is not None:
            return value == (math.inf if claimed == "none" else float(claimed))
    raise UnclearError(f"the client does not show its {what}")


def _read(instance: object, place: str) -> float | None:
    value: object = instance
    for name in place.split("."):
        try:
            value = getattr(value, name)
        except Exception:
            return None
    value = getattr(value, "read", value)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
