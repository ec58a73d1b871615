from __future__ import annotations

import re
from dataclasses import field, replace

import pytest

from llmlint.patterns import regex
from llmlint.records import entity, record


@record
class Named:
    name: str


@record
class Aged(Named):
    age: int = 0
    tags: list[str] = field(default_factory=list, compare=False)

    def __post_init__(self) -> None:
        self.tags.append(self.name)


@entity
class Thing:
    name: str


def test_the_first_object_of_a_class_finds_the_fields_of_those_above() -> None:
    aged = Aged("a", age=3)
    assert (aged.name, aged.age, aged.tags) == ("a", 3, ["a"])


def test_records_are_equal_by_the_fields_that_count() -> None:
    assert Aged("a", 1) == Aged("a", 1, ["x"])
    assert len({Aged("a", 1), Aged("a", 1), Aged("a", 2)}) == 2
    assert replace(Aged("a", 1), age=2) == Aged("a", 2)


def test_entities_are_equal_to_themselves_alone() -> None:
    thing = Thing("a")
    assert thing == thing
    assert thing != Thing("a")


def test_an_object_has_no_room_but_for_its_fields() -> None:
    with pytest.raises(AttributeError):
        Thing("a").age = 1  # type: ignore[attr-defined]


def test_a_field_that_is_not_given_is_missed() -> None:
    with pytest.raises(TypeError, match="name"):
        Thing()  # type: ignore[call-arg]


def test_a_pattern_is_what_it_would_be_if_it_were_compiled_at_once() -> None:
    word = regex(r"[a-z]+", re.IGNORECASE)
    found = word.search("1 Word")
    assert found is not None
    assert found[0] == "Word"
    assert (word.pattern, word.flags, word.sub("x", "a b")) == (r"[a-z]+", re.compile("", re.IGNORECASE).flags, "x x")
