"""What the rulebook claims of an SDK, each claim with the questions that decide it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

Question = tuple[str, ...]
"""`(question, dotted name, attribute path, *given)`, as the probe takes it."""


class Answer(NamedTuple):
    """The probe's verdict on a question: "yes", "no", "unknown", or "absent" or "unseen" where it cannot be asked."""

    verdict: str
    note: str = ""


class Claim(NamedTuple):
    """A statement of the rulebook: true if any of its questions is answered with yes.

    `denial` says what is wrong if none is, such as `chat.completions.create has no parameter "foo"`. Only releases
    before the version `removed` are asked, if there is one. With `any_package`, a package that is not installed may be
    the one of which it is true.
    """

    denial: str
    questions: tuple[Question, ...]
    removed: str = ""
    any_package: bool = False

    def concerns(self, version: str) -> bool:
        """Whether the claim is made of this release."""
        return not self.removed or _numbers(version) < _numbers(self.removed)


class Verdict(NamedTuple):
    """What became of a claim: "holds", "drift" or "unclear", and why it is unclear."""

    outcome: str
    note: str = ""


def judge(claim: Claim, answers: Mapping[str, Mapping[Question, Answer]]) -> Verdict:
    """The verdict from the answers of all releases that were asked; a claim that is true in one of them holds.

    What is absent proves nothing: that a class is missing is a claim of its own.
    """
    asked = [answers[version] for version in answers if claim.concerns(version)]
    given = [found[question] for found in asked for question in claim.questions if question in found]
    verdicts = {answer.verdict for answer in given}
    if "yes" in verdicts:
        return Verdict("holds")
    if "unknown" in verdicts or "no" not in verdicts or (claim.any_package and "unseen" in verdicts):
        notes = [answer.note for answer in given if answer.note]
        return Verdict("unclear", notes[-1] if notes else "no release to ask")
    return Verdict("drift")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", version))
