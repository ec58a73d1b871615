"""Pins: which versions of a package the scanned project may run with, as its own files say."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import cache

import tomli

from llmlint.config import installed, recipes, requirement_files
from llmlint.config.plain_files import read_text
from llmlint.patterns import regex

Version = tuple[int, ...]
Range = tuple[Version | None, Version | None]  # the oldest and the newest allowed; None where nothing limits them

REQUIREMENT = regex(r"""^\s*["']?([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*((?:[=<>!~^]=?=?\s*[\w.*]+\s*,?\s*)*)""")
BOUND = regex(r"(===|==|~=|<=|<|\^|>=|>|!=)\s*([\d][\w.*]*)")
LOCKS = ("uv.lock", "poetry.lock", "pdm.lock")
MANIFESTS = ("pyproject.toml", "setup.cfg", "Pipfile")
ROOTS = frozenset({*LOCKS, *MANIFESTS, "Pipfile.lock", "setup.py", "requirements.txt"})
OPEN_END = 1_000_000  # a component above any real one: `<2` allows all of 1.x
MAX_LEVELS = 8


def newest_allowed(path: str, package: str) -> Version | None:
    """The newest version of a package that the project around a file allows; None where nothing limits it.

    A lock file or a pin (`==0.28.1`) gives that version, an upper bound (`<2`) the last below it. A lower bound alone
    limits nothing. What a script (PEP 723) or a notebook (`!pip install`) says of itself comes first; else the nearest
    folder, from the file upwards, with a lock file or a requirement of the package decides.
    """
    return _allowed(os.path.abspath(path), package)[1]


def oldest_allowed(path: str, package: str) -> Version | None:
    """The oldest version of a package that the project around a file allows, as `newest_allowed` finds the newest."""
    return _allowed(os.path.abspath(path), package)[0]


@cache
def _allowed(path: str, package: str) -> Range:
    inline = _inline(path)
    if _normal(package) in inline:
        return inline[_normal(package)]
    for folder in _folders(path):
        known = _requirements(folder)
        if known is not None and _normal(package) in known:
            return known[_normal(package)]
    return None, None


def held_below(path: str, version: str, *packages: str) -> bool:
    """Whether the project around a file allows no release of one of the packages from a version on."""
    limits = [newest_allowed(path, package) for package in packages]
    return any(limit is not None and limit < parse(version) for limit in limits)


def keeps_below(requirement: str, version: str) -> bool:
    """Whether a requirement, as pip takes it, allows no release from a version on: `openai==0.28`, but not `openai`."""
    match = REQUIREMENT.match(requirement)
    limit = _limit(match[2]) if match is not None else None
    return limit is not None and limit < parse(version)


def asks_itself(path: str, package: str) -> bool:
    """Whether a script or a notebook says by itself which version of a package it needs."""
    return _normal(package) in _inline(os.path.abspath(path))


def declares(path: str, package: str) -> bool:
    """Whether the project around a file, or the file itself, asks for a package."""
    name = _normal(package)
    return name in _inline(os.path.abspath(path)) or any(name in _declared(folder) for folder in _folders(path))


def _folders(path: str) -> Iterator[str]:
    """The folders in which a project may say what it needs: from the file upwards to that of the repository."""
    folder = os.path.dirname(os.path.abspath(path))
    for _ in range(MAX_LEVELS):
        yield folder
        if _requirements(folder) is not None and os.path.isdir(os.path.join(folder, ".git")):
            return
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


@cache
def _inline(path: str) -> dict[str, Range]:
    """The packages that a file asks for itself."""
    found: dict[str, Range] = {}
    _add(found, installed.requirements(path))
    return found


@cache
def _requirements(folder: str) -> dict[str, Range] | None:
    """The packages that the files of a folder name, with the versions allowed; None where it has no such file."""
    names = _names(folder)
    lists = requirement_files.lists_in(folder, names)
    if not names & ROOTS and not lists and not any(map(recipes.is_recipe, names)):
        return None
    found = dict(_declared(folder))
    _add(found, requirement_files.constraints(folder, lists))
    for name in LOCKS:
        packages = _toml(folder, name).get("package", []) if name in names else []
        for package in packages if isinstance(packages, list) else []:
            if isinstance(package, dict) and isinstance(package.get("version"), str):
                version = _version(package["version"])
                found[_normal(str(package.get("name", "")))] = (version, version)
    if "Pipfile.lock" in names:
        _add(found, _of_pipfile(_read(folder, "Pipfile.lock")))
    return found


