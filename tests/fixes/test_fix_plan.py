"""Several fixes in one file."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

import pytest
from fix_samples import added, adding, call_at, done, reasons, renaming

from llmlint.diagnostics import Edit, Location, Operation
from llmlint.fixes import plan, planning
from llmlint.fixes.add_keyword import AddKeyword
from llmlint.fixes.splice import Splice, compose
from llmlint.fixes.text import Text

SOURCE = "f(g(h(1)), **k(2))\nf(3, max_tokens=4)\n"


def test_fixes_nested_in_each_other_are_made_together() -> None:
    fixes = [adding(call_at(SOURCE, nth), value="1") for nth in range(4)]
    result = done(plan(SOURCE.encode(), fixes[::-1]))
    assert result.new == b"f(g(h(1, timeout=1), timeout=1), timeout=1, **k(2, timeout=1))\nf(3, max_tokens=4)\n"
    assert set(result.applied) == set(fixes)
    assert [edit.location.column for edit in result.edits] == [8, 9, 12, 17]


def test_two_keywords_at_one_place_take_two_rounds_and_become_one_edit() -> None:
    source = "f(a)"
    target = call_at(source)
    result = done(plan(source.encode(), [adding(target), adding(target, "max_tokens", "9")]))
    assert result.new == b"f(a, timeout=30.0, max_tokens=9)"
    assert result.edits == (Edit(Location("app.py", 1, 4, 1, 4), ", timeout=30.0, max_tokens=9"),)


def test_a_call_is_renamed_and_extended() -> None:
    target = call_at(SOURCE, 4)
    result = done(plan(SOURCE.encode(), [adding(target), renaming(target)]))
    assert result.new.endswith(b"f(3, max_completion_tokens=4, timeout=30.0)\n")


def test_the_same_fix_of_two_findings_is_made_once_and_counts_for_both() -> None:
    source = "f(a)"
    result = plan(source.encode(), [adding(call_at(source)), adding(call_at(source))])
    assert result.new == b"f(a, timeout=30.0)"
    assert len(result.applied) == 2


def test_of_two_values_the_first_wins() -> None:
    source = "f(a)"
    first, second = adding(call_at(source)), adding(call_at(source), value="60.0")
    result = plan(source.encode(), [first, second])
    assert result.new == b"f(a, timeout=30.0)"
    assert (result.applied, result.unchanged) == ((first,), (second,))


def test_a_fix_of_several_operations_is_made_whole() -> None:
    target = call_at(SOURCE, 4)
    fix = replace(adding(target), operations=adding(target).operations + renaming(target).operations)
    result = done(plan(SOURCE.encode(), [fix]))
    assert result.new.endswith(b"f(3, max_completion_tokens=4, timeout=30.0)\n")
    assert result.applied == (fix,)


def test_a_fix_of_several_operations_is_not_made_in_part() -> None:
    target = call_at(SOURCE, 0)
    fix = replace(adding(target), operations=adding(target).operations + renaming(target).operations)
    result = plan(SOURCE.encode(), [fix])
    assert (result.new, reasons(result)) == (SOURCE.encode(), ["the call has no keyword max_tokens"])


def test_a_fix_that_is_refused_does_not_hold_up_the_others() -> None:
    bad, good = renaming(call_at(SOURCE, 0)), adding(call_at(SOURCE, 4))
    result = plan(SOURCE.encode(), [bad, good])
    assert result.applied == (good,)
    assert [withdrawal.fix for withdrawal in result.withdrawn] == [bad]


def test_a_fix_whose_proof_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = AddKeyword.mirror

    def mirror(call: ast.Call, arguments: Mapping[str, str]) -> ast.Call:
        return call if arguments["value"] == "0" else honest(call, arguments)

    monkeypatch.setattr(AddKeyword, "mirror", staticmethod(mirror))
    fixes = [adding(call_at(SOURCE, nth), value="0" if nth == 1 else "1") for nth in range(4)]
    result = plan(SOURCE.encode(), fixes)
    assert result.new.startswith(b"f(g(h(1, timeout=1)), timeout=1, **k(2, timeout=1))\n")
    assert [withdrawal.fix for withdrawal in result.withdrawn] == [fixes[1]]
    assert reasons(result) == ["the edit would change more than is intended"]


def test_a_fix_that_would_be_made_again_is_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def change(text: Text, span: tuple[int, int], operation: Operation) -> Splice:
        return Splice(span[1] - 1, span[1] - 1, ", timeout=30.0")

    monkeypatch.setattr(planning, "change", change)
    source = "f(a)"
    result = plan(source.encode(), [adding(call_at(source))])
    assert reasons(result) == ["fixing again would change the file again"]


def test_many_fixes_of_one_place_end_after_ten_rounds() -> None:
    source = "f(a)"
    fixes = [adding(call_at(source), f"k{number}", "1") for number in range(12)]
    result = plan(source.encode(), fixes)
    assert result.new == b"f(a, " + b", ".join(b"k%d=1" % number for number in range(10)) + b")"
    assert reasons(result) == ["too many fixes overlap here; run again"] * 2


def test_every_fix_ends_in_one_of_three_ways() -> None:
    fixes = [adding(call_at(SOURCE, nth), "max_tokens") for nth in range(5)] + [renaming(call_at(SOURCE, 0), "x", "y")]
    result = plan(SOURCE.encode(), fixes)
    assert len(result.applied) == 4
    assert result.unchanged == (fixes[4],)
    assert [withdrawal.fix for withdrawal in result.withdrawn] == [fixes[5]]


def test_without_fixes_nothing_changes() -> None:
    assert plan(SOURCE.encode(), []).new == SOURCE.encode()


def test_edits_in_turn_become_edits_of_the_original() -> None:
    one = compose([], "abcdef", Splice(1, 2, "XY"))  # aXYcdef
    two = compose(one, "aXYcdef", Splice(5, 6, ""))  # aXYcdf
    assert two == [Splice(1, 2, "XY"), Splice(4, 5, "")]
    three = compose(two, "aXYcdf", Splice(2, 4, "-"))  # aX-df
    assert three == [Splice(1, 3, "X-"), Splice(4, 5, "")]
    four = compose(three, "aX-df", Splice(0, 0, ">"))
    assert four == [Splice(0, 0, ">"), Splice(1, 3, "X-"), Splice(4, 5, "")]


def test_a_second_run_over_a_fixed_file_changes_nothing() -> None:
    once = added("f(\n    a,\n)\n")
    assert added(once) == once


def test_a_few_fixes_at_fault_among_many_are_found() -> None:
    source = "".join(f"f({number})\ns = f'{{f({number})=}}'\n" for number in range(9))
    result = plan(source.encode(), [adding(call_at(source, nth), value="1") for nth in range(18)])
    assert result.new.decode() == "".join(f"f({n}, timeout=1)\ns = f'{{f({n})=}}'\n" for n in range(9))
    assert len(result.applied) == len(result.edits) == 9
    assert reasons(result) == ["the edit would change more than is intended"] * 9


def test_a_call_that_gives_way_to_something_else_gets_its_keywords_first() -> None:
    source = "async def a():\n    f(1)\n"
    target = call_at(source)
    arguments = (("old", "f(1)"), ("new", "await g(f, 1)"))
    fix = replace(adding(target), operations=(Operation("replace-expression", target, arguments),))
    result = plan(source.encode(), [fix, adding(target)])
    assert result.new == b"async def a():\n    f(1, timeout=30.0)\n"
    assert result.applied == (adding(target),)
    assert [each.fix for each in result.withdrawn] == [fix]


@pytest.mark.parametrize("step", ["change", "mirror"])
def test_a_codemod_that_fails_takes_nothing_else_down(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    real = getattr(AddKeyword, step)

    def fail(self: object, node: ast.Call | None = None, /, *rest: Mapping[str, str]) -> object:
        arguments = self.arguments if isinstance(self, AddKeyword) else node
        if isinstance(arguments, Mapping) and arguments["keyword"] == "odd":
            raise AttributeError("no such thing")
        return real(self, node, *rest)

    monkeypatch.setattr(AddKeyword, step, fail if step == "change" else staticmethod(fail))
    monkeypatch.delenv("LLMLINT_TRACEBACK", raising=False)
    odd = adding(call_at(SOURCE), "odd")
    result = plan(SOURCE.encode(), [odd, adding(call_at(SOURCE, 4))])
    assert result.new.endswith(b"f(3, max_tokens=4, timeout=30.0)\n")
    assert reasons(result) == ["internal error, please report: AttributeError: no such thing"]
