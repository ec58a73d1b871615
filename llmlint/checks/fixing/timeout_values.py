"""The timeout that a fix may give: what a plain chat needs, more where less is known, none where answers take long."""

from __future__ import annotations

from collections.abc import Sequence

from llmlint.checks.destination import knows_its_host, names_its_model
from llmlint.checks.slowness import slow_sign
from llmlint.index.module import Module
from llmlint.index.values import Const, alternatives
from llmlint.patterns import regex
from llmlint.records import record
from llmlint.sites.callsite import CallSite, Setting, State

UNKNOWN_SHARE = 4
"""A model that is not known may be one that thinks: it takes several times as long."""
WITHOUT_MODEL = ("embedding", "moderation", "rerank", "tokens")
OWN = regex(
    r"\b(?:[A-Z0-9]+_)*TIMEOUT(?:_[A-Z0-9]+)*\b"
    r"|\b(?:self|cls|settings|config|cfg|conf|args|options|opts)\.(?:\w+\.)*_*\w*timeout\w*(?!\w*\()"
)
"""A module's own setting for a timeout: a constant, or an entry of its configuration."""


@record
class TimeoutValue:
    """Seconds to wait, or why no number can be given."""

    seconds: float | None
    why: str = ""

    @property
    def clause(self) -> str:
        """The end of a sentence of advice."""
        return f"; no fix is offered, because {self.why}" if self.why else ""


def timeout_value(module: Module, sites: Sequence[CallSite], seconds: float, written: float) -> TimeoutValue:
    """How long calls that share a timeout may take, where a plain chat may take `seconds`.

    `written` is the longest timeout that the project gives the same SDK elsewhere, 0 for none; `module` is where the
    timeout would be written.
    """
    for site in sites:
        sign = slow_sign(site)
        if sign:
            return TimeoutValue(None, sign)
    if any("timeout" in line.lower() and OWN.search(line) for line in module.text.splitlines()):
        return TimeoutValue(None, "this module has a setting for timeouts")
    if not all(_is_known(site) for site in sites):
        seconds *= UNKNOWN_SHARE
    return TimeoutValue(max(seconds, written))


def seconds_of(setting: Setting | None, unit: str) -> float:
    """The longest timeout that a setting is certain to name, in seconds; 0 where it names none."""
    value = setting.value if setting is not None else None
    numbers = [
        float(option.value)
        for option in (alternatives(value) if value is not None else ())
        if isinstance(option, Const) and isinstance(option.value, (int, float)) and not isinstance(option.value, bool)
    ]
    return max(numbers, default=0.0) / (1000 if unit == "milliseconds" else 1)


def _is_known(site: CallSite) -> bool:
    if not knows_its_host(site):
        return False
    if site.kind in WITHOUT_MODEL:
        return True
    cap = site.setting("max-tokens")
    if cap.state is State.UNKNOWN or (cap.state is State.PRESENT and not isinstance(cap.value, Const)):
        return False
    return names_its_model(site)


def in_words(seconds: float, tries: int) -> str:
    """How long a call that never answers takes, with all its tries."""
    total = f"{seconds * tries / 60:,.3g} minutes"
    return f"{total} ({tries} tries of {seconds:g} s)" if tries > 1 else total
