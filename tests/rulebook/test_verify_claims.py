"""Which claims the rulebook makes of an SDK, and when one of them is drift."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import tomli

from llmlint.rulebook.sdk_model import Sdk
from llmlint.rulebook.sdk_reader import read_sdk
from llmlint.rulebook.table import Table
from llmlint.rulebook.verify.calls import call_claims
from llmlint.rulebook.verify.claims import Answer, Claim, Question, judge
from llmlint.rulebook.verify.measure import verdicts
from llmlint.rulebook.verify.names import name_claims

SDK = """
name = "fakellm"
distribution = "fakellm"
verified = ["1.0", "2.0"]

[aliases]
"fakellm.OtherName" = "fakellm.Client"
"elsewhere.Client" = "fakellm.Client"
"fakellm.errors" = "fakellm"

[[client]]
classes = ["fakellm.Client"]
settings = "client"
positional = ["api_key"]
defaults = { timeout = "none", retries = 2 }

[[client]]
classes = ["fakellm.AsyncClient"]
async = true

[[operation]]
paths = ["chat.create", "chat.parse"]
kind = "chat"
settings = "chat"

[[operation]]
functions = ["fakellm.complete"]
kind = "completion"
settings = "chat"
removed = "2.0"

[settings.client]
timeout = ["timeout"]

[settings.chat]
max-tokens = ["cap", "limit"]

