from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from llmlint.fixes import FileChangedError, write_atomically


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.py"
    path.write_bytes(b"old\r\n")
    return path


def untouched(file: Path) -> bool:
    return file.read_bytes() == b"old\r\n" and os.listdir(file.parent) == [file.name]


def test_the_content_is_replaced_and_nothing_else_is_left(file: Path) -> None:
    write_atomically(str(file), b"new\n", old=b"old\r\n")
    assert file.read_bytes() == b"new\n"
    assert os.listdir(file.parent) == ["a.py"]


@pytest.mark.parametrize("mode", [0o644, 0o755, 0o600, 0o664])
def test_the_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    write_atomically(str(file), b"new", old=b"old\r\n")
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to give a file away")
def test_the_owner_is_kept(file: Path) -> None:
    os.chown(file, 4321, 1234)
    write_atomically(str(file), b"new", old=b"old\r\n")
    assert (file.stat().st_uid, file.stat().st_gid) == (4321, 1234)


def test_a_file_whose_owner_cannot_be_kept_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        status = real(descriptor)
        return os.stat_result((*status[:4], status.st_uid + 1, *status[5:10]))

    def fchown(descriptor: int, uid: int, gid: int) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", fchown)
    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(PermissionError):
        write_atomically(str(file), b"new", old=b"old\r\n")
    assert untouched(file)


def test_a_symbolic_link_is_written_through(file: Path, tmp_path: Path) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "b.py"
    link.symlink_to("../a.py")
    write_atomically(str(link), b"new", old=b"old\r\n")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert os.listdir(link.parent) == ["b.py"]


def test_a_read_only_file_is_refused(file: Path) -> None:
    file.chmod(0o444)
    with pytest.raises(PermissionError, match="read-only"):
        write_atomically(str(file), b"new", old=b"old\r\n")
    assert untouched(file)


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="not a regular file"):
        write_atomically(str(tmp_path), b"new", old=b"")


def test_a_file_that_changed_since_is_refused(file: Path) -> None:
    file.write_bytes(b"edited\r\n")
    with pytest.raises(FileChangedError):
        write_atomically(str(file), b"new", old=b"old\r\n")
    assert file.read_bytes() == b"edited\r\n"
    assert os.listdir(file.parent) == ["a.py"]


def test_a_file_that_is_gone_is_not_made_again(file: Path) -> None:
    file.unlink()
    with pytest.raises(FileNotFoundError):
        write_atomically(str(file), b"new", old=b"old\r\n")
    assert os.listdir(file.parent) == []


def test_a_full_disk_leaves_the_old_content(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    calls: list[int] = []

    def write(descriptor: int, data: memoryview) -> int:
        if calls:
            raise OSError(errno.ENOSPC, "No space left on device")
        calls.append(real(descriptor, data[:2]))
        return calls[-1]

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(str(file), b"new content", old=b"old\r\n")
    assert calls == [2]
    assert untouched(file)


def test_short_writes_are_continued(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, data[:3]))
    write_atomically(str(file), b"new content", old=b"old\r\n")
    assert file.read_bytes() == b"new content"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interruption_leaves_the_old_content(file: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, step, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(str(file), b"new", old=b"old\r\n")
    assert untouched(file)


@pytest.mark.skipif(sys.platform == "win32", reason="no file size limit")
def test_a_file_size_limit_leaves_the_old_content(file: Path) -> None:
    script = (
        "import resource, sys\n"
        "from llmlint.fixes import write_atomically\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try:\n"
        "    write_atomically(sys.argv[1], b'x' * 5000, old=b'old\\r\\n')\n"
        "except OSError as error:\n"
        "    print(error.strerror)\n"
    )
    # Bytecode must not meet the limit.
    run = subprocess.run([sys.executable, "-B", "-c", script, file], capture_output=True, text=True, check=True)
    assert run.stdout == "File too large\n"
    assert untouched(file)
