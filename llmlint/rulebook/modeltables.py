"""Maintenance: writes `rules/models/*.toml` from a file of collected facts about providers.

    python -m llmlint.rulebook.modeltables FACTS.json

The facts name their sources: the SDKs' own lists of models (openai's "Deprecated values", anthropic's
DEPRECATED_MODELS) and litellm's price map. What these no longer list is kept in `rules/shutdowns.toml`. The same facts
and pages give the same files, byte for byte.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.shutdowns import load_pages, merge

PLATFORMS = {
    "openai": ("openai", ""),
    "anthropic": ("anthropic", ""),
    "gemini": ("google", "gemini/"),
    "vertex_ai-anthropic_models": ("vertex", "vertex_ai/"),
    "bedrock_converse": ("bedrock", ""),
    "cohere_chat": ("cohere", ""),
    "deepseek": ("deepseek", "deepseek/"),
    "groq": ("groq", "groq/"),
    "mistral": ("mistral", "mistral/"),
}
"""The platform and the prefix of its ids, by the name that the price map has for it."""


def tables(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """For each platform: shutdown dates, current snapshots of aliases, previews, models without sampling parameters."""
    models = facts["models"]
    found: dict[str, dict[str, Any]] = {}
    for platform, _ in PLATFORMS.values():
        sources = [models[platform]["source"]] if platform in models else []
        sources.append(models["price_map"]["source"])
        found[platform] = {
            "sources": sources,
            "shutdown": {},
            "replacement": {},
            "snapshots": {},
            "previews": set(),
            "no-sampling": set(),
        }
    for id_, provider, _, _, _, date, sampling, *_ in models["price_map"]["rows"]:
        if provider in PLATFORMS:
            platform, prefix = PLATFORMS[provider]
            bare = id_.removeprefix(prefix)
            if date:
                found[platform]["shutdown"][bare] = date
            if sampling is False and not bare.startswith("gemini"):  # Google ignores what litellm refuses to send
                found[platform]["no-sampling"].add(bare)
    for platform in ("openai", "anthropic", "google", "groq", "mistral"):
        rows = models[platform]["models"]
        dated = [row["id"] for row in rows if row["form"] == "dated"]
        for row in rows:
            date = row.get("shutdown") or row.get("end_of_life")
            if date and date[:2] == "20":
                found[platform]["shutdown"][row["id"]] = date
            if row["form"] == "preview":
                found[platform]["previews"].add(row["id"])
            snapshots = [
                id_ for id_ in dated if id_.startswith(f"{row['id']}-") and _is_date(id_[len(row["id"]) + 1 :])
            ]
            if row["form"] == "alias-of-dated" and snapshots:
                found[platform]["snapshots"][row["id"]] = max(snapshots)
    return found


def _is_date(rest: str) -> bool:
    return rest.replace("-", "").isdigit()


def text(platform: str, table: Mapping[str, Any], collected: str) -> str:
    """The TOML of one platform; `collected` is the ISO date of the facts."""
    lines = [
        f"# Written by `python -m llmlint.rulebook.modeltables`. Dates are those of {platform}'s own platform.",
        "",
    ]
    lines += [f"platform = {json.dumps(platform)}", f"collected = {json.dumps(collected)}"]
    lines += [f"sources = {json.dumps(table['sources'], ensure_ascii=False)}"]
    for key in ("previews", "no-sampling"):
        if table[key]:
            lines += [f"{key} = [", *(f"  {json.dumps(id_)}," for id_ in sorted(table[key])), "]"]
    for key in ("shutdown", "replacement", "snapshots"):
        if table[key]:
            lines += ["", f"[{key}]", *(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in sorted(table[key].items()))]
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Write the files; exit status 2 where the facts are not named."""
    if len(arguments) != 1:
        print("usage: python -m llmlint.rulebook.modeltables FACTS.json", file=sys.stderr)
        return 2
    facts = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    folder = rules_dir() / "models"
    folder.mkdir(exist_ok=True)
    found = tables(facts)
    merge(found, load_pages())
    for platform, table in found.items():
        path = folder / f"{platform}.toml"
        path.write_text(text(platform, table, facts["collected"]), encoding="utf-8")
        print(f"{path.name}: {len(table['shutdown'])} shutdown dates")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
