from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from llmlint.source.errors import SourceError
from llmlint.source.files import discover

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """Makes files, "path" or "path=line|line", and makes their top the working directory."""

    def make(*paths: str) -> Path:
        for path in paths:
            name, _, content = path.partition("=")
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content.replace("|", "\n"))
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make


def found(*paths: str, exclude: tuple[str, ...] = (), force_exclude: bool = False) -> list[str]:
    errors: list[SourceError] = []
    files = discover(paths or (".",), root=".", exclude=exclude, force_exclude=force_exclude, errors=errors)
    assert errors == []
    return files


def failed(path: str) -> list[SourceError]:
    errors: list[SourceError] = []
    assert discover([path], root=".", errors=errors) == []
    return errors


def test_python_files_and_notebooks_are_found_in_sorted_order(tree: Tree) -> None:
    tree("b.py", "a/z.pyi", "a/b/c.py", "a/notes.txt", "a/book.ipynb", "a.py")
    assert found() == ["a.py", "a/b/c.py", "a/book.ipynb", "a/z.pyi", "b.py"]


def test_paths_are_spelled_as_given(tree: Tree) -> None:
    top = tree("a/b.py")
    assert found("./a/") == ["a/b.py"]
    assert found(str(top)) == [f"{top.as_posix()}/a/b.py"]
    os.chdir(top / "a")
    assert found("..") == ["../a/b.py"]


def test_a_file_reached_twice_is_found_once(tree: Tree) -> None:
    top = tree("a/b.py")
    assert found("a", "a/b.py", str(top / "a"), ".") == ["a/b.py"]


def test_tools_environments_and_vendored_code_are_left_out(tree: Tree) -> None:
    tree(
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        "node_modules/a.py",
        "lib/site-packages/a.py",
        ".venv/a.py",
        "src/vendor/a.py",
        "build/a.py",
        "src/vendor.py",
        "third_party/a.py",  # what works with third parties, as often as what comes from them
    )
    tree("own-env/pyvenv.cfg", "own-env/lib/a.py", "conda/conda-meta/history", "conda/lib/a.py", "src/env.py")
    assert found() == ["src/env.py", "src/vendor.py", "third_party/a.py"]


def test_a_directory_that_is_named_is_walked_whatever_its_name(tree: Tree) -> None:
    tree("build/a.py", "build/dist/b.py", "own-env/pyvenv.cfg", "own-env/a.py")
    assert found("build", "own-env") == ["build/a.py", "own-env/a.py"]


def test_a_file_that_is_named_is_taken_whatever_excludes_it(tree: Tree) -> None:
    tree(".gitignore=*.py", "vendor/a.py", "script")
    assert found("vendor/a.py", "script", exclude=("script",)) == ["script", "vendor/a.py"]


def test_forced_exclusion_holds_for_named_paths_too(tree: Tree) -> None:
    tree(".gitignore=gen/", "vendor/a.py", "gen/a.py", "src/a.py", "src/b.py", "env/pyvenv.cfg")
    tree("own-env/pyvenv.cfg", "own-env/lib/a.py")
    paths = ("vendor/a.py", "gen/a.py", "gen", "src/a.py", "src/b.py", "own-env/lib/a.py")
    assert found(*paths, exclude=("b.py",), force_exclude=True) == ["src/a.py"]


def test_exclude_patterns_are_relative_to_the_root(tree: Tree) -> None:
    tree("a/gen/x.py", "gen/x.py", "src/a_pb2.py", "src/a.py")
    assert found(exclude=("/gen", "*_pb2.py")) == ["a/gen/x.py", "src/a.py"]
    assert found("src", exclude=("src/a.py",)) == ["src/a_pb2.py"]


def test_an_anchored_pattern_holds_beside_its_file_only(tree: Tree) -> None:
    tree(".gitignore=/a.py|sub/b.py|c.py", "a.py", "sub/a.py", "sub/b.py", "sub/sub/b.py", "sub/c.py")
    assert found() == ["sub/a.py", "sub/sub/b.py"]


def test_a_pattern_with_a_slash_behind_it_is_for_directories(tree: Tree) -> None:
    tree(".gitignore=gen.py/", "gen.py", "sub/gen.py/a.py")
    assert found() == ["gen.py"]


def test_the_nearest_ignore_file_wins(tree: Tree) -> None:
    tree(".gitignore=*_gen.py", "a_gen.py", "kept/.gitignore=!*_gen.py", "kept/a_gen.py", "kept/sub/b_gen.py")
    assert found() == ["kept/a_gen.py", "kept/sub/b_gen.py"]


def test_the_last_pattern_that_matches_wins(tree: Tree) -> None:
    tree(".gitignore=*|!*/|!*.py|secret.py", "a.py", "sub/a.py", "sub/a.pyi", "sub/secret.py")
    assert found() == ["a.py", "sub/a.py"]


