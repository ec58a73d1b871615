"""A virtual environment for each release of an SDK, the only place in which it is imported."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

INSTALL_SECONDS = 1800


class NotMeasuredError(Exception):
    """An environment cannot be made, or the probe in it gave no answer; the text says why."""


def default_folder() -> Path:
    """Where environments are kept: made once for a release, they serve every later run."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "llmlint" / "verify"


def environment(folder: Path, distribution: str, version: str, companions: tuple[str, ...] = ()) -> Path:
    """The interpreter of the environment that holds this release, made if it does not exist.

    The companions are installed in whichever releases fit. Raises NotMeasuredError.
    """
    home = folder / f"{distribution}-{version}"
    python = home / ("Scripts" if os.name == "nt" else "bin") / "python"
    complete = home / "complete"
    wanted = "\n".join((f"{distribution}=={version}", *companions))
    with _alone(home):
        if not complete.is_file() or complete.read_text(encoding="utf-8") != wanted:
            shutil.rmtree(home, ignore_errors=True)
            _run(sys.executable, "-m", "venv", str(home))
            _run(str(python), "-m", "pip", "install", "--quiet", "--no-input", "--prefer-binary", *wanted.split("\n"))
            complete.write_text(wanted, encoding="utf-8")
    return python


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Keep two runs from making the same environment at the same time."""
    home.parent.mkdir(parents=True, exist_ok=True)
    lock = home.with_name(home.name + ".lock")
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        raise NotMeasuredError(f"another run is making {home.name} (if none is, remove {lock})") from None
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()


def _run(*command: str) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_SECONDS, env=environ, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotMeasuredError(str(error)) from error
    if done.returncode:
        raise NotMeasuredError(reason(done.stderr))


def reason(stderr: str) -> str:
    """The line of an error output that says most, without the addresses in it."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith("ERROR")] or lines[-1:] or ["no output"]
    return re.sub(r"https?://\S+", "<address>", telling[-1])[:300]
