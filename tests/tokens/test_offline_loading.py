"""What happens in a process around the first count; each test looks at a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(code: str, **environment: str) -> str:
    environ = {
        key: value for key, value in os.environ.items() if key not in {"TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"}
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=environ | environment, capture_output=True, text=True, check=True
    ).stdout.strip()


COUNT_OFFLINE = """
import socket
def refuse(*arguments, **keywords):
    raise AssertionError("network")
socket.socket = socket.create_connection = socket.getaddrinfo = refuse
from llmlint.tokens import count
print(count("hello world"), count("hello world", "cl100k_base"))
"""


@pytest.mark.parametrize("variable", ["TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR", "TMPDIR"])
def test_counting_needs_no_network_and_leaves_tiktokens_cache_alone(variable: str, tmp_path: Path) -> None:
    assert run(COUNT_OFFLINE, **{variable: str(tmp_path)}) == "2 2"
    assert list(tmp_path.iterdir()) == []


def test_files_in_tiktokens_cache_are_neither_read_nor_removed(tmp_path: Path) -> None:
    # tiktoken deletes a file of this name whose hash is not the expected one.
    cached = tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790"
    cached.write_bytes(b"something else")

    assert run(COUNT_OFFLINE, TIKTOKEN_CACHE_DIR=str(tmp_path)) == "2 2"
    assert cached.read_bytes() == b"something else"


def test_counting_changes_neither_tiktokens_registry_nor_the_environment() -> None:
    code = """
import os, tiktoken.registry
before = dict(os.environ)
from llmlint.tokens import count
count("hello")
print(tiktoken.registry.ENCODINGS, tiktoken.registry.ENCODING_CONSTRUCTORS, dict(os.environ) == before)
"""
    assert run(code) == "{} None True"


def test_a_text_that_cannot_exceed_its_budget_loads_neither_tiktoken_nor_a_vocabulary() -> None:
    code = """
import sys
from llmlint.tokens import count, encoding_for, exceeds, is_exact
print(exceeds("x" * 2000, 2000), exceeds("", 0), count(""), encoding_for("gpt-4"), is_exact("gpt-4"))
from llmlint.tokens.encodings import _encoders
print("tiktoken" in sys.modules, _encoders)
"""
    assert run(code) == "None None 0 cl100k_base True\nFalse {}"


def test_threads_that_count_at_once_load_an_encoding_once() -> None:
    code = """
import threading
from llmlint.tokens import count, encodings
loads, load = [], encodings._load
def note(name, specification, first):
    loads.append(name)
    return load(name, specification, first)
encodings._load = note
together, counts = threading.Barrier(8), []
def work():
    together.wait()
    counts.append(count("hello world"))
threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(loads, counts)
"""
    assert run(code) == "['o200k_base'] [2, 2, 2, 2, 2, 2, 2, 2]"