def test_nothing_in_an_ignored_directory_comes_back(tree: Tree) -> None:
    tree(".gitignore=gen/|!gen/kept.py", "gen/kept.py", "gen/.gitignore=!*.py", "a.py")
    assert found() == ["a.py"]


def test_stars_that_span_directories(tree: Tree) -> None:
    tree(
        ".gitignore=docs/**|**/tmp/*.py|a/**/z.py", "docs/a/b.py", "x/tmp/a.py", "tmp/sub/a.py", "a/z.py", "a/b/c/z.py"
    )
    assert found() == ["tmp/sub/a.py"]


def test_comments_blanks_and_escapes_in_an_ignore_file(tree: Tree) -> None:
    tree(".gitignore=# a.py||\\#b.py|\\!c.py|d.py  |[|e\\ f.py", "a.py", "#b.py", "!c.py", "d.py", "e f.py")
    assert found() == ["a.py"]


def test_an_ignore_file_with_windows_line_ends(tree: Tree) -> None:
    top = tree("a.py", "b.py")
    (top / ".gitignore").write_bytes(b"\xef\xbb\xbfa.py\r\n")
    assert found() == ["b.py"]


def test_dot_ignore_and_the_repository_exclude_file_count(tree: Tree) -> None:
    tree(
        ".git/info/exclude=a.py|b.py", ".gitignore=!b.py|c.py", ".ignore=!c.py|d.py", *(f"{name}.py" for name in "abcd")
    )
    assert found() == ["b.py", "c.py"]


@pytest.mark.parametrize("version", [2, 4])
def test_what_git_tracks_is_found_whatever_its_ignore_files_say(tree: Tree, version: int) -> None:
    top = tree(
        ".gitignore=*|!*.py|b.py|gen/", "a.py", "b.py", "c/b.py", "src/a.py", "gen/a.py", "gen/c.py", "gen/x/b.py"
    )
    git = ["git", "-c", f"index.version={version}"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-f", "b.py", "gen/a.py", "gen/x/b.py", ".gitignore"], check=True)
    assert found() == ["a.py", "b.py", "gen/a.py", "gen/x/b.py"]
    assert found("gen", "c/b.py", "b.py", force_exclude=True) == ["b.py", "gen/a.py", "gen/x/b.py"]
    (top / ".ignore").write_text("gen/x/\n")  # not git's, so it holds for what git tracks as well
    assert found(exclude=("/b.py",)) == ["a.py", "gen/a.py"]


def test_ignore_files_above_count_up_to_the_top_of_the_repository(tree: Tree) -> None:
    top = tree(".gitignore=*.py", "repo/.git/HEAD", "repo/.gitignore=/pkg/gen.py|a_*.py", "repo/pkg/gen.py")
    tree("repo/pkg/a_b.py", "repo/pkg/a.py")
    os.chdir(top / "repo" / "pkg")
    assert found() == ["a.py"]


def test_an_ignored_directory_that_is_named_is_walked_with_its_own_rules(tree: Tree) -> None:
    tree(".git/HEAD", ".gitignore=gen|*.py", "gen/.gitignore=b.py", "gen/a.py", "gen/b.py")
    assert found("gen") == ["gen/a.py"]


def test_linked_directories_are_not_followed(tree: Tree) -> None:
    top = tree("a/b.py")
    (top / "a" / "again").symlink_to(top / "a")
    assert found() == ["a/b.py"]


def test_linked_files_count_if_they_stay_inside_the_root(tree: Tree, tmp_path_factory: pytest.TempPathFactory) -> None:
    top = tree("a.py")
    outside = tmp_path_factory.mktemp("outside") / "c.py"
    outside.touch()
    (top / "b.py").symlink_to(top / "a.py")
    (top / "c.py").symlink_to(outside)
    (top / "d.py").symlink_to(top / "missing.py")
    assert found() == ["a.py", "b.py"]


def test_what_is_no_regular_file_is_passed_over(tree: Tree) -> None:
    top = tree("a.py", "package.py/b.py")
    os.mkfifo(top / "pipe.py")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.py")
        assert found() == ["a.py", "package.py/b.py"]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.py", "does not exist"),
        ("*.py", "does not exist"),
        ("pipe", "is not a regular file"),
        ("link.py", "is a broken link"),
    ],
)
def test_a_named_path_that_cannot_be_taken_is_an_error(tree: Tree, path: str, message: str) -> None:
    top = tree("a.py")
    os.mkfifo(top / "pipe")
    (top / "link.py").symlink_to("nowhere.py")
    assert failed(path) == [SourceError(path, message)]


def test_an_unreadable_directory_is_an_error_and_the_rest_is_found(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tree("a/b.py", "locked/c.py")
    scan = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    errors: list[SourceError] = []
    assert discover(["."], root=".", errors=errors) == ["a/b.py"]
    assert errors == [SourceError("locked", "cannot be read: permission denied")]
