from __future__ import annotations

import pytest
from fix_samples import done, reasons

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import Plan, plan


def removing(source: str, module: str, name: str = "") -> Plan:
    operation = Operation("remove-import", Location("app.py", 1, 1, 1, 2), (("module", module), ("name", name)))
    return plan(source.encode(), [Fix(Applicability.UNSAFE, "Remove it", (operation,))])


REST = "\n\ndef f(): ...\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import functools\nimport json\n", "import json\n"),
        ("import json\nimport functools\n", "import json\n"),
        ("import functools, json\n", "import json\n"),
        ("import json, functools\n", "import json\n"),
        ("import functools\n\nimport openai\n", "import openai\n"),
        ('"""Doc."""\n\nimport functools\n\nimport openai\n', '"""Doc."""\n\nimport openai\n'),
        ("# licence\n\nimport functools\n\nimport openai\n", "# licence\n\nimport openai\n"),
        ("import functools\n\n# ours\nimport app\n", "# ours\nimport app\n"),
        ("import json\n\nimport functools\nimport openai\n", "import json\n\nimport openai\n"),
        ("import json\n\nimport functools\n\nimport openai\n", "import json\n\nimport openai\n"),
        ("import json\nimport functools as tools\n", "import json\nimport functools as tools\n"),
        ("from functools import cache\nimport json\n", "from functools import cache\nimport json\n"),
    ],
)
def test_a_module_goes_with_its_line_or_leaves_the_others(before: str, after: str) -> None:
    assert done(removing(before + REST, "functools")).new.decode() == after + REST


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import json\nfrom functools import lru_cache\n", "import json\n"),
        ("from functools import lru_cache, partial\n", "from functools import partial\n"),
        ("from functools import partial, lru_cache\n", "from functools import partial\n"),
        ("from functools import (lru_cache, partial)\n", "from functools import (partial)\n"),
        (
            "from functools import (\n    cache,\n    lru_cache,\n    partial,\n)\n",
            "from functools import (\n    cache,\n    partial,\n)\n",
        ),
        ("from functools import (\n    cache,\n    lru_cache,\n)\n", "from functools import (\n    cache,\n)\n"),
        ("from functools import (\n    cache,\n    lru_cache\n)\n", "from functools import (\n    cache\n)\n"),
        ("from functools import lru_cache as lru\n", "from functools import lru_cache as lru\n"),
        ("from .functools import lru_cache\n", "from .functools import lru_cache\n"),
    ],
)
def test_a_name_goes_from_its_list(before: str, after: str) -> None:
    assert done(removing(before + REST, "functools", "lru_cache")).new.decode() == after + REST


@pytest.mark.parametrize("use", ["lru_cache(f)\n", '__all__ = ["lru_cache"]\n', 'x: "lru_cache[int]"\n'])
def test_what_is_used_stays(use: str) -> None:
    source = f"import json\nfrom functools import lru_cache\n\n{use}"
    result = done(removing(source, "functools", "lru_cache"))
    assert (result.new.decode(), len(result.unchanged)) == (source, 1)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import json\n# why\nimport functools\n", "a comment belongs to the import that is no longer used"),
        ("import json\nimport functools  # why\n", "a comment belongs to the import that is no longer used"),
        ("import json; import functools\n", "its import shares a line with another statement"),
    ],
)
def test_where_more_would_go_nothing_is_done(source: str, reason: str) -> None:
    result = removing(source + REST, "functools")
    assert (result.new.decode(), reasons(result)) == (source + REST, [reason])


def test_a_comment_in_the_list_keeps_the_name() -> None:
    source = "from functools import (\n    lru_cache,  # why\n    partial,\n)\n"
    assert reasons(removing(source, "functools", "lru_cache")) == [
        "a comment belongs to the import that is no longer used"
    ]
