"""The pages on rules in the documentation: `python -m llmlint.rulebook.pages` writes `docs/rules`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.model import Rule
from llmlint.rulebook.page import render_rule
from llmlint.rulebook.rules import TITLES, builtin_rulebook

HEAD = """\
# Rules

What each rule reports, and what to do about it; `llmlint rule NAME` prints the same page. These pages are generated
from the files in [`rules`](../../rules): `python -m llmlint.rulebook.pages`.
"""
FIXES = {"safe": "safe", "unsafe": "unsafe", "none": ""}


def pages() -> dict[str, str]:
    """The text of each page by its file name: an index by pattern, and one for each rule."""
    rules = builtin_rulebook().rules
    return {"index.md": HEAD + "".join(_index(rules)), **{f"{rule.name}.md": render_rule(rule) for rule in rules}}


def _index(rules: Iterable[Rule]) -> Iterator[str]:
    by_pattern: dict[str, list[Rule]] = {pattern: [] for pattern in TITLES}
    for rule in rules:
        by_pattern[rule.pattern].append(rule)
    for pattern, members in by_pattern.items():
        title = TITLES[pattern]
        yield f"\n## {title[0].upper()}{title[1:]}\n\n"
        yield "| code | rule | severity | fix | reported when |\n|---|---|---|---|---|\n"
        for rule in members:
            severity = rule.severity.value if rule.enabled else f"{rule.severity.value}, off"
            link = f"[{rule.name}]({rule.name}.md)"
            yield f"| {rule.code} | {link} | {severity} | {FIXES[rule.fix]} | {rule.summary} |\n"


def main() -> None:
    """Write the pages, and remove those of rules that are no more."""
    folder = Path(rules_dir()).parent / "docs" / "rules"
    folder.mkdir(exist_ok=True)
    wanted = pages()
    for old in folder.glob("*.md"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
