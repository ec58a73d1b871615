"""An environment with released SDKs, for the checks that need them."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Iterable
from pathlib import Path


def interpreter(folder: Path, distributions: Iterable[str]) -> str:
    """The Python of a new environment with these; `LLMLINT_SDKS` names one that has them already."""
    if "LLMLINT_SDKS" in os.environ:
        return os.environ["LLMLINT_SDKS"]
    home = folder / "venv"
    venv.create(home, with_pip=True)
    python = str(home / ("Scripts" if sys.platform == "win32" else "bin") / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", *distributions], check=True, capture_output=True)
    return python
