from __future__ import annotations

from dataclasses import replace

import pytest
from report_samples import FINDINGS, PARSE, SITES, SOURCES, TIMEOUT

from llmlint.diagnostics import Applicability, Location, Note, Severity
from llmlint.report.audit_text import render_audit_text, render_unknown_text
from llmlint.report.concise import render_concise
from llmlint.report.escape import escape
from llmlint.report.palette import Palette
from llmlint.report.statistics import render_statistics
from llmlint.report.text import render_text

PLAIN = Palette()
HOSTILE = "a\x1b[2J\r\n\x9b31m\u202e\u2028\x00\ud800"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain text, `code` and \\n", "plain text, `code` and \\n"),
        ("two\nlines\tand\rmore", "two\\nlines\\tand\\rmore"),
        ("\x1b[31mred\x07", "\\x1b[31mred\\x07"),
        ("\x9b31m\x7f", "\\x9b31m\\x7f"),
        ("abc\u202edef\u2066", "abc\\u202edef\\u2066"),
        ("\u2028\u2029\x85", "\\u2028\\u2029\\x85"),
        ("broken \udcff name", "broken \\udcff name"),
        ("\U000e0041", "\\U000e0041"),
        ("naïve 質問 😀\u00a0x", "naïve 質問 😀\u00a0x"),
    ],
)
def test_escaping_leaves_what_prints_and_shows_the_rest(text: str, safe: str) -> None:
    assert escape(text) == safe


def test_nothing_from_a_scanned_file_reaches_the_terminal_raw() -> None:
    place = Location(f"{HOSTILE}.py", 1, 1, 1, 2)
    finding = replace(
        TIMEOUT,
        message=HOSTILE,
        location=place,
        help=HOSTILE,
        evidence=(Note(HOSTILE, place),),
        related=(Note(HOSTILE, place), Note(HOSTILE)),
        fix=replace(TIMEOUT.fix, title=HOSTILE) if TIMEOUT.fix else None,
    )
    site = replace(
        SITES[1],
        path=HOSTILE,
        function=HOSTILE,
        model=HOSTILE,
        api=HOSTILE,
        settings={HOSTILE: {"state": "unknown", "value": None, "why": HOSTILE}},
    )
    reports = [
        render_text([finding], {place.path: HOSTILE}, PLAIN),
        render_concise([finding], PLAIN),
        render_audit_text([site], 1, [HOSTILE], PLAIN),
        render_unknown_text([site], 1, [HOSTILE], PLAIN),
        render_audit_text([], 0, [HOSTILE], PLAIN),
    ]
    for report in reports:
        assert report.replace("\n", "").isprintable()


def test_concise_is_one_physical_line_a_finding() -> None:
    finding = replace(PARSE, message="first\nsecond\u2028third\x0bfourth")
    assert len(render_concise([finding, finding], PLAIN).splitlines()) == 2


def test_without_its_source_a_finding_has_no_frame() -> None:
    assert "|" not in render_text([TIMEOUT], {}, PLAIN)


@pytest.mark.parametrize(("number", "last"), [(5, "place 4"), (6, "and 1 more"), (7, "and 2 more")])
def test_five_related_places_are_shown(number: int, last: str) -> None:
    related = tuple(Note(f"place {index}") for index in range(number))
    text = render_text([replace(PARSE, related=related)], SOURCES, PLAIN)
    assert text.rstrip().endswith(last)
    assert text.count("place ") == 5


def test_colour_changes_nothing_but_colour() -> None:
    import re

    coloured = render_text(FINDINGS, SOURCES, Palette(True))
    assert "\x1b[1;33mwarning\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_text(FINDINGS, SOURCES, PLAIN)


def test_statistics_count_by_rule_the_most_frequent_first() -> None:
    findings = [PARSE, *[TIMEOUT] * 10, replace(TIMEOUT, fix=None)]
    assert render_statistics(findings, PLAIN) == (
        "11  [!]  LLM301  missing-timeout\n 1  [ ]  LLM105  unguarded-parse\n"
        "[*] fixable with --fix, [!] with --unsafe-fixes\n"
    )
    safe = replace(TIMEOUT, fix=replace(TIMEOUT.fix, applicability=Applicability.SAFE)) if TIMEOUT.fix else TIMEOUT
    assert render_statistics([TIMEOUT, safe], PLAIN).startswith("2  [*]  LLM301  missing-timeout\n")
    assert render_statistics([PARSE], PLAIN) == "1  [ ]  LLM105  unguarded-parse\n"


def test_severities_have_colours_of_their_own() -> None:
    painted = {Palette(True).severity(severity, "x") for severity in Severity}
    assert len(painted) == 3


def test_an_audit_says_when_there_is_nothing_to_list() -> None:
    assert render_audit_text([], 0, ["src", "lib"], PLAIN) == "No Python files found under src, lib.\n"
    assert render_audit_text([], 1, ["src"], PLAIN) == "No LLM calls found in 1 file.\n"
    assert render_unknown_text([], 3, ["src"], PLAIN) == "No LLM calls found in 3 files.\n"
    assert render_unknown_text([SITES[0]], 1, ["."], PLAIN) == "Every setting of 1 LLM call site could be determined.\n"
