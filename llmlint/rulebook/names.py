"""Names, codes and the selectors that stand for several of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from llmlint.rulebook.model import Rule

ALL = "ALL"

_EXACT = 1000


class Names:
    """Resolves what users write for rules: names, former names, codes, code prefixes, pattern folders and `ALL`."""

    def __init__(self, rules: Iterable[Rule], renamed: Mapping[str, str]) -> None:
        self._groups: dict[str, tuple[int, list[str]]] = {}
        self.renamed = renamed
        for rule in rules:
            self._add(ALL, 0, rule.name)
            letters = rule.code.rstrip("0123456789")
            for length in range(len(letters), len(rule.code)):
                self._add(rule.code[:length], 1 + length - len(letters), rule.name)
            # A folder is worth as much as the first digit of a code: the two mean the same rules.
            self._add(rule.pattern, 2, rule.name)
            self._add(rule.code, _EXACT, rule.name)
            self._add(rule.name, _EXACT, rule.name)

    def _add(self, selector: str, weight: int, name: str) -> None:
        self._groups.setdefault(selector, (weight, []))[1].append(name)

    def expand(self, selector: str) -> Sequence[str] | None:
        """The names of the rules that a selector stands for, None if there is no such selector."""
        group = self._groups.get(self.renamed.get(selector, selector))
        return None if group is None else group[1]

    def weight(self, selector: str) -> int:
        """How specific a known selector is: more wins."""
        return self._groups[self.renamed.get(selector, selector)][0]

    def is_exact(self, selector: str) -> bool:
        """Whether a known selector is the name or code of a rule."""
        return self.weight(selector) == _EXACT

    def suggest(self, selector: str) -> str:
        """A sentence with the known selector most like this one, led by a space; empty if none is near."""
        if selector.upper() in self._groups:
            return f" Did you mean `{selector.upper()}`?"
        # A wrong code is like some other code every time, and that says nothing.
        return suggestion(selector, [name for name in (*self._groups, *self.renamed) if name.islower()])


def suggestion(word: str, known: Collection[str]) -> str:
    """ " Did you mean `x`?" for the known word most like this one; empty if none is near."""
    import difflib

    by_lower = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(word.lower().replace("_", "-"), by_lower, n=1, cutoff=0.6)
    return f" Did you mean `{by_lower[near[0]]}`?" if near else ""