[exceptions]
base = "fakellm.FakeError"
[exceptions.parents]
"fakellm.RateLimitError" = "fakellm.FakeError"
"""


def sdk(text: str = SDK) -> Sdk:
    return read_sdk(Table(tomli.loads(text), "rules/sdk/fakellm.toml"))


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return {claim.denial: claim for claim in (*name_claims(sdk()), *call_claims(sdk()))}


@pytest.mark.parametrize(
    ("denial", "question"),
    [
        ("there is no fakellm.Client", ("exists", "fakellm.Client", "")),
        ("there is no fakellm.OtherName", ("exists", "fakellm.OtherName", "")),
        ("fakellm.OtherName is not fakellm.Client", ("same", "fakellm.OtherName", "", "fakellm.Client")),
        ("there is no fakellm.FakeError", ("exists", "fakellm.FakeError", "")),
        (
            "fakellm.RateLimitError is not derived from fakellm.FakeError",
            ("below", "fakellm.RateLimitError", "", "fakellm.FakeError"),
        ),
        ("the timeout of fakellm.Client is not none", ("default", "fakellm.Client", "", "timeout", "none")),
        ("fakellm.Client does not retry 2 times", ("default", "fakellm.Client", "", "retries", "2")),
        ('fakellm.Client has no parameter "timeout"', ("takes", "fakellm.Client", "", "timeout")),
        ("fakellm.Client does not begin with api_key", ("order", "fakellm.Client", "", "api_key")),
        ("no client has chat.parse", ("path", "fakellm.Client", "chat.parse")),
        ('chat.create has no parameter "cap" or "limit"', ("takes", "fakellm.Client", "chat.create", "cap")),
        ("chat.create is not async and plain", ("form", "fakellm.AsyncClient", "chat.create", "async", "plain")),
        ("chat.create is not sync and plain", ("form", "fakellm.Client", "chat.create", "sync", "plain")),
        ("fakellm.complete is not sync and plain", ("form", "fakellm.complete", "", "sync", "plain")),
    ],
)
def test_a_claim_asks_what_decides_it(claims: dict[str, Claim], denial: str, question: Question) -> None:
    assert question in claims[denial].questions


def test_two_packages_may_have_each_its_class_of_a_kind(claims: dict[str, Claim]) -> None:
    assert "there is no elsewhere.Client" in claims
    assert "elsewhere.Client is not fakellm.Client" not in claims


def test_an_exception_can_be_public_under_an_alias(claims: dict[str, Claim]) -> None:
    assert claims["there is no fakellm.FakeError"].questions == (
        ("exists", "fakellm.FakeError", ""),
        ("exists", "fakellm.errors.FakeError", ""),
    )


def test_each_spelling_is_that_of_some_call(claims: dict[str, Claim]) -> None:
    spelling = claims['nothing that [settings.chat] is for has a parameter "limit"']
    assert {question[1:3] for question in spelling.questions} == {
        ("fakellm.Client", "chat.create"),
        ("fakellm.Client", "chat.parse"),
        ("fakellm.AsyncClient", "chat.create"),
        ("fakellm.AsyncClient", "chat.parse"),
        ("fakellm.complete", ""),
    }


def test_an_operation_that_was_removed_is_claimed_of_the_releases_before(claims: dict[str, Claim]) -> None:
    gone, there = claims["there is no fakellm.complete"], claims["no client has chat.create"]
    assert [gone.concerns(version) for version in ("1.9.3", "2.0", "2.0.1", "10.0")] == [True, False, False, False]
    assert there.concerns("2.0")


def test_a_table_for_classes_of_several_packages_is_claimed_of_all_together() -> None:
    several = SDK.replace('classes = ["fakellm.Client"]', 'classes = ["fakellm.Client", "partner.Client"]')
    found = {claim.denial: claim for claim in call_claims(sdk(several))}
    assert 'fakellm.Client has no parameter "timeout"' not in found
    assert found['nothing that [settings.client] is for has a parameter "timeout"'].any_package


def test_limits_are_asked_for_in_the_units_of_the_settings() -> None:
    text = SDK.replace('timeout = "none"', "timeout = 30").replace(
        "[settings.client]", '[settings.client]\ntimeout-unit = "milliseconds"\nretries-unit = "attempts"'
    )
    asked = [question for claim in name_claims(sdk(text)) for question in claim.questions if question[0] == "default"]
    assert [question[-1] for question in asked] == ["30000", "3"]


ONE, OTHER = ("exists", "one", ""), ("exists", "other", "")
YES, NO, ABSENT, UNKNOWN, UNSEEN = map(Answer, ("yes", "no", "absent", "unknown", "unseen"))


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((YES, NO), "holds"),
        ((YES, UNKNOWN), "holds"),
        ((NO, NO), "drift"),
        ((NO, ABSENT), "drift"),
        ((NO, UNSEEN), "drift"),
        ((NO, UNKNOWN), "unclear"),
        ((ABSENT, ABSENT), "unclear"),
        ((UNSEEN, ABSENT), "unclear"),
    ],
)
def test_a_claim_is_judged_by_all_answers(answers: tuple[Answer, Answer], outcome: str) -> None:
    release = dict(zip((ONE, OTHER), answers, strict=True))
    assert judge(Claim("wrong", (ONE, OTHER)), {"1.0": release}).outcome == outcome


def test_a_package_that_is_not_installed_can_be_the_one() -> None:
    assert judge(Claim("wrong", (ONE, OTHER), any_package=True), {"1.0": {ONE: NO, OTHER: UNSEEN}}).outcome == "unclear"


class Releases:
    """Releases that know some names, and what they were asked."""

    def __init__(self, **known: set[Question]) -> None:
        self.known = known
        self.asked: list[tuple[str, list[Question]]] = []

    def ask(self, version: str, questions: Sequence[Question]) -> dict[Question, Answer]:
        self.asked.append((version, list(questions)))
        return {question: YES if question in self.known[version] else NO for question in questions}


def test_older_releases_are_asked_for_what_newer_ones_do_not_confirm() -> None:
    releases = Releases(new={ONE}, old={OTHER})
    claims = [Claim("no one", (ONE,)), Claim("no other", (OTHER,))]
    assert [verdict.outcome for _, verdict in verdicts(claims, ["new", "old"], releases.ask)] == ["holds", "holds"]
    assert releases.asked == [("new", [ONE, OTHER]), ("old", [OTHER])]


def test_older_releases_are_left_alone_if_there_is_nothing_to_ask() -> None:
    releases = Releases(new={ONE}, old=set())
    verdicts([Claim("no one", (ONE,))], ["new", "old"], releases.ask)
    assert releases.asked == [("new", [ONE])]


def test_what_no_release_confirms_is_drift() -> None:
    releases = Releases(new=set(), old=set())
    assert [v.outcome for _, v in verdicts([Claim("no one", (ONE,))], ["new", "old"], releases.ask)] == ["drift"]


def test_what_was_removed_is_not_asked_of_later_releases() -> None:
    releases = Releases(**{"2.0": {ONE}, "1.0": set()})
    gone = Claim("no one", (ONE,), removed="2.0")
    assert [v.outcome for _, v in verdicts([gone], ["2.0", "1.0"], releases.ask)] == ["drift"]
    assert releases.asked == [("1.0", [ONE])]
