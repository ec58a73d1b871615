"""Test code: modules whose calls say nothing about how a program runs."""

from __future__ import annotations

import posixpath
from functools import cache
from typing import TYPE_CHECKING

from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.module import Module

TEST_FILE = regex(r"(^|/)(test_[^/]*|[^/]*_test|conftest)\.py$")
DOUBLE = regex(r"(^|/)(mocks?|fakes?|stubs?)(/|(_[^/]*)?\.py$)")
TEST_FOLDER = regex(r"(^|/)(tests?|testing)/")


def is_test(module: Module) -> bool:
    """Whether the module lies under a tests folder or is a test module by its name and content."""
    if module.test is None:
        module.test = _looks_like_tests(module)
    return module.test


def is_no_program(module: Module) -> bool:
    """Whether the module is a test, or holds what stands in for something in tests: its calls tell nothing either."""
    return is_test(module) or _is_double(module.key)


@cache
def _is_double(path: str) -> bool:
    return DOUBLE.search(path) is not None


def _looks_like_tests(module: Module) -> bool:
    if TEST_FOLDER.search(module.key):
        return True
    if not TEST_FILE.search(module.key):
        return False
    if posixpath.basename(module.key) == "conftest.py":
        return True
    return any(name.startswith(("test_", "Test")) for name in (*module.functions, *module.classes))
