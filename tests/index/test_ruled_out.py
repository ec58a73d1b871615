"""Texts that the tests around or before a use rule out for a name."""

from __future__ import annotations

import pytest
from support import value

HEAD = """
import sys
import streamlit as st

NEW = ("b", "c")
OLD = ["a"]
GROWING = ["a"]

def learn(name):
    GROWING.append(name)

def run():
    model = st.selectbox("Model", ["a", "b"])
"""


def after(code: str) -> str:
    """What `model`, picked from a menu of "a" and "b", is known to be at the `reveal` of the code."""
    return value(HEAD + "".join(f"    {line}\n" for line in code.strip("\n").splitlines()))


@pytest.mark.parametrize(
    "test", ['model == "a"', "model not in NEW", "model in OLD", 'model.startswith(("a", "x"))', 'not "b" in model']
)
def test_what_leaves_or_is_kept_apart_does_not_come_further(test: str) -> None:
    assert after(f"if {test}:\n    return\nreveal(model)") == "'b'"
    assert after(f"if {test}:\n    raise ValueError(model)\nreveal(model)") == "'b'"
    assert after(f"if {test}:\n    st.error(model)\n    st.stop()\nreveal(model)") == "'b'"
    assert after(f"if {test}:\n    print(model)\nelse:\n    reveal(model)") == "'b'"
    assert after(f"if {test} and len(OLD):\n    reveal(model)") == "'a'"
    assert after(f"assert not ({test})\nreveal(model)") == "'b'"
    assert after(f"name = None if {test} else reveal(model)") == "'b'"


def test_a_text_that_is_replaced_does_not_come_further() -> None:
    assert after('if model == "a":\n    model = "c"\nreveal(model)') == "'b' | 'c'"
    assert after('if model != "b":\n    model = "a"\nreveal(model)') == "'a' | 'b'"


@pytest.mark.parametrize("test", ["model in GROWING", "model == other", "check(model)", 'model.lower() == "a"'])
def test_what_cannot_be_told_rules_nothing_out(test: str) -> None:
    assert after(f"if {test}:\n    return\nreveal(model)") == "'a' | 'b'"


def test_a_test_of_an_earlier_value_rules_nothing_out() -> None:
    assert after('if model == "a":\n    return\nif len(OLD):\n    model = "a"\nreveal(model)') == "'a' | 'b'"
    assert after('if model == "a":\n    print(model)\nreveal(model)') == "'a' | 'b'"
