"""How many of the cases are answered as expected: python -m evals.run evals/cases.json"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from answers import settings
from answers.desk import Answer, Desk
from answers.gateway import Gateway
from answers.handbook import Handbook


def main() -> int:
    """Print the failed cases and the share of good ones; status 1 below nine in ten."""
    gateway = Gateway()
    desk = Desk(gateway, Handbook(settings.HANDBOOK, gateway))
    cases = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    good = 0
    for case in cases:
        found = desk.answer(case["question"])
        if isinstance(found, Answer) and set(case["passages"]) <= set(found.passages):
            good += 1
        else:
            print(f"{case['question']}: expected passages {case['passages']}, got {found}")
    print(f"{good} of {len(cases)}")
    return 0 if good >= 0.9 * len(cases) else 1


if __name__ == "__main__":
    sys.exit(main())
