from __future__ import annotations

from dataclasses import replace

from fix_samples import adding, call_at, finding, renaming

from llmlint.diagnostics import Diagnostic, Edit, Location, Note
from llmlint.fixes import edits_for, fix_files

FILES = {"a.py": b"f(1)\n", "b.py": b"g(max_tokens=1)\n", "c.py": b"h(x for x in y)\n"}


def timeout(path: str) -> Diagnostic:
    target = call_at(FILES[path].decode(), path=path)
    return finding(adding(target), target)


def token_limit(path: str) -> Diagnostic:
    target = call_at(FILES[path].decode(), path=path)
    return finding(renaming(target), target, "wrong-token-limit", "LLM203")


ALL = [timeout("b.py"), token_limit("b.py"), timeout("c.py"), timeout("a.py")]


def test_safe_fixes_alone_unless_unsafe_ones_are_asked_for() -> None:
    report = fix_files(ALL, FILES.__getitem__)
    assert report.changed == {"b.py": (FILES["b.py"], b"g(max_completion_tokens=1)\n")}
    assert (report.applied, report.withdrawn) == (1, [])


def test_unsafe_fixes_too() -> None:
    report = fix_files(ALL, FILES.__getitem__, unsafe=True)
    assert report.changed == {
        "a.py": (FILES["a.py"], b"f(1, timeout=30.0)\n"),
        "b.py": (FILES["b.py"], b"g(max_completion_tokens=1, timeout=30.0)\n"),
    }
    assert report.applied == 3


def test_a_withdrawn_fix_is_reported_at_its_finding() -> None:
    report = fix_files(ALL, FILES.__getitem__, unsafe=True)
    reason = "missing-timeout not fixed: its argument is a generator expression without parentheses of its own"
    assert report.withdrawn == [Note(reason, ALL[2].location)]


def test_rules_can_be_chosen_by_name_or_code() -> None:
    for only in ({"missing-timeout"}, {"LLM301"}):
        report = fix_files(ALL, FILES.__getitem__, unsafe=True, only=only)
        assert report.changed["b.py"][1] == b"g(max_tokens=1, timeout=30.0)\n"
        assert report.applied == 2


def test_a_file_that_cannot_be_read_is_reported() -> None:
    def read(path: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    report = fix_files([token_limit("b.py")], read)
    assert report.changed == {}
    assert report.withdrawn == [Note("wrong-token-limit not fixed: Permission denied", ALL[1].location)]


def test_a_notebook_cell_is_not_rewritten_but_has_edits() -> None:
    diagnostic = token_limit("b.py")
    assert diagnostic.fix is not None
    target = replace(diagnostic.location, path="n.ipynb", cell=3)
    diagnostic = replace(diagnostic, location=target, fix=renaming(target))
    report = fix_files([diagnostic], FILES.__getitem__)
    assert report.withdrawn == [Note("wrong-token-limit not fixed: notebooks are not edited", target)]
    edit = Edit(Location("n.ipynb", 1, 3, 1, 13, 3), "max_completion_tokens")
    assert edits_for(diagnostic, FILES["b.py"]) == [edit]


def test_a_fix_over_several_files_is_withdrawn() -> None:
    one, other = timeout("a.py"), token_limit("b.py")
    assert one.fix is not None
    assert other.fix is not None
    both = replace(one, fix=replace(one.fix, operations=one.fix.operations + other.fix.operations))
    report = fix_files([both], FILES.__getitem__, unsafe=True)
    assert report.changed == {}
    assert [note.message for note in report.withdrawn] == ["missing-timeout not fixed: the fix changes several files"]


def test_a_finding_without_a_fix_has_no_edits() -> None:
    assert edits_for(replace(ALL[0], fix=None), FILES["b.py"]) == []


def test_the_edits_of_a_finding_are_those_of_its_own_fix() -> None:
    assert edits_for(ALL[3], FILES["a.py"]) == [Edit(Location("a.py", 1, 4, 1, 4), ", timeout=30.0")]
    assert edits_for(ALL[2], FILES["c.py"]) == []
