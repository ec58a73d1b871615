"""Runs the probe in an environment, and goes back to older releases for what the newest does not confirm."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from llmlint.rulebook.verify.claims import Answer, Claim, Question, Verdict, judge
from llmlint.rulebook.verify.environments import NotMeasuredError, reason

PROBE_SECONDS = 900
MARK = "@@answers@@"

# The probe finds its own modules and none of what else is installed beside llmlint.
START = """
import sys, types
package = sys.modules["llmlint"] = types.ModuleType("llmlint")
package.__path__ = [sys.argv[1]]
from llmlint.rulebook.verify.probe.main import main
main()
"""

Ask = Callable[[str, Sequence[Question]], dict[Question, Answer]]
"""Asks the release of a version."""


def ask(python: Path, questions: Sequence[Question], folders: Iterable[str] = ()) -> dict[Question, Answer]:
    """The answers of the probe in this environment; `folders` are put on its module path. Raises NotMeasuredError."""
    asked = json.dumps({"questions": questions, "folders": list(folders)})
    package = str(Path(__file__).parents[2])
    with tempfile.TemporaryDirectory() as home:
        # Nobody's settings and keys, so that all machines measure the same.
        environ = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
        environ |= {"HOME": home, "USERPROFILE": home, "TMPDIR": home}
        try:
            done = subprocess.run(
                [str(python), "-I", "-c", START, package],
                input=asked,
                capture_output=True,
                text=True,
                timeout=PROBE_SECONDS,
                cwd=home,
                env=environ,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotMeasuredError(f"the probe: {error}"[:300]) from error
    said = done.stdout.rpartition(MARK)[2] if MARK in done.stdout else ""
    if done.returncode or not said:
        raise NotMeasuredError(f"the probe: {reason(done.stderr)}")
    return {question: Answer(*answer) for question, answer in zip(questions, json.loads(said), strict=True)}


def verdicts(claims: Sequence[Claim], versions: Sequence[str], ask_version: Ask) -> list[tuple[Claim, Verdict]]:
    """The verdict on each claim; `versions` begin with the one that is looked at. Raises NotMeasuredError.

    An older release is asked only for what no newer one confirms: it may be the one that an entry is there for.
    """
    answers: dict[str, dict[Question, Answer]] = {}
    for version in versions:
        open_claims = [
            claim for claim in claims if judge(claim, answers).outcome != "holds" and claim.concerns(version)
        ]
        questions = list(dict.fromkeys(question for claim in open_claims for question in claim.questions))
        if questions:
            answers[version] = ask_version(version, questions)
    return [(claim, judge(claim, answers)) for claim in claims]
