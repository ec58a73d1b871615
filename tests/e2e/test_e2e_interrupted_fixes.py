"""Whatever goes wrong while files are fixed, each holds its old bytes or its new ones, and the others are fixed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from e2e_project import CALL, COMMAND, Project

FIX = ("check", "--unsafe-fixes", "--select", "missing-timeout")
FIXED = CALL.replace("OpenAI()", "OpenAI(timeout=30.0)")

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


@posix
def test_a_limit_on_the_size_of_files(project: Project) -> None:
    large = CALL + "# padding\n" * 1000
    project.write("large.py", large)
    project.write("small.py", CALL)
    run = subprocess.run(
        ["/bin/sh", "-c", f'ulimit -f 4; exec "$0" {" ".join(FIX)}', COMMAND],
        cwd=project.folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, project.read("large.py"), project.read("small.py")) == (2, large, FIXED)
    assert "error: large.py: not fixed: File too large\n" in run.stderr
    assert sorted(os.listdir(project.folder)) == ["large.py", "pyproject.toml", "small.py"]


@posix
def test_a_full_disk(project: Project) -> None:
    mount = shutil.which("mount")
    disk = project.folder / "disk"
    disk.mkdir()
    options = ["-t", "tmpfs", "-o", "size=64k", "none", str(disk)]
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("no small file system can be mounted")
    try:
        project.write("disk/app.py", CALL)
        with (disk / "filler").open("wb", buffering=0) as filler:
            while True:
                try:
                    filler.write(b"x" * 1024)
                except OSError:
                    break
        run = project.run(*FIX, "disk")
        assert (run.status, project.read("disk/app.py")) == (2, CALL)
        assert run.err.startswith("error: disk/app.py: not fixed: No space left on device\n")
        assert sorted(os.listdir(disk)) == ["app.py", "filler"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@posix
def test_killed_at_any_moment(project: Project) -> None:
    """The process is killed between and in the middle of its writes; no file is ever anything but old or new."""
    script = (
        "import sys\n"
        "from llmlint.fixes import write_atomically\n"
        "one, other = b'old\\n' * 300_000, b'new\\n' * 300_000\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    write_atomically(sys.argv[1], other, old=one)\n"
        "    one, other = other, one\n"
    )
    file = project.write("app.py", b"old\n" * 300_000)
    chance = random.Random(7)
    for _ in range(12):
        file.write_bytes(b"old\n" * 300_000)
        process = subprocess.Popen([sys.executable, "-c", script, file], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert file.read_bytes() in {b"old\n" * 300_000, b"new\n" * 300_000}
    # What a killed process leaves beside the file is no Python file.
    assert {Path(name).suffix for name in os.listdir(project.folder)} <= {".py", ".toml", ".tmp"}


def test_code_too_deep_for_libcst_takes_nothing_else_down(project: Project) -> None:
    nested = "[" * 90 + "]" * 90
    deep = CALL + f'\n\nother = OpenAI(default_headers={nested})\nother.responses.create(model="m", input="x")\n'
    project.write("deep.py", deep)
    project.write("long.py", CALL + "\n\nx = " + " + ".join(["1"] * 700) + "\n")
    project.write("plain.py", CALL)
    run = project.run(*FIX)
    assert project.read("deep.py") == deep.replace("client = OpenAI()", "client = OpenAI(timeout=30.0)")
    assert project.read("long.py").startswith(FIXED)
    assert project.read("plain.py") == FIXED
    warning = "warning: deep.py:10:9: missing-timeout not fixed: too deeply nested to edit safely; not fixed\n"
    assert warning in run.err
    assert run.status == 1
