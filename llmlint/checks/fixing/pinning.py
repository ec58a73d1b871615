"""The fix that puts another model in the place of one, where its id is written: a snapshot, or a successor."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from llmlint.checks.finding import Sites
from llmlint.checks.fixing.acceptance import accepts
from llmlint.checks.fixing.edits import replacing_expression
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.module import Module
from llmlint.index.tree import named_function_of, nodes_in, parent
from llmlint.patterns import regex
from llmlint.sites.callsite import CallSite
from llmlint.sites.request.platform import ModelId, model_ids, written_ids

# Where an id is given for a model: after `=` or `:`, as the one argument of a call or as what `get` falls back to.
# Elsewhere it may be a key, a choice of a menu or one side of a comparison, and would change without what it is
# compared with.
GIVEN = regex(
    rb"""(?x)
    (?: (?<![=!<>:])= | :
      | \b(?:or|else|return)
      | (?<!\.get)(?<!\.pop)(?<!\.index)(?<!\.count)(?<=\w)\(
      | \bget(?:env)?\(\s*[\w"'.-]+\s*,
    )\s*$"""
)

DATED = regex(r"-20\d\d-?\d\d-?\d\d$")
"""A number such as `-001` may be that of a snapshot on one of a vendor's platforms only."""


def snapshot(one: ModelId) -> str | None:
    """The dated snapshot that an alias stands for."""
    found = one.models.snapshots.get(one.id)
    return found if found is not None and DATED.search(found) and found not in one.models.shutdown else None


def successor(one: ModelId) -> str | None:
    """What the platform names in the place of a model that ends, if that does not end as well."""
    found = one.models.replacement.get(one.id)
    return found if found is not None and found not in one.models.shutdown else None


def stable(one: ModelId) -> str | None:
    """A model of the same kind that the platform recommends and that is no preview: for `gemini-3-flash-preview` one
    of Gemini's flash models."""
    offered = sorted(set(one.models.replacement.values()) - one.models.previews - one.models.shutdown.keys())
    return next((id_ for id_ in reversed(offered) if _kind(id_) == _kind(one.id)), None)


def _kind(id_: str) -> str:
    """An id without its version and what marks it as passing."""
    return re.sub(r"-(latest|preview|exp)(-[\d-]+)?$|-?\d[\d.]*(?=-|$)", "", id_)


def _places(one: ModelId) -> list[ast.AST]:
    """Where the id is written: its literal, and the equal ones of the same function, which may reach the same call."""
    node = one.origin.node if one.origin is not None else None
    function = named_function_of(node) if node is not None else None
    if node is None or function is None or not isinstance(node, ast.Constant):
        return [node] if node is not None else []
    return [other for other in nodes_in(function) if isinstance(other, ast.Constant) and other.value == node.value]


class Pinning:
    """Says how the ids of a project can be replaced by what `choose` gives for each; `title` says it to the user.

    What is chosen takes what the id in its place takes if they are `alike`; else it is looked up.
    """

    def __init__(
        self, sites: Sites, choose: Callable[[ModelId], str | None], title: str, *, alike: bool = True
    ) -> None:
        self._alike = alike
        self._sites = sites
        self._choose = choose
        self._title = title
        self._only_given: dict[str, bool] = {}

    def fix(self, found: Sequence[ModelId], origins: Sequence[CallSite]) -> Fix | None:
        """Write the others of these ids, all in one file.

        None if one of the literals may mean something else, or if a call, these `origins` or another that it reaches,
        holds what the other model refuses.
        """
        operations: list[Operation] = []
        chosen: set[str] = set()
        for one in found:
            other = self._choose(one)
            places = _places(one)
            if other is None or not places:
                return None
            chosen.add(other)
            if not self._alike and not accepts(origins, one.models, other):
                return None
            for node in places:
                written = self._written(one, node, other)
                reached = (site for _, site in self._reached.get(id(node), ()))
                if written is None or (not self._alike and not accepts(reached, one.models, other)):
                    return None
                module, literal, new = written
                operation = replacing_expression(module, literal, new)
                operations += [operation] if operation not in operations else []
        if len({operation.target.path for operation in operations}) != 1:
            return None
        return Fix(Applicability.UNSAFE, f"{self._title} {', '.join(sorted(chosen))}", tuple(operations))

    def _written(self, one: ModelId, node: ast.AST, other: str) -> tuple[Module, ast.expr, str] | None:
        """The literal and how it is spelled with the other id, quotes and prefix as they are."""
        if one.origin is None or not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            return None
        if not node.value.endswith(one.id):
            return None
        if not self._means_one_model(one, node, node.value) or not self._is_only_given(node.value):
            return None
        if self._is_a_choice(one.origin.module, node):
            return None
        source = one.origin.module.spelled(node)
        new = other.join(source.rsplit(one.id, 1))
        try:
            value = ast.literal_eval(new)
        except (ValueError, SyntaxError):
            return None
        wanted = node.value[: len(node.value) - len(one.id)] + other
        return (one.origin.module, node, new) if value == wanted else None

    def _means_one_model(self, one: ModelId, node: ast.Constant, text: str) -> bool:
        """Whether each call that the literal reaches, also within a longer id, is one to this platform."""
        reached = self._reached.get(id(node), [])
        return all(platform == one.models.platform for platform, _ in reached) and not any(
            longer.endswith(f"/{text}") for longer in self._composed
        )

    def _is_only_given(self, text: str) -> bool:
        if text not in self._only_given:
            self._only_given[text] = all(
                GIVEN.search(file.data, max(0, match.start() - 80), match.start())
                for file in self._sites.project.files.by_path.values()
                for match in re.finditer(rb"([\"'])" + re.escape(text.encode()) + rb"\1", file.data)
            )
        return self._only_given[text]

    def _is_a_choice(self, module: Module, node: ast.Constant) -> bool:
        """Whether a constant that holds the id is also an entry of a list or table, which would get the other twice."""
        statement = parent(node)
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        for name in (target.id for target in targets if isinstance(target, ast.Name)):
            loads: list[ast.expr] = list(module.name_loads(name))
            for other in self._sites.project.parsed():
                loads += other.attribute_loads.get(name, ())
            if any(isinstance(parent(load), (ast.List, ast.Tuple, ast.Set, ast.Dict)) for load in loads):
                return True
        return False

    @cached_property
    def _reached(self) -> dict[int, list[tuple[str, CallSite]]]:
        """Each call that a literal reaches with its platform, by the literal; empty where that has no known dates."""
        found: dict[int, list[tuple[str, CallSite]]] = {}
        for site in self._sites.sites:
            known = {id(each.origin.node): each.models.platform for each in model_ids(site) if each.origin is not None}
            for value, _ in written_ids(site):
                if value.origin is not None:
                    place = id(value.origin.node)
                    found.setdefault(place, []).append((known.get(place, ""), site))
        return found

    @cached_property
    def _composed(self) -> set[str]:
        return set(self._put_together())

    def _put_together(self) -> Iterator[str]:
        for site in self._sites.sites:
            for value, text in written_ids(site):
                if value.origin is None or not isinstance(value.origin.node, ast.Constant):
                    yield text
