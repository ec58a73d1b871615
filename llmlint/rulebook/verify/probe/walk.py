"""One step on a dotted path: from an object to its attribute, also where only the class of the object is known."""

from __future__ import annotations

import inspect
import re

from llmlint.rulebook.verify.probe.annotations import classes, fields
from llmlint.rulebook.verify.probe.answer import MissingError, OutOfSightError, UnclearError
from llmlint.rulebook.verify.probe.build import built


class Unseen:
    """Something of which only the possible classes are known."""

    def __init__(self, kinds: tuple[type, ...]) -> None:
        self.kinds = kinds


def step(holder: object, part: str) -> object:
    """The attribute of an object, or of an unseen object of a class."""
    name = part.removesuffix("()")
    if isinstance(holder, Unseen):
        found = _of_unseen(holder, name)
    else:
        try:
            found = getattr(holder, name)
        except AttributeError as error:
            raise MissingError(name) from error
        except Exception as error:
            if isinstance(holder, type) or inspect.ismodule(holder):
                raise UnclearError(f"{name}: {error!r}") from error
            found = _of_unseen(Unseen((type(holder),)), name)
    return called(found) if part != name else found


def called(found: object) -> object:
    """What a call of a class or function gives."""
    if isinstance(found, Unseen):
        found = _of_unseen(found, "__call__")
    if isinstance(found, type):
        instance = built(found)
        return Unseen((found,)) if instance is None else instance
    try:
        annotation = inspect.signature(found).return_annotation  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise UnclearError("what it returns is not known") from error
    return _unseen(annotation, getattr(inspect.unwrap(found), "__module__", ""))  # type: ignore[arg-type]


def _of_unseen(holder: Unseen, name: str) -> object:
    trouble: Exception = MissingError(name)
    for kind in holder.kinds:
        try:
            return _of_class(kind, name)
        except UnclearError as error:
            trouble = error
        except MissingError:
            continue
    raise trouble


def _of_class(kind: type, name: str) -> object:
    found = inspect.getattr_static(kind, name, None)
    getter = getattr(found, "fget", None) or getattr(found, "func", None)
    if getter is not None:
        return _unseen(inspect.get_annotations(getter).get("return", ""), getter.__module__)
    if any(name in vars(each) for each in kind.__mro__):
        return getattr(kind, name)
    for each in kind.__mro__:
        annotation = (fields(each) or {}).get(name) or inspect.get_annotations(each).get(name)
        if annotation is not None:
            return _unseen(annotation, each.__module__)
    if any("__getattr__" in vars(each) for each in kind.__mro__) or _assigned(kind, name):
        raise UnclearError(f"{name} is set when it runs")
    raise MissingError(name)


def _unseen(annotation: object, module: str) -> Unseen:
    found = classes(annotation, module)
    if not found:
        raise OutOfSightError("an annotation on the way does not say the type")
    return Unseen(found)


def _assigned(kind: type, name: str) -> bool:
    try:
        sources = "".join(inspect.getsource(each) for each in kind.__mro__ if each.__module__ != "builtins")
    except (OSError, TypeError):
        return True
    return re.search(rf"\bself\.{re.escape(name)}\b *[:=]", sources) is not None
