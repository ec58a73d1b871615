"""Comments that suppress findings."""

from __future__ import annotations

from e2e_project import Project

CODE = """\
{top}from openai import OpenAI

{above}client = OpenAI({inside}){after}
client.responses.create(model="gpt-5.4-mini", input="", max_output_tokens=50)
"""


def code(top: str = "", above: str = "", inside: str = "", after: str = "") -> str:
    return CODE.format(top=top, above=above, inside=inside, after=after)


SUPPRESSED = {
    "trailing": code(after="  # llmlint: ignore[missing-timeout] set by our gateway"),
    "by_code": code(after="  # llmlint: ignore[LLM301]"),
    "several": code(after="  # llmlint: ignore[LLM3, unlogged-call]"),
    "after_another": code(after="  # type: ignore  # llmlint: ignore[missing-timeout]"),
    "above": code(above="# llmlint: ignore[missing-timeout] set by our gateway\n"),
    "above_a_comment": code(above="# llmlint: ignore[missing-timeout]\n# set by our gateway\n"),
    "inside": code(inside="\n    max_retries=2,  # llmlint: ignore[missing-timeout]\n"),
    "file": code(top="# llmlint: file-ignore[missing-timeout]\n"),
    "file_below": code(after="\n# llmlint: file-ignore[LLM301]"),
    "noqa": code(after="  # noqa: LLM301"),
    "noqa_several": code(after="  # noqa: E501, LLM301"),
}
NOT_SUPPRESSED = {
    "another_rule": code(after="  # llmlint: ignore[missing-max-tokens]"),
    "another_noqa": code(after="  # noqa: E501"),
    "blanket_noqa": code(after="  # noqa"),
    "far_above": code(above="# llmlint: ignore[missing-timeout]\n\n"),
    "on_the_line_above": code(above="name = ''  # llmlint: ignore[missing-timeout]\n"),
    "in_a_string": code(inside="organization='# llmlint: ignore[missing-timeout]'"),
    "below": code(after="\n# llmlint: ignore[missing-timeout]"),
}
MALFORMED = {
    "bare": ("# llmlint: ignore", "name the rules: ignore[...]"),
    "empty": ("# llmlint: ignore[]", "name the rules: ignore[...]"),
    "verb": ("# llmlint: disable=LLM3", "unknown directive 'disable': write ignore[...] or file-ignore[...]"),
    "name": (
        "# llmlint: ignore[missing-timout]",
        "there is no rule `missing-timout`. Did you mean `missing-timeout`?",
    ),
    "all": ("# llmlint: ignore[ALL]", "`ALL` is not a single rule: write names or codes"),
    "code": ("# noqa: LLM999", "there is no rule `LLM999`."),
}


def test_findings_are_suppressed(project: Project) -> None:
    for name, source in SUPPRESSED.items():
        project.write(f"{name}.py", source)
    run = project.check()
    assert (run.status, run.out) == (0, "")
    summary = project.run("check", "--select", "missing-timeout", "--output-format", "json").json["summary"]
    assert (summary["findings"], summary["suppressed"]) == (0, len(SUPPRESSED))


def test_findings_are_not_suppressed_by_other_comments(project: Project) -> None:
    for name, source in NOT_SUPPRESSED.items():
        project.write(f"{name}.py", source)
    run = project.check()
    assert run.status == 1
    found = [line for line in run.found if not line.endswith("unused-suppression")]
    assert {line.partition(":")[0]: line.split()[1] for line in found} == {
        f"{name}.py": "missing-timeout" for name in NOT_SUPPRESSED
    }


