from __future__ import annotations

import pytest
from fix_samples import done, reasons

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import Plan, plan


def reading(source: str, keys: str) -> Plan:
    """What becomes of a source that is one expression on one line."""
    target = Location("app.py", 1, 1, 1, len(source) + 1)
    operation = Operation("keys-to-attributes", target, (("keys", keys),))
    return plan(source.encode(), [Fix(Applicability.SAFE, "Read attributes", (operation,))])


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ('r["id"]', "id", "r.id"),
        ('r["choices"][0]["message"]["content"]', "choices.message.content", "r.choices[0].message.content"),
        ("r.choices[-1]['text']", "text", "r.choices[-1].text"),
        ('f(a["x"])["data"][n]', "data", 'f(a["x"]).data[n]'),
        ("r.id", "id", "r.id"),
        ('r [ "id" ]', "id", "r.id"),
    ],
)
def test_keys_of_the_chain_become_attributes(before: str, keys: str, after: str) -> None:
    assert done(reading(before, keys)).new.decode() == after


@pytest.mark.parametrize("source", ['r["usage"]', 'r["id"]["x"]'])
def test_other_keys_are_refused(source: str) -> None:
    assert reasons(reading(source, "id")) == ["the code there has changed in the meantime"]
