"""The inventory of call sites for people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from llmlint.diagnostics import Note
from llmlint.inventory import PATTERNS, SiteRecord
from llmlint.report.escape import escape
from llmlint.report.palette import Palette
from llmlint.report.words import count

_MARKS = {"yes": "+", "no": "-", "unknown": "?"}


def render_audit_text(sites: Sequence[SiteRecord], files: int, paths: Sequence[str], palette: Palette) -> str:
    """Every call site under its file with its state in each pattern, then totals."""
    if not sites:
        return _nothing(files, paths)
    return _grouped(sites, lambda site: [_patterns(site, palette)], palette) + _totals(sites, palette)


def render_unknown_text(sites: Sequence[SiteRecord], files: int, paths: Sequence[str], palette: Palette) -> str:
    """What could not be determined and why, settings and patterns, under their call sites."""
    if not sites:
        return _nothing(files, paths)
    unsure = [site for site in sites if _reasons(site, palette)]
    listed = _grouped(unsure, lambda site: _reasons(site, palette), palette) if unsure else ""
    return listed + _unknown_totals(sites)


def render_unresolved_text(notes: Sequence[Note], palette: Palette) -> str:
    """The calls that may be some of an SDK's, but stand on something that could not be resolved; empty without any."""
    if not notes:
        return ""
    lines = [palette.bold("Calls whose receiver could not be resolved")]
    for note in notes:
        where = note.location
        place = "" if where is None else f"{where.source}:{where.line}:{where.column}"
        lines.append(f"  {palette.dim(escape(place))}  {escape(note.message)}")
    return "\n".join(lines) + "\n\n"


def _grouped(sites: Iterable[SiteRecord], details: Callable[[SiteRecord], list[str]], palette: Palette) -> str:
    lines = []
    for path, group in groupby(sites, key=lambda site: site.path):
        members = list(group)
        lines.append(palette.bold(escape(path)))
        places = [_place(site) for site in members]
        width = max(map(len, places))
        for site, place in zip(members, places, strict=True):
            lines.append(f"  {palette.dim(place.rjust(width))}  {_call(site, palette)}")
            lines += [f"  {'':{width}}  {detail}" for detail in details(site)]
        lines.append("")
    return "\n".join(lines) + "\n"


def _place(site: SiteRecord) -> str:
    cell = "" if site.cell is None else f"cell {site.cell}:"
    return f"{cell}{site.line}:{site.column}"


def _call(site: SiteRecord, palette: Palette) -> str:
    parts = [f"{escape(site.sdk)} {palette.bold(escape(site.api))}"]
    parts.append(f"model {escape(site.model)}" if site.model else "model unknown")
    if site.function:
        parts.append(f"in {escape(site.function)}")
    if site.via != "direct":
        parts.append(f"via {escape(site.via)}")
    if site.confidence != "resolved":
        parts.append(f"by {escape(site.confidence)}")
    return "  ".join(parts)


def _patterns(site: SiteRecord, palette: Palette) -> str:
    paint = {"yes": palette.good, "no": palette.bad, "unknown": palette.unsure}
    states = [(pattern, site.patterns.get(pattern, "unknown")) for pattern in PATTERNS]
    return "  ".join(paint[state](f"{_MARKS[state]} {pattern}") for pattern, state in states)


def _reasons(site: SiteRecord, palette: Palette) -> list[str]:
    whys = {name: state["why"] for name, state in site.settings.items() if state["state"] == "unknown"}
    return [f"{palette.unsure(escape(name))}: {escape(why)}" for name, why in (whys | dict(site.doubts)).items()]


def _unknown_totals(sites: Sequence[SiteRecord]) -> str:
    """The number that a check tells, that of the call sites, and apart from it that of calls which lead to them."""
    calls = [site for site in sites if site.via != "wrapper"]
    number, of = _unknown_settings(calls)
    more, of_wrappers = _unknown_settings([site for site in sites if site.via == "wrapper"])
    wrapped = f"{count(of_wrappers, 'call')} of functions that wrap them"
    if number:
        text = f"{count(number, 'setting')} of {count(of, 'LLM call site')} could not be determined"
        return text + (f"; {more:,} more of {wrapped}.\n" if more else ".\n")
    text = f"Every setting of {count(len(calls), 'LLM call site')} could be determined"
    return text + (f", but not {count(more, 'setting')} of {wrapped}.\n" if more else ".\n")


def _unknown_settings(sites: Iterable[SiteRecord]) -> tuple[int, int]:
    """How many settings are unknown, and of how many calls."""
    numbers = [sum(state["state"] == "unknown" for state in site.settings.values()) for site in sites]
    return sum(numbers), sum(number > 0 for number in numbers)


def _totals(sites: Sequence[SiteRecord], palette: Palette) -> str:
    width = max(len(str(len(sites))), len("unknown"))
    calls = [site for site in sites if site.via != "wrapper"]
    files = len({site.path for site in calls})
    wrapped = len(sites) - len(calls)
    through = f"; {count(wrapped, 'call')} of functions that wrap them" if wrapped else ""
    lines = [
        f"{count(len(calls), 'LLM call site')} in {count(files, 'file')}{through} (+ yes, - no, ? unknown)",
        "",
        palette.dim(f"  {'pattern':<9}" + "".join(f"  {name:>{width}}" for name in ("yes", "no", "unknown"))),
    ]
    for pattern in PATTERNS:
        states = [site.patterns.get(pattern, "unknown") for site in calls]
        numbers = "".join(f"  {states.count(state):>{width}}" for state in _MARKS)
        lines.append(f"  {pattern:<9}{numbers}")
    return "\n".join(lines) + "\n"


def _nothing(files: int, paths: Sequence[str]) -> str:
    if not files:
        return f"No Python files found under {', '.join(escape(path) for path in paths)}.\n"
    return f"No LLM calls found in {count(files, 'file')}.\n"
