"""How a call is to be made: awaited or not, entered with `with`, or iterated."""

from __future__ import annotations

import functools
import inspect

from llmlint.rulebook.verify.probe.annotations import classes
from llmlint.rulebook.verify.probe.answer import UnclearError

_AWAITABLE = ("Awaitable", "Coroutine", "Future", "Task")
_ITERABLE = {
    True: ("AsyncIterator", "AsyncGenerator", "AsyncIterable", "AsyncStream"),
    False: ("Iterator", "Generator", "Iterable", "Stream"),
}


def has_form(found: object, is_async: bool, call: str) -> bool:
    """Whether the callable is what an operation of this kind is said to be. Raises UnclearError."""
    function = _function(found)
    if call == "manager":
        return not _is_coroutine(function) and _is_entered(function)
    if call == "generator":
        return not _is_coroutine(function) and _is_iterated(function, is_async)
    if is_async:
        return _is_awaited(function)
    return not _is_coroutine(function) and not inspect.isasyncgenfunction(function)


def _function(found: object) -> object:
    while isinstance(found, functools.partial):
        found = found.func
    if inspect.isroutine(found) or isinstance(found, type):
        return found
    return getattr(found, "__call__", found)  # noqa: B004


def _is_coroutine(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(_unwrapped(function))


def _is_awaited(function: object) -> bool:
    if _is_coroutine(function):
        return True
    said = _said(function)
    if any(word in said for word in _AWAITABLE):
        return True
    if not said or "Any" in said:
        raise UnclearError("what it returns is not said")
    return any(hasattr(kind, "__await__") for kind in _returned(function))


def _is_entered(function: object) -> bool:
    unwrapped = _unwrapped(function)
    if unwrapped is not function and (inspect.isgeneratorfunction(unwrapped) or inspect.isasyncgenfunction(unwrapped)):
        return True
    return any(hasattr(kind, "__enter__") or hasattr(kind, "__aenter__") for kind in _returned(function))


def _is_iterated(function: object, is_async: bool) -> bool:
    unwrapped = _unwrapped(function)
    if inspect.isgeneratorfunction(unwrapped) or inspect.isasyncgenfunction(unwrapped):
        return is_async == inspect.isasyncgenfunction(unwrapped)
    if any(word in _said(function) for word in _ITERABLE[is_async]):
        return True
    return any(hasattr(kind, "__aiter__" if is_async else "__iter__") for kind in _returned(function))


def _returned(function: object) -> tuple[type, ...]:
    found = classes(_annotation(function), getattr(_unwrapped(function), "__module__", ""))
    if not found:
        raise UnclearError("the type of what it returns is not said")
    return found


def _said(function: object) -> str:
    annotation = _annotation(function)
    return "" if annotation is inspect.Signature.empty else str(annotation)


def _annotation(function: object) -> object:
    try:
        return inspect.signature(function).return_annotation  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise UnclearError("its signature cannot be read") from error


def _unwrapped(function: object) -> object:
    return inspect.unwrap(function) if callable(function) else function
