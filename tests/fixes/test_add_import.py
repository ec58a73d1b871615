from __future__ import annotations

import pytest
from fix_samples import done, reasons

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import Plan, plan


def importing(module: str, name: str = "") -> Fix:
    operation = Operation("add-import", Location("app.py", 1, 1, 1, 2), (("module", module), ("name", name)))
    return Fix(Applicability.UNSAFE, "Import it", (operation,))


def imported(source: str, module: str, name: str = "") -> str:
    return done(plan(source.encode(), [importing(module, name)])).new.decode()


REST = "\n\ndef f(): ...\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import json\n", "import asyncio\nimport json\n"),
        ("import abc\nimport json\n", "import abc\nimport asyncio\nimport json\n"),
        ("import abc\nfrom typing import Any\n", "import abc\nimport asyncio\nfrom typing import Any\n"),
        ("from abc import ABC\nimport json\n", "from abc import ABC\nimport asyncio\nimport json\n"),
        ("import openai\n", "import asyncio\n\nimport openai\n"),
        ("from __future__ import annotations\n", "from __future__ import annotations\n\nimport asyncio\n"),
        (
            "from __future__ import annotations\n\nimport openai\n",
            "from __future__ import annotations\n\nimport asyncio\n\nimport openai\n",
        ),
        ('"""Doc."""\n\nimport openai\n', '"""Doc."""\n\nimport asyncio\n\nimport openai\n'),
        ("# licence\nimport json\n", "# licence\nimport asyncio\nimport json\n"),
        ("import abc\n\nimport openai\n", "import abc\nimport asyncio\n\nimport openai\n"),
        ("import asyncio\n", "import asyncio\n"),
        ("import asyncio as aio\n", "import asyncio as aio\n"),
    ],
)
def test_a_module_goes_into_its_section_in_order(before: str, after: str) -> None:
    assert imported(before + REST, "asyncio") == after + REST


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from tenacity import retry\n", "from tenacity import retry, stop_after_attempt\n"),
        (
            "from tenacity import RetryError, wait_fixed\n",
            "from tenacity import RetryError, stop_after_attempt, wait_fixed\n",
        ),
        (
            "from tenacity import (retry, wait_fixed)\n",
            "from tenacity import (retry, stop_after_attempt, wait_fixed)\n",
        ),
        (
            "from tenacity import (\n    retry,\n    wait_fixed,\n)\n",
            "from tenacity import (\n    retry,\n    stop_after_attempt,\n    wait_fixed,\n)\n",
        ),
        ("from tenacity import (\n    retry,\n)\n", "from tenacity import (\n    retry,\n    stop_after_attempt,\n)\n"),
        ("from tenacity import (\n    retry\n)\n", "from tenacity import (\n    retry,\n    stop_after_attempt\n)\n"),
        ("from tenacity import retry  # noqa\n", "from tenacity import retry, stop_after_attempt  # noqa\n"),
        ("from tenacity import wait_fixed, retry\n", "from tenacity import wait_fixed, retry, stop_after_attempt\n"),
        ("from tenacity import stop_after_attempt\n", "from tenacity import stop_after_attempt\n"),
        ("import tenacity\n", "import tenacity\nfrom tenacity import stop_after_attempt\n"),
        (
            "from tenacity import (\n    retry,  # again\n)\n",
            "from tenacity import (\n    retry,  # again\n    stop_after_attempt,\n)\n",
        ),
    ],
)
def test_a_name_joins_those_of_its_module(before: str, after: str) -> None:
    assert imported(before + REST, "tenacity", "stop_after_attempt") == after + REST


def test_newlines_are_those_of_the_file() -> None:
    assert imported("import json\r\n\r\nf()\r\n", "asyncio") == "import asyncio\r\nimport json\r\n\r\nf()\r\n"


def test_imports_on_a_condition_are_passed_over() -> None:
    source = "import json\n\ntry:\n    import yaml\nexcept ImportError:\n    yaml = None\n\nimport openai\n\nf()\n"
    assert imported(source, "asyncio") == f"import asyncio\n{source}"


def _refused(source: str) -> Plan:
    return plan(source.encode(), [importing("asyncio")])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("f()\n", "the file has no imports at its top to put another one beside"),
        ("import json; import abc\n\nf()\n", "two of its imports share a line"),
    ],
)
def test_where_it_cannot_be_placed_nothing_is_done(source: str, reason: str) -> None:
    result = _refused(source)
    assert (result.new.decode(), reasons(result)) == (source, [reason])


def test_many_fixes_that_want_the_same_import_get_it_once() -> None:
    source = "import json\n\nf()\n"
    fixes = [
        Fix(
            Applicability.UNSAFE,
            str(n),
            (
                *importing("asyncio").operations,
                Operation("add-keyword", Location("app.py", 3, 1, 3, 4), (("keyword", f"k{n}"), ("value", "1"))),
            ),
        )
        for n in range(3)
    ]
    result = done(plan(source.encode(), fixes))
    assert result.new.decode() == "import asyncio\nimport json\n\nf(k0=1, k1=1, k2=1)\n"
