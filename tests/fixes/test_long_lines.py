"""Where an argument, or another call, would make a line too long, the arguments get lines of their own."""

from __future__ import annotations

import pytest
from fix_samples import adding, call_at

from llmlint.diagnostics import Applicability, Fix, Location, Operation
from llmlint.fixes import plan

WRAPPED = """\
answer = client.create(
    model="a-model",
    input=text,
    timeout=30.0,
).text
"""


def added(source: str, width: int, nth: int = 0) -> str:
    result = plan(source.encode(), [adding(call_at(source, nth))], width)
    assert result.withdrawn == ()
    return result.new.decode()


def test_one_argument_a_line() -> None:
    line = 'answer = client.create(model="a-model", input=text).text\n'
    wide = line.replace("text)", "text, timeout=30.0)")
    assert added(line, len(wide) - 1) == wide
    assert added(line, len(wide) - 2) == WRAPPED


def test_a_line_that_is_too_long_already_only_grows() -> None:
    line = 'answer = client.create(model="a-model", input=text).text\n'
    assert added(line, len(line) - 2) == line.replace("text)", "text, timeout=30.0)")


def test_arguments_on_a_line_of_their_own_are_separated() -> None:
    source = "def ask():\n  return create(\n    model=name, input=text\n  )\n"
    assert added(source, 30) == (
        "def ask():\n  return create(\n    model=name,\n    input=text,\n    timeout=30.0,\n  )\n"
    )


def test_the_steps_are_those_of_the_file() -> None:
    source = "def ask():\n  return create(model=name, input=text)\n"
    assert added(source, 44) == (
        "def ask():\n  return create(\n    model=name,\n    input=text,\n    timeout=30.0,\n  )\n"
    )
    tabs = "def ask():\n\treturn create(model=name, input=text)\n"
    assert added(tabs, 44) == (
        "def ask():\n\treturn create(\n\t\tmodel=name,\n\t\tinput=text,\n\t\ttimeout=30.0,\n\t)\n"
    )


def test_newlines_are_those_of_the_file() -> None:
    source = 'answer = client.create(model="a-model", input=text).text\r\nprint(answer)\r\n'
    assert added(source, 60) == WRAPPED.replace("\n", "\r\n") + "print(answer)\r\n"


def test_what_is_spread_stays_last() -> None:
    source = "answer = create(*parts, model=name, **options)\n"
    assert added(source, 50) == (
        "answer = create(\n    *parts,\n    model=name,\n    timeout=30.0,\n    **options,\n)\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "answer = create(model=name, messages=[\n    message,\n], stop=words)\n",
        'answer = create(name, """\n  a text\n""", stop=words, user=someone)\n',
        "answer = create(model=name,\n                input=text, user=someone)\n",
    ],
)
def test_arguments_over_several_lines_keep_their_layout(source: str) -> None:
    old, new = source.splitlines(), added(source, 28).splitlines()
    assert new[: len(old) - 1] == old[:-1]


def test_a_comment_counts_to_the_line_and_stays_behind_it() -> None:
    source = "answer = create(model=name)  # once\n"
    assert added(source, 40) == "answer = create(\n    model=name,\n    timeout=30.0,\n)  # once\n"


@pytest.mark.parametrize("quotes", ["'", '"""'])
def test_nothing_breaks_inside_an_f_string(quotes: str) -> None:
    source = f"answer = f{quotes}{{create(model=name, input=text)}}{quotes}\n"
    assert added(source, 50) == source.replace("text)", "text, timeout=30.0)")


def replaced(line: str, old: str, new: str, width: int) -> str:
    """A line of a function after the expression spelled `old` was replaced."""
    source = f"async def answer(question):\n    {line}\n"
    head = source.index(old)
    first, column = source.count("\n", 0, head) + 1, head - source.rfind("\n", 0, head)
    end = head + len(old)
    last, end_column = source.count("\n", 0, end) + 1, end - source.rfind("\n", 0, end)
    target = Location("app.py", first, column, last, end_column)
    operation = Operation("replace-expression", target, (("old", old), ("new", new)))
    result = plan(source.encode(), [Fix(Applicability.UNSAFE, "Replace it", (operation,))], width)
    assert [each.reason for each in result.withdrawn] == []
    return result.new.decode().partition("\n    ")[2].removesuffix("\n")


