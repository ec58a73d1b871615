from __future__ import annotations

import pytest
from fix_samples import call_at, reasons, removing

from llmlint.fixes import plan


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(temperature=0)", "f()"),
        ("f( temperature=0 )", "f()"),
        ("f(m, temperature=0)", "f(m)"),
        ("f(temperature=0, m=1)", "f(m=1)"),
        ("f(m, temperature=0, **k)", "f(m, **k)"),
        ("f(m, temperature=0,)", "f(m,)"),
        ("f(g(temperature=1), temperature=0)", "f(g(temperature=1))"),
        ("f(\n    m,\n    temperature=0,\n)\n", "f(\n    m,\n)\n"),
        ("f(\n    m,\n    temperature=0\n)\n", "f(\n    m\n)\n"),
        ("f(\n    temperature=0,\n    m=1,\n)\n", "f(\n    m=1,\n)\n"),
        ("f(\r\n\tm,\r\n\ttemperature=0,\r\n)\r\n", "f(\r\n\tm,\r\n)\r\n"),
    ],
)
def test_only_the_argument_goes(before: str, after: str) -> None:
    result = plan(before.encode(), [removing(call_at(before))])
    assert result.new.decode() == after
    again = plan(result.new, [removing(call_at(after))])
    assert again.new == result.new


@pytest.mark.parametrize(
    "source",
    ["f(\n    m,\n    temperature=0,  # cold\n)\n", "f(\n    m,  # model\n    temperature=0,\n)\n"],
)
def test_a_comment_beside_it_is_not_lost(source: str) -> None:
    result = plan(source.encode(), [removing(call_at(source))])
    assert result.new == source.encode()
    assert reasons(result) == ["there is a comment beside it"]
