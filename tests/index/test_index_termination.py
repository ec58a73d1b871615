"""Code that loops, nests or repeats without end costs little and raises nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support import Code, at_most, call_sites, linked, setting, value

HEAD = "from openai import OpenAI\n\nclient = OpenAI()\n"
CALL = "client.chat.completions.create(model='gpt-4.1', messages=[], max_tokens={})\n"


@pytest.fixture(autouse=True)
def two_seconds() -> Iterator[None]:
    with at_most(2):
        yield


def count(code: Code) -> int:
    return len(call_sites(code))


def test_function_that_calls_itself() -> None:
    code = "def limit(n):\n    return limit(n - 1)\n" + CALL.replace("{}", "limit(3)")
    assert setting(HEAD + code, "max-tokens").startswith("present")


def test_recursion_with_an_end() -> None:
    assert value("def limit(n):\n    return limit(n - 1) if n else 300\n\nreveal(limit(3))\n") == "300 | unknown"


def test_two_functions_that_call_each_other() -> None:
    assert value("def a(n):\n    return b(n)\n\ndef b(n):\n    return a(n)\n\nreveal(a(1))\n") == "unknown"


def test_factory_that_calls_itself() -> None:
    assert (
        count("""
        from openai import OpenAI

        def client(retries):
            try:
                return OpenAI()
            except ValueError:
                return client(retries - 1)

        client(3).responses.create(model="gpt-4.1", input="Hi")
    """)
        == 1
    )


def test_method_that_returns_what_it_returns() -> None:
    assert (
        count("""
        from openai import OpenAI

        class Builder:
            def __init__(self):
                self.made = self.make()

            def make(self):
                return self.made or OpenAI()

        Builder().made.responses.create(model="gpt-4.1", input="Hi")
    """)
        == 1
    )


def test_names_that_are_assigned_to_each_other() -> None:
    assert value("a = b\nb = c\nc = a\nreveal(a)\n") == "unknown"


def test_name_assigned_to_itself() -> None:
    assert value("x = x\nreveal(x)\n") == "unknown"
    assert value("x = {'a': 1}\nfor _ in y:\n    x = {**x, 'b': x}\nreveal(x)\n") != ""


def test_attributes_that_are_assigned_to_each_other() -> None:
    assert (
        value("""
        class A:
            def __init__(self):
                self.x = self.y
                self.y = self.x

        reveal(A().x)
    """)
        == "unknown"
    )


def test_parameter_passed_on_to_the_same_function() -> None:
    code = """
def ask(client, limit):
    client.chat.completions.create(model='gpt-4.1', messages=[], max_tokens=limit)
    ask(client, limit)

