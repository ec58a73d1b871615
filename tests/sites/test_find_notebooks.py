from __future__ import annotations

import pytest
from support import call_sites, linked, only_site, setting, way_out

from llmlint.index.testcode import is_test
from llmlint.sites.records import recording


def places(code: dict[str, str]) -> list[tuple[str, int | None, int]]:
    """File, cell and line of each call site."""
    return [(where.path, where.cell, where.line) for where in (site.location for site in call_sites(code))]


def logged(cells: str) -> bool:
    """Whether the only call of a notebook is recorded."""
    sites = linked({"n.ipynb": cells})
    assert len(sites.sites) == 1
    return recording.silent_way(sites.sites[0], sites) is None


def test_a_client_of_an_earlier_cell() -> None:
    cells = """
        from openai import OpenAI
        # %%
        client = OpenAI(timeout=5)
        # %%

        answer = client.responses.create(model="gpt-4.1", input="Hi")
    """
    assert places({"n.ipynb": cells}) == [("n.ipynb", 2, 1)]
    assert setting({"n.ipynb": cells}, "timeout") == "present 5"


def test_a_client_that_a_later_cell_builds_again() -> None:
    cells = """
        from openai import OpenAI
        client = OpenAI(timeout=5)
        # %%
        answer = client.responses.create(model="gpt-4.1", input="Hi")
        # %%
        client = OpenAI(timeout=9)
    """
    assert setting({"n.ipynb": cells}, "timeout") == "present 5"


def test_a_name_that_a_magic_gives_its_value() -> None:
    cells = """
        from openai import OpenAI
        limit = 5
        # %%
        limit = !echo 7
        # %%
        OpenAI(timeout=limit).responses.create(model="gpt-4.1", input="Hi")
    """
    assert setting({"n.ipynb": cells}, "timeout") == "present unknown"


def test_calls_behind_magics_and_await() -> None:
    cells = """
        %pip install openai
        from openai import AsyncOpenAI
        client = AsyncOpenAI()
        # %%
        %%time
        answer = await client.responses.create(model="gpt-4.1", input="Hi")
        # %%
        %time await client.responses.create(model="gpt-4.1", input="Hi")
        # %%
        %%bash
        client.responses.create(model="gpt-4.1", input="Hi")
    """
    assert places({"n.ipynb": cells}) == [("n.ipynb", 1, 2), ("n.ipynb", 2, 1)]
    columns = [site.location.column for site in call_sites({"n.ipynb": cells})]
    assert columns == [len("answer = await ") + 1, len("%time await ") + 1]


def test_a_notebook_imports_from_its_folder_and_from_the_root() -> None:
    code = {
        "app/clients.py": "from openai import OpenAI\nclient = OpenAI(timeout=5)\n",
        "lab/helpers.py": "MODEL = 'gpt-4.1'\n",
        "lab/n.ipynb": """
            from app.clients import client
            from helpers import MODEL
            # %%
            client.responses.create(model=MODEL, input="Hi")
        """,
    }
    assert places(code) == [("lab/n.ipynb", 1, 1)]
    assert setting(code, "model") == "present 'gpt-4.1'"
    assert setting(code, "timeout") == "present 5"


def test_a_notebook_is_never_imported() -> None:
    code = {
        "clients.ipynb": "from openai import OpenAI\nclient = OpenAI()\n",
        "app.py": "from clients import client\nclient.responses.create(model='m', input='Hi')\n",
    }
    assert call_sites(code) == []


def test_a_folder_with_the_name_of_an_sdk_does_not_hide_it() -> None:
    call = "from openai import OpenAI\nOpenAI().responses.create(model='m', input='Hi')\n"
    for path in ("openai/n.ipynb", "openai/example.py"):
        assert only_site({path: call}).confidence == "resolved"


def test_a_notebook_is_a_script() -> None:
    cells = "from openai import OpenAI\nanswer = OpenAI().responses.create(model='m', input='Hi')\n"
    site = only_site({"n.ipynb": cells})
    assert site.context == "script"
    assert not is_test(site.module)
    assert only_site({"tests/n.ipynb": cells}).context == "tests"


def test_a_module_that_only_notebooks_import_is_a_script() -> None:
    code = {
        "ask.py": """
            from openai import OpenAI
            def ask():
                return OpenAI().responses.create(model="m", input="Hi")
        """,
        "n.ipynb": "from ask import ask\nask()\n",
    }
    assert only_site(code).context == "script"


