"""Where a test around or before a use rules out None: `reveal(x)` is the use, before the tests `x` is None or "a"."""

from __future__ import annotations

from textwrap import indent

import pytest
from support import value

PRELUDE = 'def f(x=None):\n{body}\n\nf()\nf("a")\n'


def revealed(body: str) -> str:
    return value(PRELUDE.format(body=indent(body, "    ")))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("if x is not None:\n    reveal(x)", id="the branch of a test"),
        pytest.param("if x:\n    reveal(x)", id="truth"),
        pytest.param("if x is None:\n    pass\nelse:\n    reveal(x)", id="the other branch"),
        pytest.param("if not x:\n    return\nreveal(x)", id="left before"),
        pytest.param("if x is None:\n    raise ValueError\nwith open('a'):\n    reveal(x)", id="left before, outside"),
        pytest.param("if isinstance(x, str):\n    reveal(x)", id="isinstance"),
        pytest.param("if type(x) is str:\n    reveal(x)", id="its type"),
        pytest.param("if y and x is not None:\n    reveal(x)", id="a part of and"),
        pytest.param("if y or x is None:\n    return\nreveal(x)", id="a part of or, left before"),
        pytest.param("return x is not None and reveal(x)", id="earlier in and"),
        pytest.param("return x is None or reveal(x)", id="earlier in or"),
        pytest.param("return reveal(x) if x else 0", id="conditional expression"),
        pytest.param("while x:\n    reveal(x)", id="loop"),
        pytest.param("if len(x.strip()) > 5:\n    reveal(x)", id="a method of it is called"),
        pytest.param("if x.startswith('b'):\n    return\nreveal(x)", id="a method of it is called, left before"),
    ],
)
def test_none_is_ruled_out(body: str) -> None:
    assert revealed(body) == "'a'"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("reveal(x)", id="no test"),
        pytest.param("if y or x is not None:\n    reveal(x)", id="a part of or"),
        pytest.param("if x is None:\n    log()\nreveal(x)", id="not left"),
        pytest.param("if x is not None:\n    return\nreveal(x)", id="the other way round"),
        pytest.param("if z is not None:\n    reveal(x)", id="another name"),
        pytest.param("if type(x) is not str:\n    reveal(x)", id="not its type"),
        pytest.param("if type(x) is NoneType:\n    reveal(x)", id="the type of None"),
        pytest.param("return (y or x is not None) and reveal(x)", id="or in and"),
        pytest.param("if y.startswith(x):\n    reveal(x)", id="a method of another"),
        pytest.param("if len(str(x)) > 5:\n    reveal(x)", id="the length of something else"),
    ],
)
def test_none_is_still_possible(body: str) -> None:
    assert revealed(body) == "'a' | None"


def test_nothing_is_left() -> None:
    assert value("def f(x=None):\n    if x is not None:\n        reveal(x)\n\nf()\n") == "unknown"