ask(client, 300)
"""
    assert setting(HEAD + code, "max-tokens") in ("present 300", "present 300 | unknown")


def test_classes_that_inherit_each_other() -> None:
    assert (
        count("""
        from openai import OpenAI

        class A(B):
            def one(self):
                return self.client.responses.create(model="gpt-4.1", input="Hi")

        class B(A):
            def __init__(self):
                self.client = OpenAI()

        B().one()
    """)
        <= 1
    )


def test_class_that_inherits_itself() -> None:
    assert (
        count("from openai import OpenAI\n\nclass OpenAI(OpenAI):\n    pass\n\nOpenAI().responses.create(model='x')\n")
        <= 1
    )


def test_modules_that_import_each_other() -> None:
    assert (
        count(
            {
                "a.py": "from b import client\nfrom openai import OpenAI\n\ndef make():\n    return OpenAI()\n",
                "b.py": "from a import make\n\nclient = make()\nclient.responses.create(model='gpt-4.1', input='Hi')\n",
            }
        )
        == 1
    )


def test_name_imported_in_a_circle() -> None:
    assert (
        count(
            {
                "a.py": "from b import client\n\nclient.responses.create(model='gpt-4.1', input='Hi')  # openai\n",
                "b.py": "from c import client\n",
                "c.py": "from a import client\n",
            }
        )
        == 0
    )


def test_star_imports_in_a_circle() -> None:
    assert (
        count(
            {
                "a.py": "from b import *\n\nclient.responses.create(model='gpt-4.1', input='Hi')  # openai\n",
                "b.py": "from c import *\n",
                "c.py": "from a import *\nfrom b import *\n",
            }
        )
        == 0
    )


def test_package_that_imports_from_itself() -> None:
    assert (
        count(
            {
                "app/__init__.py": "from app import client\nfrom . import client\n",
                "main.py": "import openai\nfrom app import client\n\nclient.responses.create(model='gpt-4.1', input='Hi')\n",  # noqa: E501
            }
        )
        <= 1
    )


def test_module_that_imports_itself() -> None:
    assert (
        count(
            {
                "app.py": "import app\nfrom openai import OpenAI\n\napp.OpenAI().responses.create(model='x', input='Hi')\n"  # noqa: E501
            }
        )
        <= 1
    )


def test_long_sum() -> None:
    terms = " + ".join(["'word '"] * 2_000)
    assert count(f"{HEAD}client.responses.create(model='gpt-4.1', input={terms})\n") == 1


def test_long_sum_of_names() -> None:
    terms = " + ".join(["text"] * 2_000)
    assert setting(f"{HEAD}text = 'a'\nclient.responses.create(model='gpt-4.1', input={terms})\n", "prompt").startswith(
        "present"
    )


def test_long_pipe() -> None:
    parts = " | ".join(["step"] * 1_000)
    assert count(f"from langchain_openai import ChatOpenAI\nstep = ChatOpenAI()\n({parts}).invoke('Hi')\n") <= 1


def test_deep_dicts() -> None:
    deep = "{'a': " * 90 + "1" + "}" * 90
    assert setting(f"{HEAD}client.chat.completions.create(model='gpt-4.1', messages={deep})\n", "prompt").startswith(
        "present"
    )


def test_deeper_than_python_allows() -> None:
    deep = "{'a': " * 300 + "1" + "}" * 300
    assert count(f"{HEAD}client.chat.completions.create(model='gpt-4.1', messages={deep})\n") == 0


def test_deep_calls() -> None:
    deep = "f(" * 90 + "1" + ")" * 90
    code = f"{HEAD}def f(x):\n    return x\n\nclient.chat.completions.create(model='gpt-4.1', messages={deep})\n"
    assert setting(code, "prompt").startswith("present")


def test_long_chain_of_attributes() -> None:
    assert count(f"{HEAD}client{'.with_raw_response' * 300}.responses.create(model='gpt-4.1', input='Hi')\n") <= 1


def test_long_chain_of_methods() -> None:
    assert count(f"{HEAD}client{'.with_options(timeout=1)' * 300}.responses.create(model='gpt-4.1', input='Hi')\n") <= 1


def test_long_chain_of_assignments() -> None:
    steps = "".join(f"x{n + 1} = x{n}\n" for n in range(500))
    assert setting(f"{HEAD}x0 = 300\n{steps}{CALL.replace('{}', 'x500')}", "max-tokens").startswith("present")


def test_long_chain_of_functions() -> None:
    steps = "".join(f"def f{n + 1}():\n    return f{n}()\n" for n in range(300))
    code = f"{HEAD}def f0():\n    return 300\n{steps}{CALL.replace('{}', 'f300()')}"
    assert setting(code, "max-tokens").startswith("present")


def test_functions_that_each_call_the_next_twice() -> None:
    steps = "".join(f"def f{n + 1}(x):\n    return f{n}(x) if x else f{n}(x)\n" for n in range(40))
    code = f"{HEAD}def f0(x):\n    return x\n{steps}{CALL.replace('{}', 'f40(1)')}"
    assert setting(code, "max-tokens").startswith("present")


def test_mapping_that_doubles() -> None:
    steps = "".join(f"d = {{'a': d, 'b': d, 'k{n}': 1}}\n" for n in range(60))
    assert count(f"{HEAD}d = {{}}\n{steps}client.chat.completions.create(**d)\n") == 1


def test_conditional_mappings_that_multiply() -> None:
    steps = "".join(f"d = {{**d, 'k{n}': 1}} if d else {{**d, 'm{n}': 1}}\n" for n in range(40))
    assert setting(f"{HEAD}d = {{}}\n{steps}client.chat.completions.create(**d)\n", "max-tokens") in (
        "absent",
        "unknown",
    )


def test_text_that_multiplies() -> None:
    steps = "".join(f"t = t + ('a{n}' if t else 'b{n}')\n" for n in range(40))
    assert count(f"{HEAD}t = ''\n{steps}client.responses.create(model='gpt-4.1', input=t)\n") == 1


def test_text_that_doubles() -> None:
    steps = "t = t + t\n" * 60
    assert setting(f"{HEAD}t = 'ab'\n{steps}client.responses.create(model='gpt-4.1', input=t)\n", "prompt").startswith(
        "present"
    )


@pytest.mark.parametrize("twice", ["t + t", "f'{t}{t}'", "f'{t}{x}{t}'", "'{} {}'.format(t, t)", "' '.join([t, t])"])
def test_text_that_doubles_in_other_ways(twice: str) -> None:
    steps = f"t = {twice}\n" * 60
    code = f"{HEAD}x = input()\nt = 'ab' + x\n{steps}client.responses.create(model='gpt-4.1', input=t)\n"
    assert setting(code, "prompt").startswith("present")


@pytest.mark.parametrize("twice", ["m + m", "[*m, *m]", "[m, m]", "(*m, *m)", "[x for x in [*m, *m]]"])
def test_list_that_doubles(twice: str) -> None:
    steps = f"m = {twice}\n" * 60
    code = f"{HEAD}m = [1, 2]\n{steps}client.chat.completions.create(model='gpt-4.1', messages=m)\n"
    assert count(code) == 1


def test_number_that_squares() -> None:
    steps = "n = n * n\n" * 60
    assert setting(f"{HEAD}n = 99\n{steps}{CALL.replace('{}', 'n')}", "max-tokens").startswith("present")


def test_many_branches() -> None:
    branches = "".join(f"{'el' if n else ''}if kind == {n}:\n    limit = {n}\n" for n in range(900))
    code = f"{HEAD}kind = input()\n{branches}{CALL.replace('{}', 'limit')}"
    assert setting(code, "max-tokens").startswith("present")


def test_three_thousand_branches() -> None:
    branches = "".join(f"{'el' if n else ''}if kind == {n}:\n    limit = {n}\n" for n in range(3_000))
    assert count(f"{HEAD}kind = input()\n{branches}{CALL.replace('{}', 'limit')}") <= 1


def test_many_changes_of_one_mapping() -> None:
    changes = "".join(f"params['k{n}'] = {n}\n" for n in range(1_500))
    code = f"{HEAD}params = {{}}\n{changes}client.chat.completions.create(model='gpt-4.1', messages=[], **params)\n"
    assert setting(code, "max-tokens") == "absent"


def test_many_conditional_changes_of_one_mapping() -> None:
    changes = "".join(f"if input():\n    params['k{n}'] = {n}\n" for n in range(800))
    code = f"{HEAD}params = {{}}\n{changes}client.chat.completions.create(model='gpt-4.1', messages=[], **params)\n"
    assert setting(code, "max-tokens") == "absent"


def test_many_rebindings_of_one_name() -> None:
    steps = "".join(f"limit = {n}\n" for n in range(2_000))
    assert setting(f"{HEAD}{steps}{CALL.replace('{}', 'limit')}", "max-tokens") == "present 1999"


def test_many_conditional_rebindings_of_one_name() -> None:
    steps = "".join(f"if input():\n    limit = {n}\n" for n in range(800))
    assert setting(f"{HEAD}limit = 1\n{steps}{CALL.replace('{}', 'limit')}", "max-tokens").startswith("present")


def test_many_callers() -> None:
    calls = "".join(f"ask({n})\n" for n in range(500))
    code = f"{HEAD}def ask(limit):\n    {CALL.replace('{}', 'limit')}\n{calls}"
    assert setting(code, "max-tokens").startswith("present")


def test_many_calls_of_one_client() -> None:
    assert count(HEAD + CALL.replace("{}", "1") * 500) == 500


def test_answer_that_flows_round_in_a_loop() -> None:
    sites = linked(
        HEAD
        + """
import json

def ask(history):
    text = client.responses.create(model='gpt-4.1', input=history).output_text
    history = history + text
    if text:
        return ask(text + history)
    return json.loads(text)

while True:
    text = ask(ask(text))
"""
    )
    assert any(use.parser is not None for use in sites.flow(sites.sites[0]).uses("parse"))