def test_a_notebook_that_calls_a_function_without_a_handler() -> None:
    code = {
        "ask.py": """
            from openai import OpenAI
            def ask():
                return OpenAI().responses.create(model="m", input="Hi")
        """,
        "n.ipynb": """
            from ask import ask
            # %%
            try:
                ask()
            except Exception:
                print("later")
        """,
    }
    assert way_out(code) is None


def test_a_notebook_that_tries_a_function_out_does_not_decide_for_the_program() -> None:
    code = {
        "ask.py": """
            from openai import OpenAI
            def ask():
                return OpenAI().responses.create(model="m", input="Hi")
        """,
        "app.py": """
            import logging
            from ask import ask
            def main():
                try:
                    logging.info(ask())
                except Exception:
                    print("later")
        """,
        "n.ipynb": "from ask import ask\nx = ask()\n",
    }
    sites = linked(code)
    assert recording.silent_way(sites.sites[0], sites) is None
    assert way_out(code) is None
    del code["app.py"]
    escape = way_out(code)
    assert escape is not None
    assert [caller.module.key for caller in escape.callers] == ["n.ipynb"]


def test_a_method_is_not_called_from_another_notebook() -> None:
    code = {
        "a.ipynb": """
            from openai import OpenAI
            class Writer:
                def write_summary(self):
                    return OpenAI().responses.create(model="m", input="Hi")
        """,
        "b.ipynb": "def report(writer):\n    writer.write_summary()\n",
    }
    escape = way_out(code)
    assert escape is not None
    assert escape.callers == ()


@pytest.mark.parametrize(
    ("shown", "counts"),
    [
        ("print(answer.output_text)", True),
        ("display(answer)", True),
        ("answer", True),
        ("answer.output_text", True),
        ("pass\n# %%\nanswer", True),
        ("answer;", False),
        ("answer\npass", False),
        ("other", False),
        ("display(other)", False),
    ],
)
def test_what_a_cell_shows_is_logged(shown: str, counts: bool) -> None:
    cells = "from openai import OpenAI\nanswer = OpenAI().responses.create(model='m', input='Hi')\n"
    assert logged(cells + shown) is counts


def test_the_call_itself_is_shown_where_it_is_the_last_expression() -> None:
    assert logged("from openai import OpenAI\nOpenAI().responses.create(model='m', input='Hi')\n")
    assert not logged("from openai import OpenAI\nOpenAI().responses.create(model='m', input='Hi');\n")


def test_the_answer_of_a_function_is_shown_where_a_cell_calls_it_last() -> None:
    function = "from openai import OpenAI\ndef ask():\n    return OpenAI().responses.create(model='m', input='Hi')\n"
    assert logged(function + "# %%\nask()")
    assert not logged(function + "# %%\nx = ask()")


def test_the_last_expression_of_a_module_is_not_shown() -> None:
    code = "from openai import OpenAI\nanswer = OpenAI().responses.create(model='m', input='Hi')\nanswer\n"
    sites = linked({"n.py": code})
    assert recording.silent_way(sites.sites[0], sites) == ()


def test_a_display_of_ones_own_is_not_that_of_notebooks() -> None:
    answer = "from openai import OpenAI\nanswer = OpenAI().responses.create(model='m', input='Hi')\n"
    assert not logged(answer + "from game import display\ndisplay(answer)\npass\n")


def test_what_a_notebook_switches_on_holds_in_it_and_in_what_it_imports() -> None:
    call = "from openai import OpenAI\ndef ask():\n    return OpenAI().responses.create(model='m', input='Hi')\n"
    trace = "import mlflow\nmlflow.openai.autolog()\n"
    sites = linked(
        {
            "app.py": call,
            "helpers.py": call,
            "other.ipynb": call,
            "traced.ipynb": trace + "from helpers import ask\n# %%\n" + call,
        }
    )
    traced = {site.module.key for site in sites.sites if recording.traced(site, sites)}
    assert traced == {"helpers.py", "traced.ipynb"}


def test_what_a_module_switches_on_holds_in_notebooks_too() -> None:
    call = "from openai import OpenAI\nOpenAI().responses.create(model='m', input='Hi');\n"
    sites = linked({"tracing.py": "import mlflow\nmlflow.openai.autolog()\n", "n.ipynb": call})
    assert [recording.traced(site, sites) for site in sites.sites] == [True]
