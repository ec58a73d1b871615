"""How fast and how large `llmlint check` is: python benchmarks/run.py [--tree PATH] [--runs N] [--json FILE]."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import corpus
import parsers

ARGUMENTS = ("check", "--isolated", "--exit-zero")
IMPORTS_AN_SDK = re.compile(
    rb"^\s*(?:from|import)\s+(?:openai|anthropic|litellm|langchain\w*|google\.gen\w+|google\s+import\s+genai|vertexai|mistralai"
    rb"|cohere|groq|ollama|huggingface_hub|together|replicate|llama_index|dspy|instructor|pydantic_ai)\b",
    re.MULTILINE,
)
CALLING_LINES = 20_000
PLAIN_LINES = 180_000
PARSED_FILES = 10

ONE_PLAIN_FILE = "def double(number: int) -> int:\n    return 2 * number\n"
ONE_CALLING_FILE = """\
from openai import OpenAI

client = OpenAI(timeout=20)


def ask(question: str) -> str:
    return client.responses.create(model="gpt-5.4-mini", input=question, max_output_tokens=300).output_text
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str
    target: float

    @property
    def met(self) -> bool:
        return self.value <= self.target


def find_command() -> str:
    """The llmlint that is installed for this interpreter, else the first one on the path."""
    beside = Path(sys.executable).with_name("llmlint")
    found = str(beside) if beside.exists() else shutil.which("llmlint")
    if found is None:
        raise SystemExit("llmlint is not installed for this interpreter: pip install -e .")
    return found


def check(command: str, target: Path) -> tuple[float, float]:
    """Run the command on a file or folder once; returns seconds and the peak memory of its largest process in MB."""
    folder = target if target.is_dir() else target.parent
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            [command, *ARGUMENTS, str(target)],
            cwd=folder,
            env=environment,  # pip compiles what it installs; a checkout is compiled by the first run
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            text = errors.read().decode(errors="replace")
            raise SystemExit(f"{command} {' '.join(ARGUMENTS)} {target} ended with {process.returncode}:\n{text}")
    return seconds, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def median_seconds(command: str, target: Path, runs: int) -> float:
    """The median time of so many runs, after one that warms up the file system."""
    check(command, target)
    return statistics.median(check(command, target)[0] for _ in range(runs))


def count_lines(files: list[Path]) -> int:
    return sum(file.read_bytes().count(b"\n") for file in files)


def split_tree(tree: Path, calling: Path, plain: Path) -> tuple[int, int]:
    """Copy the Python files that import an SDK into one folder and the others into another; returns their lines."""
    copied: dict[Path, list[Path]] = {calling: [], plain: []}
    for file in sorted(tree.rglob("*.py")):
        if not file.is_file():
            continue
        text = file.read_bytes()
        root = calling if IMPORTS_AN_SDK.search(text) else plain
        target = root / file.relative_to(tree)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text)
        copied[root].append(target)
    return count_lines(copied[calling]), count_lines(copied[plain])


def single_file(folder: Path, text: str) -> Path:
    """A file alone in its folder: the project around a file is read too."""
    folder.mkdir()
    file = folder / "app.py"
    file.write_text(text)
    return file


def measure(command: str, tree: Path | None, runs: int, work: Path) -> tuple[list[Figure], dict[str, float]]:
    """Measure everything in the folder `work`; returns the figures, and what they were computed from."""
    calling, plain, whole = work / "calling", work / "plain", work / "whole"
    if tree is None:
        calling_lines, plain_lines = corpus.calling(calling, CALLING_LINES), corpus.plain(plain, PLAIN_LINES)
        shutil.copytree(calling, whole / "calling")
        shutil.copytree(plain, whole / "plain")
    else:
        calling_lines, plain_lines = split_tree(tree, calling, plain)
        whole = tree
    start_plain = median_seconds(command, single_file(work / "single_plain", ONE_PLAIN_FILE), runs)
    start_calling = median_seconds(command, single_file(work / "single_calling", ONE_CALLING_FILE), runs)
    raw: dict[str, float] = {"calling_kloc": calling_lines / 1000, "plain_kloc": plain_lines / 1000}
    figures = [
        Figure("start-up, a file that calls no model", start_plain * 1000, "ms", 150),
        Figure("start-up, a file that calls one", start_calling * 1000, "ms", 150),
    ]
    for name, root, lines, start, target in (
        ("files that import an SDK", calling, calling_lines, start_calling, 25.0),
        ("files that import none", plain, plain_lines, start_plain, 1.0),
    ):
        if lines:
            seconds = median_seconds(command, root, max(3, runs // 3))
            raw[f"{name}, seconds in all"] = seconds
            figures.append(Figure(name, max(0.0, seconds - start) * 1_000_000 / lines, "ms/kLOC", target))
    seconds, megabytes = check(command, whole)
    raw["whole project, seconds in all"] = seconds
    raw |= parsers.milliseconds_per_kloc(sorted((calling if calling_lines else plain).rglob("*.py"))[:PARSED_FILES])
    figures.append(Figure(f"peak memory, {(calling_lines + plain_lines) / 1000:.0f} kLOC", megabytes, "MB", 300))
    return figures, raw


def table(figures: list[Figure]) -> str:
    width = max(len(figure.name) for figure in figures)
    lines = [f"{'':<{width}}  {'measured':>9}  {'target':>7}"]
    for figure in figures:
        verdict = "" if figure.met else "  missed"
        lines.append(f"{figure.name:<{width}}  {figure.value:>9.2f}  {figure.target:>7g}  {figure.unit}{verdict}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=Path, help="measure on this project instead of a generated one")
    parser.add_argument("--runs", type=int, default=11, help="runs of each start-up measurement (default 11)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures to this file")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    if options.tree is not None and not options.tree.is_dir():
        parser.error(f"{options.tree} is no folder")
    tree = None if options.tree is None else options.tree.resolve()
    command = find_command()
    with tempfile.TemporaryDirectory(prefix="llmlint-benchmark-") as work:
        figures, raw = measure(command, tree, options.runs, Path(work).resolve())
    print(table(figures))
    print("\nFigures per kLOC: start-up subtracted, all lines counted. Times are medians.\n")
    for name in raw:
        if name.startswith("parsing"):
            print(f"{name}: {raw[name]:.0f} ms/kLOC")
    if options.json is not None:
        machine = {"python": platform.python_version(), "system": platform.platform(), "processors": os.cpu_count()}
        document = {
            "machine": machine,
            "runs": options.runs,
            "figures": [asdict(f) | {"met": f.met} for f in figures],
            "raw": raw,
        }
        options.json.write_text(json.dumps(document, indent=2) + "\n")


if __name__ == "__main__":
    main()
