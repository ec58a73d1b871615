"""The command `python -m llmlint.rulebook.verify`: what the rulebook says of SDKs against the released packages."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.sdk import load_sdk
from llmlint.rulebook.sdk_model import Sdk
from llmlint.rulebook.verify.calls import call_claims
from llmlint.rulebook.verify.claims import Answer, Question
from llmlint.rulebook.verify.environments import NotMeasuredError, default_folder, environment
from llmlint.rulebook.verify.measure import ask, verdicts
from llmlint.rulebook.verify.names import name_claims

MOST_USED = ("openai", "anthropic", "google-genai", "litellm", "langchain", "bedrock", "mistralai", "cohere")
NO_DRIFT, DRIFT, NOT_MEASURED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status is 0 without drift, 1 with drift, 2 if something could not be measured."""
    options = _parser().parse_args(arguments)
    known = sorted(path.stem for path in rules_dir().glob("sdk/*.toml"))
    names = known if options.all else options.names or MOST_USED
    if unknown := sorted(set(names) - set(known)):
        print(f"no such file: rules/sdk/{unknown[0]}.toml", file=sys.stderr)
        return NOT_MEASURED
    if options.version and len(names) != 1:
        print("--version is for one name", file=sys.stderr)
        return NOT_MEASURED
    statuses = [_verify(load_sdk(name), options) for name in names]
    return max(statuses, default=NO_DRIFT)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m llmlint.rulebook.verify", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"SDK files; by default {', '.join(MOST_USED)}")
    parser.add_argument("--all", action="store_true", help="every file in rules/sdk")
    parser.add_argument("--version", help="look at this release instead of the newest in `verified`")
    parser.add_argument("--folder", type=Path, default=default_folder(), help="where environments are kept")
    parser.add_argument("--unclear", action="store_true", help="also print what could not be checked")
    return parser


def _verify(sdk: Sdk, options: argparse.Namespace) -> int:
    older = [version for version in reversed(sdk.verified) if version != options.version]
    versions = [options.version, *older] if options.version else older

    label = f"{sdk.distribution} {versions[0]}"
    failed: list[str] = []

    def ask_version(version: str, questions: Sequence[Question]) -> dict[Question, Answer]:
        try:
            return ask(environment(options.folder, sdk.distribution, version, sdk.companions), questions)
        except NotMeasuredError as error:
            if version == versions[0]:
                raise
            failed.append(version)
            print(f"{sdk.distribution} {version}: not measured: {error}", flush=True)
            return dict.fromkeys(questions, Answer("unknown", f"{version} was not measured"))

    claims = list(dict.fromkeys((*name_claims(sdk), *call_claims(sdk))))
    try:
        found = verdicts(claims, versions, ask_version)
    except NotMeasuredError as error:
        print(f"{label}: not measured: {error}", flush=True)
        return NOT_MEASURED
    for claim, verdict in found:
        if verdict.outcome == "drift":
            print(f"{label}: {claim.denial} (rules/sdk/{sdk.name}.toml)")
        elif verdict.outcome == "unclear" and options.unclear:
            print(f"{label}: unclear whether {claim.denial}: {verdict.note}")
    count = {
        outcome: sum(verdict.outcome == outcome for _, verdict in found) for outcome in ("holds", "drift", "unclear")
    }
    print(
        f"{label}: {count['holds']} claims hold, {count['drift']} drifted, {count['unclear']} not checkable", flush=True
    )
    if failed or not count["holds"]:
        return NOT_MEASURED
    return DRIFT if count["drift"] else NO_DRIFT


if __name__ == "__main__":
    sys.exit(main())