@cache
def _declared(folder: str) -> dict[str, Range]:
    """What the project asks for itself; a lock file also holds what that needs in turn."""
    names = _names(folder)
    found: dict[str, Range] = {}
    _add(found, requirement_files.requirements(folder, requirement_files.lists_in(folder, names)))
    if "Pipfile" in names:
        _add(found, _of_pipfile_tables(_toml(folder, "Pipfile"), ("packages", "dev-packages")))
    if "pyproject.toml" in names:
        _add(found, _of_pyproject(_toml(folder, "pyproject.toml")))
    if "setup.cfg" in names:
        _add(found, _read(folder, "setup.cfg").splitlines())
    for name in sorted(filter(recipes.is_recipe, names)):
        _add(found, recipes.requirements(name, _read(folder, name)))
    return found


def _names(folder: str) -> set[str]:
    try:
        return {entry.name for entry in os.scandir(folder) if entry.is_file()}
    except OSError:
        return set()


def _read(folder: str, name: str) -> str:
    return read_text(os.path.join(folder, name))


def _toml(folder: str, name: str) -> dict[str, object]:
    try:
        return tomli.loads(_read(folder, name))
    except tomli.TOMLDecodeError:
        return {}


def _add(found: dict[str, Range], lines: list[str]) -> None:
    for line in lines:
        match = REQUIREMENT.match(line)
        if match is not None and (match[2] or line.strip().strip("\"',") == match[1]):
            name, oldest, limit = _normal(match[1]), _least(match[2]), _limit(match[2])
            first, last = found.get(name, (oldest, None))
            found[name] = (min(first, oldest) if first is not None and oldest is not None else None, last or limit)


def _limit(bounds: str) -> Version | None:
    limits: list[Version] = []
    for operator, text in BOUND.findall(bounds):
        version = _version(text)
        if operator in ("==", "===", "<="):
            limits.append((*version, OPEN_END) if "*" in text else version)
        elif operator == "<":
            limits.append(_before(version))
        elif operator == "~=" and len(version) > 1:
            limits.append((*version[:-1], OPEN_END))
        elif operator == "^":
            fixed = next((number for number, part in enumerate(version) if part), len(version) - 1)
            limits.append((*version[: fixed + 1], OPEN_END))
    return min(limits) if limits else None


def _least(bounds: str) -> Version | None:
    """The oldest version within bounds, with all its zeros: `>=1` is 1.0.0."""
    above = [_version(text) for operator, text in BOUND.findall(bounds) if operator not in ("<", "<=", "!=")]
    return max((*version, 0, 0)[: max(len(version), 3)] for version in above) if above else None


def _before(version: Version) -> Version:
    """The last version below: `<2` and `<2.0` are 1.x, `<1.3` is 1.2.x."""
    parts = list(version)
    while parts and parts[-1] == 0:
        parts.pop()
    if not parts:
        return (0,)
    return (*parts[:-1], parts[-1] - 1, OPEN_END)


def _version(text: str) -> Version:
    return tuple(int(part) for part in re.findall(r"\d+", text.partition("+")[0].partition("*")[0])[:4])


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _of_pyproject(top: dict[str, object]) -> list[str]:
    lines: list[str] = []
    project = top.get("project")
    if isinstance(project, dict):
        groups = [project.get("dependencies"), *_values(project.get("optional-dependencies"))]
        lines += [line for group in groups if isinstance(group, list) for line in group if isinstance(line, str)]
    groups = _values(top.get("dependency-groups"))
    lines += [line for group in groups if isinstance(group, list) for line in group if isinstance(line, str)]
    tool = top.get("tool")
    poetry = tool.get("poetry") if isinstance(tool, dict) else None
    tables = [poetry.get("dependencies")] if isinstance(poetry, dict) else []
    for group in _values(poetry.get("group")) if isinstance(poetry, dict) else []:
        tables.append(group.get("dependencies") if isinstance(group, dict) else None)
    for table in tables:
        for name, given in table.items() if isinstance(table, dict) else ():
            spec = given.get("version", "") if isinstance(given, dict) else given
            if isinstance(spec, str):
                exact = f"=={spec}" if spec[:1].isdigit() else spec.replace("*", "") if spec == "*" else spec
                lines.append(f"{name}{exact}" if exact else str(name))
    return lines


def _values(table: object) -> list[object]:
    return list(table.values()) if isinstance(table, dict) else []


def _of_pipfile(text: str) -> list[str]:
    try:
        top = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return _of_pipfile_tables(top, ("default", "develop")) if isinstance(top, dict) else []


def _of_pipfile_tables(top: dict[str, object], sections: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    for table in map(top.get, sections):
        for name, given in table.items() if isinstance(table, dict) else ():
            version = given.get("version") if isinstance(given, dict) else given
            lines.append(f"{name}{version}" if isinstance(version, str) and version != "*" else str(name))
    return lines


def parse(text: str) -> Version:
    """A version such as "1.0.0" as a tuple that compares with those of `newest_allowed`."""
    return _version(text)
