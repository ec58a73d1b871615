"""The documentation of a rule, in the terminal and in `docs/rules`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from llmlint.config.toml import toml_value
from llmlint.rulebook.details import Example
from llmlint.rulebook.model import Rule
from llmlint.rulebook.options import Option

_FIXES = {
    "safe": "safe fix (--fix)",
    "unsafe": "unsafe fix (--unsafe-fixes)",
    "none": "no automatic fix",
}
_KINDS = {"bad": "Reported", "good": "Not reported"}


def render_rule(rule: Rule, heading: Callable[[str], str] = str) -> str:
    """The documentation as Markdown under its fixed headings, each of them as `heading` makes it.

    One example of what is reported stands near the top; the titles of the others, which show where the line is, come
    last: their code would fill many screens.
    """
    lines = [heading(f"# {rule.name} ({rule.code})"), "", f"{rule.summary}.", ""]
    lines += [_facts(rule), ""]
    first = next((example for example in rule.examples if example.kind == "bad"), None)
    others = [example for example in rule.examples if example is not first]
    sections = (
        ("What it means", _section(rule, "what")),
        ("Example", [*_section(rule, "harm"), *_examples([first] if first is not None else [])]),
        ("How to do it right", _section(rule, "fix")),
        ("When to ignore it", _section(rule, "ignore")),
        ("Options", _options(rule)),
        ("Fix safety", _section(rule, "fix_safety")),
        ("More examples", _titles(rule.name, others)),
    )
    for title, body in sections:
        if body:
            lines += [heading(f"## {title}"), "", *body, ""]
    return "\n".join(lines[:-1]) + "\n"


def _facts(rule: Rule) -> str:
    state = "on by default" if rule.enabled else "off unless selected"
    return f"Pattern {rule.pattern}, {rule.severity.value}, {state}, {_FIXES[rule.fix]}, since {rule.since}."


def _section(rule: Rule, name: str) -> list[str]:
    """A section of the documentation, nothing where a rule of a project's own leaves it out."""
    return _text(rule.docs[name]) if name in rule.docs else []


def _text(markdown: str) -> list[str]:
    return markdown.strip("\n").split("\n")


def _examples(examples: Iterable[Example]) -> Iterator[str]:
    for example in examples:
        yield ""
        yield f"{_KINDS[example.kind]}: {example.title}"
        if example.config:
            yield ""
            yield from _code("toml", "[tool.llmlint]\n" + "\n".join(_settings(example.config)))
        yield from _modules(example)
        if example.fixed is not None:
            yield ""
            yield "After the fix:"
            yield ""
            yield from _code("python", example.fixed)


def _titles(rule: str, examples: list[Example]) -> list[str]:
    lines: list[str] = []
    for kind, heading in _KINDS.items():
        titles = [example.title for example in examples if example.kind == kind]
        lines += [f"{heading}:", "", *(f"- {title}" for title in titles), ""] if titles else []
    return [*lines, f"`llmlint rule {rule} --output-format json` has their code."] if lines else []


def _modules(example: Example) -> Iterator[str]:
    modules = example.files or {"": example.code or ""}
    for path, code in modules.items():
        yield ""
        if path:
            yield f"`{path}`"
            yield ""
        yield from _code("python", code)


def _code(language: str, code: str) -> list[str]:
    return [f"```{language}", *_text(code), "```"]


def _settings(table: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{prefix}{key}.")
        else:
            shown = tuple(value) if isinstance(value, list) else value
            yield f"{prefix}{key} = {toml_value(shown)}"


def _options(rule: Rule) -> list[str]:
    if not rule.options:
        return ["This rule has no options."]
    lines = [f"Under `[tool.llmlint.options.{rule.name}]`:", ""]
    return lines + [_option(option) for option in rule.options]


def _option(option: Option) -> str:
    unit = f" {option.unit}" if option.unit else ""
    doc = " ".join(option.doc.split())
    return f"- `{option.name}` ({option.type}, default `{toml_value(option.default)}`{unit}): {doc}"
