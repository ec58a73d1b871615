"""What the probe answers, asked of a small SDK in a process of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from llmlint.rulebook.verify.claims import Answer, Question
from llmlint.rulebook.verify.environments import NotMeasuredError, reason
from llmlint.rulebook.verify.measure import ask

RELEASE = Path(__file__).parents[1] / "data" / "releases" / "2.0"
CREATE = ("fakellm.Client", "chat.completions.create")

EXPECTED: dict[Question, str] = {
    ("exists", "fakellm.Client", ""): "yes",
    ("exists", "fakellm.Clint", ""): "no",
    ("exists", "fakellm.batches.Batches", ""): "yes",
    ("exists", "fakellm.Client().chat", ""): "yes",
    ("exists", "not_installed_llm.Client", ""): "unseen",
    ("same", "fakellm.OtherName", "", "fakellm.Client"): "yes",
    ("same", "fakellm.AsyncClient", "", "fakellm.Client"): "no",
    ("same", "fakellm.Preview", "", "fakellm.Client"): "yes",
    ("same", "fakellm.Clint", "", "fakellm.Client"): "absent",
    ("below", "fakellm.RateLimitError", "", "fakellm.FakeError"): "yes",
    ("below", "fakellm.FakeError", "", "builtins.Exception"): "yes",
    ("below", "fakellm.FakeError", "", "fakellm.RateLimitError"): "no",
    ("path", *CREATE): "yes",
    ("path", "fakellm.Client", "chat.completions.create_all"): "no",
    ("path", "fakellm.Clint", "chat.completions.create"): "absent",
    # A property that fails, with an annotation that is imported for type checkers only.
    ("path", "fakellm.Client", "batches.create"): "yes",
    ("path", "fakellm.Client", "batches.cancel"): "no",
    # A client that cannot be built is known by its class.
    ("path", "fakellm.AsyncClient", "completions.create"): "yes",
    ("form", *CREATE, "sync", "plain"): "yes",
    ("form", *CREATE, "async", "plain"): "no",
    ("form", "fakellm.AsyncClient", "completions.create", "async", "plain"): "yes",
    ("form", "fakellm.AsyncClient", "completions.create", "sync", "plain"): "no",
    ("form", "fakellm.Client", "chat.completions.stream", "sync", "generator"): "yes",
    ("form", "fakellm.AsyncClient", "completions.stream", "async", "generator"): "yes",
    ("form", "fakellm.AsyncClient", "completions.stream", "async", "plain"): "no",
    ("form", "fakellm.Client", "chat.completions.open", "sync", "manager"): "yes",
    ("form", "fakellm.Client", "chat.completions.later", "async", "plain"): "yes",
    ("form", *CREATE, "sync", "manager"): "no",
    ("takes", "fakellm.Client", "", "max_retries"): "yes",
    ("takes", "fakellm.Client", "", "retries"): "no",
    ("takes", *CREATE, "model"): "yes",
    ("takes", *CREATE, "foo"): "no",
    ("takes", *CREATE, "options.effort"): "yes",
    ("takes", *CREATE, "options.foo"): "no",
    ("takes", "fakellm.Client", "chat.completions.anything", "foo"): "unknown",
    ("takes", "fakellm.Client", "chat.completions.create_all", "model"): "absent",
    ("order", "fakellm.Client", "", "api_key"): "yes",
    ("order", "fakellm.Client", "chat.completions.open", "model", "messages"): "yes",
    ("order", "fakellm.Client", "chat.completions.open", "messages"): "no",
    ("order", *CREATE, "model"): "no",
    ("default", "fakellm.Client", "", "timeout", "30"): "yes",
    ("default", "fakellm.Client", "", "timeout", "600"): "no",
    ("default", "fakellm.Client", "", "timeout", "none"): "no",
    ("default", "fakellm.Client", "", "retries", "2"): "yes",
    ("default", "fakellm.AsyncClient", "", "timeout", "30"): "unknown",
}


@pytest.fixture(scope="module")
def answers() -> dict[Question, Answer]:
    return ask(Path(sys.executable), list(EXPECTED), [str(RELEASE)])


@pytest.mark.parametrize("question", EXPECTED, ids=" ".join)
def test_the_probe_answers(answers: dict[Question, Answer], question: Question) -> None:
    assert answers[question].verdict == EXPECTED[question], answers[question].note


def test_a_probe_that_cannot_be_run_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(NotMeasuredError):
        ask(tmp_path / "python", [("exists", "os", "")])


def test_a_reason_is_the_telling_line_without_addresses() -> None:
    said = "Looking in indexes\nERROR: nothing fits at https://index.example/simple (1.0)\nhint: try again\n"
    assert reason(said) == "ERROR: nothing fits at <address> (1.0)"
