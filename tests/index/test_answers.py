"""Questions about values that lead back to themselves have the same answers in whatever order they are asked."""

from __future__ import annotations

import pytest
from support import project, shown

from llmlint.index.answers import Answers

CIRCLES = {
    "two functions that hand on to each other": """
        def first(client):
            second(client)
            reveal(client)

        def second(client):
            first(client)
            reveal(client)

        first(1)
        second(2)
    """,
    "an attribute that is set from another one, which may be that one": """
        class Pair:
            def __init__(self, one, other):
                self.one = one or self.other
                self.other = other or self.one

            def read(self):
                reveal(self.one)
                reveal(self.other)

        Pair(1, 2).read()
    """,
    "a name that grows in a loop with another": """
        a, b = 1, 2
        while more():
            a = b
            b = a
            reveal(a)
            reveal(b)
    """,
}


def test_an_answer_is_worked_out_once() -> None:
    asked: list[int] = []
    answers = Answers()
    for _ in range(2):
        assert answers.ask("one", None, lambda: asked.append(1) or "answer") == "answer"  # type: ignore[func-returns-value]
    assert asked == [1]


def test_what_leans_on_an_open_question_is_worked_out_again_when_that_is_answered() -> None:
    answers = Answers()

    def outer() -> str:
        return f"outer of {answers.ask('inner', '?', inner)}"

    def inner() -> str:
        return f"inner of {answers.ask('outer', '?', outer)}"

    assert answers.ask("outer", "?", outer) == "outer of inner of ?"
    assert answers.ask("inner", "?", inner) == "inner of outer of inner of ?"


def test_what_only_uses_a_circle_is_kept() -> None:
    answers = Answers()
    asked: list[str] = []

    def using() -> str:
        asked.append("using")
        return f"using {answers.ask('loop', '?', loop)}"

    def loop() -> str:
        return f"loop of {answers.ask('loop', '?', loop)}"

    def outermost() -> str:
        return f"{answers.ask('using', '?', using)}, {answers.ask('using', '?', using)}"

    assert answers.ask("outermost", "?", outermost) == "using loop of ?, using loop of ?"
    answers.ask("using", "?", using)
    assert asked == ["using"]


def test_an_exception_leaves_nothing_behind() -> None:
    answers = Answers()

    def outer() -> str:
        inner = answers.ask("inner", "?", lambda: f"inner of {answers.ask('outer', '?', outer)}")
        if broken:
            raise ValueError(inner)
        return f"outer of {inner}"

    broken = True
    with pytest.raises(ValueError, match=r"inner of \?"):
        answers.ask("outer", "?", outer)
    broken = False
    assert answers.ask("inner", "?", lambda: f"inner of {answers.ask('outer', '?', outer)}") == "inner of outer of ?"


@pytest.mark.parametrize("code", CIRCLES.values(), ids=CIRCLES.keys())
def test_circles_have_the_same_values_in_any_order(code: str) -> None:
    found: set[tuple[str, ...]] = set()
    for turn in (1, -1):
        whole = project(code)
        asked = [
            call.args[0]
            for path in whole.files.by_path
            if (module := whole.module(path)) is not None
            for call in module.calls["reveal"]
        ]
        values = [shown(whole.evaluator.evaluate(node)) for node in asked[::turn]]
        found.add(tuple(values[::turn]))
    assert len(found) == 1, found