@pytest.mark.parametrize(
    ("line", "old", "new", "after"),
    [
        (
            "return ask(question)",
            "ask(question)",
            "await asyncio.to_thread(ask, question)",
            "return await asyncio.to_thread(ask, question)",
        ),
        (
            "return ask(question, language='English', tone='friendly').strip()",
            "ask(question, language='English', tone='friendly')",
            "(await asyncio.to_thread(ask, question, language='English', tone='friendly'))",
            "return (await asyncio.to_thread(\n        ask,\n        question,\n"
            "        language='English',\n        tone='friendly',\n    )).strip()",
        ),
        (
            "return (ask(*[question], **{'language': 'English', 'tone': 'polite'}))",
            "ask(*[question], **{'language': 'English', 'tone': 'polite'})",
            "await asyncio.to_thread(ask, *[question], **{'language': 'English', 'tone': 'polite'})",
            "return (await asyncio.to_thread(\n        ask,\n        *[question],\n"
            "        **{'language': 'English', 'tone': 'polite'},\n    ))",
        ),
        (
            "return await ask(question, language='English', tone='friendly')",
            "ask(question, language='English', tone='friendly')",
            "asyncio.to_thread(ask, question, language='English', tone='friendly')",
            "return await asyncio.to_thread(\n        ask,\n        question,\n"
            "        language='English',\n        tone='friendly',\n    )",
        ),
        (
            "return ask(\n        question, language='English', tone='friendly'\n    )",
            "ask(\n        question, language='English', tone='friendly'\n    )",
            "await asyncio.to_thread(\n        ask,\n        question, language='English', tone='friendly'\n    )",
            "return await asyncio.to_thread(\n        ask,\n"
            "        question, language='English', tone='friendly'\n    )",
        ),
        (
            "return ask(word for word in question.split() if word.isalpha())",
            "ask(word for word in question.split() if word.isalpha())",
            "translated(word for word in question.split() if word.isalpha())",
            "return translated(word for word in question.split() if word.isalpha())",
        ),
        (
            "return ask(question, language='English')['translated into it']",
            "ask(question, language='English')['translated into it']",
            "ask(question, language='English')['translated into that']",
            "return ask(question, language='English')['translated into that']",
        ),
    ],
)
def test_a_new_call_gets_an_argument_on_each_line(line: str, old: str, new: str, after: str) -> None:
    assert replaced(line, old, new, 74) == after


def test_a_new_call_that_fits_stays_on_its_line() -> None:
    old, new = "ask(question)", "await asyncio.to_thread(ask, question)"
    whole = f"    return {new}"
    assert replaced("return ask(question)", old, new, len(whole)) == whole.strip()
    assert replaced("return ask(question)", old, new, len(whole) - 1) == (
        "return await asyncio.to_thread(\n        ask,\n        question,\n    )"
    )


FORM = '{"type": "json_schema", "schema": {"name": "Ticket", "strict": True}}'


def call_below(head: str, source: str) -> Location:
    at, lines = call_at(source), head.count("\n")
    return Location(at.path, at.line + lines, at.column, at.end_line + lines, at.end_column)


def given(source: str, width: int) -> str:
    result = plan(source.encode(), [adding(call_at(source), "form", FORM)], width)
    assert [each.reason for each in result.withdrawn] == []
    return result.new.decode()


def test_a_dict_on_a_line_of_its_own_gets_an_entry_on_each() -> None:
    source = "def ask():\n    return create(\n        model=name,\n    )\n"
    line = f"        form={FORM},"
    head, tail = "def ask():\n    return create(\n        model=name,\n", "\n    )\n"
    assert given(source, len(line)) == f"{head}{line}{tail}"
    inner = '            "schema": {"name": "Ticket", "strict": True},'
    outer = '        form={\n            "type": "json_schema",\n'
    assert given(source, len(line) - 1) == f"{head}{outer}{inner}\n        }},{tail}"
    assert given(source, len(inner) - 1) == (
        f'{head}{outer}            "schema": {{\n                "name": "Ticket",\n'
        f'                "strict": True,\n            }},\n        }},{tail}'
    )


@pytest.mark.parametrize("width", [60, 80])
def test_a_dict_is_spread_beside_a_newer_syntax(width: int) -> None:
    source = "def ask():\n    return create(\n        model=name,\n    )\n"
    newer = "type Pair[T] = tuple[T, T]\n\n\n"
    result = plan(f"{newer}{source}".encode(), [adding(call_below(newer, source), "form", FORM)], width)
    assert result.new.decode() == newer + given(source, width)


def test_a_dict_is_spread_after_the_arguments() -> None:
    assert given("answer = create(model=name)\n", 60) == (
        'answer = create(\n    model=name,\n    form={\n        "type": "json_schema",\n'
        '        "schema": {"name": "Ticket", "strict": True},\n    },\n)\n'
    )


def test_a_dict_behind_other_code_is_left_on_its_line() -> None:
    source = "answer = create(model=name, messages=[\n    message,\n])\n"
    assert given(source, 60) == source.replace("])", f"], form={FORM})")


def test_a_dict_in_the_place_of_another_expression_is_spread() -> None:
    line = "return create(\n        model=name,\n        form=None,\n    )"
    assert replaced(line, "None", FORM, 60) == (
        'return create(\n        model=name,\n        form={\n            "type": "json_schema",\n'
        '            "schema": {"name": "Ticket", "strict": True},\n        },\n    )'
    )
    assert replaced("return create(form=None)", "None", FORM, 60) == f"return create(form={FORM})"
