"""A project on disk and the installed command run on it."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

COMMAND = str(Path(sysconfig.get_path("scripts")) / ("llmlint.exe" if os.name == "nt" else "llmlint"))

# A client without a timeout on line 3: the finding that most tests ask for.
CALL = """\
from openai import OpenAI

client = OpenAI()


def ask(question):
    return client.responses.create(model="gpt-5.4-mini", input=question, max_output_tokens=50).output_text
"""


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit status."""

    status: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode()

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document

    @property
    def found(self) -> list[str]:
        """`path:line name` of each finding in the concise format."""
        places = [line.split(" ", 3) for line in self.lines]
        return [f"{place.rsplit(':', 2)[0]} {name}" for place, _, name, _ in places]


@dataclass(frozen=True)
class Project:
    """A folder with a `pyproject.toml`."""

    folder: Path

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file, without the indentation of the test around a text."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        return file

    def read(self, path: str) -> str:
        return (self.folder / path).read_bytes().decode()

    def run(
        self, *arguments: str, stdin: bytes = b"", folder: str = ".", environment: dict[str, str] | None = None
    ) -> Run:
        """Run `llmlint` in the project, or in a folder of it."""
        inherited = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "FORCE_COLOR"}}
        done = subprocess.run(
            [COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.folder / folder,
            env={**inherited, **(environment or {})},
            timeout=60,
            check=False,
        )
        err = done.stderr.decode()
        assert "Traceback" not in err
        assert "internal error" not in err
        return Run(done.returncode, done.stdout, err)

    def check(self, *arguments: str, stdin: bytes = b"", folder: str = ".") -> Run:
        """Look for missing timeouts, one line a finding."""
        options = ("--select", "missing-timeout", "--output-format", "concise")
        return self.run("check", *options, *arguments, stdin=stdin, folder=folder)