def test_comments_that_suppress_nothing_are_reported_beside_the_finding(project: Project) -> None:
    for name, (comment, _) in MALFORMED.items():
        project.write(f"{name}.py", code(after=f"  {comment}"))
    run = project.check()
    assert run.status == 1
    for name, (_, message) in MALFORMED.items():
        assert [found for found in run.found if found.startswith(f"{name}.py:3")] == [
            f"{name}.py:3 missing-timeout",
            f"{name}.py:3 malformed-suppression",
        ]
        start = f"{name}.py:3:20: LLM000 malformed-suppression This comment suppresses nothing: "
        assert f"{start}{message}" in run.lines


def test_a_suppressed_finding_is_not_fixed(project: Project) -> None:
    project.write("app.py", SUPPRESSED["trailing"])
    assert project.check("--unsafe-fixes").status == 0
    assert project.read("app.py") == SUPPRESSED["trailing"]


TIMEOUT = "timeout=20"
UNUSED = {
    "trailing": (code("", "", TIMEOUT, "  # llmlint: ignore[missing-timeout] why"), code("", "", TIMEOUT)),
    "above": (code("", "# llmlint: ignore[LLM301] why\n", TIMEOUT), code("", "", TIMEOUT)),
    "file": (code("# llmlint: file-ignore[missing-timeout]\n", "", TIMEOUT), code("", "", TIMEOUT)),
    "first": (
        code("", "", TIMEOUT, "  # llmlint: ignore[missing-timeout] why  # type: ignore"),
        code("", "", TIMEOUT, "  # type: ignore"),
    ),
    "last": (
        code("", "", TIMEOUT, "  # type: ignore  # llmlint: ignore[missing-timeout]"),
        code("", "", TIMEOUT, "  # type: ignore"),
    ),
    "noqa": (code("", "", TIMEOUT, "  # noqa: E501, LLM301 why"), code("", "", TIMEOUT, "  # noqa: E501 why")),
    "noqa_alone": (code("", "", TIMEOUT, "  # noqa: LLM301"), code("", "", TIMEOUT)),
    "named_twice": (
        code(after="  # llmlint: ignore[missing-timeout, LLM301] why"),
        code(after="  # llmlint: ignore[missing-timeout] why"),
    ),
}


def test_comments_without_a_finding_are_reported_and_removed_by_a_safe_fix(project: Project) -> None:
    for name, (source, _) in UNUSED.items():
        project.write(f"{name}.py", source)
    assert {line.split(":")[0]: line.split()[1] for line in project.check().found} == {
        f"{name}.py": "unused-suppression" for name in UNUSED
    }
    run = project.check("--fix")
    assert (run.status, run.out) == (0, "")
    assert {name: project.read(f"{name}.py") for name in UNUSED} == {name: after for name, (_, after) in UNUSED.items()}


def test_a_comment_that_is_of_use_in_part_is_said_to_be(project: Project) -> None:
    project.write("app.py", code(after="  # llmlint: ignore[missing-timeout, LLM205] why"))
    text = "A part of this comment suppresses nothing: `LLM205` is unused"
    assert project.run("check", "--ignore", "fallback", "--extend-select", "LLM301").out.count(text) == 1
    project.write("app.py", code(after="  # llmlint: ignore[missing-timeout, missing-timout] why"))
    text = "A part of this comment suppresses nothing: there is no rule `missing-timout`."
    assert text in project.check().out


def test_a_comment_for_a_rule_that_is_not_checked_is_not_unused(project: Project) -> None:
    project.write("app.py", code("", "", TIMEOUT, "  # llmlint: ignore[LLM301, missing-max-tokens]"))
    assert project.run("check", "--select", "LLM4").status == 0
    project.write("llmlint.toml", '[per-file-ignores]\n"app.py" = ["LLM301", "LLM202"]\n')
    assert project.run("check", "--select", "LLM301,LLM202").status == 0


def test_a_comment_that_the_file_ends_with_goes(project: Project) -> None:
    source = code("", "", TIMEOUT) + "# llmlint: file-ignore[missing-timeout]"
    project.write("app.py", source)
    project.check("--fix")
    assert project.read("app.py") == code("", "", TIMEOUT)
