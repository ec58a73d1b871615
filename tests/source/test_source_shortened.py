from __future__ import annotations

import ast

import pytest

from llmlint.source.shortened import WIDTH, shortened


def expression(code: str) -> ast.expr:
    return ast.parse(code, mode="eval").body


@pytest.mark.parametrize("code", ["client.responses.create", "ChatOpenAI(model='gpt-5.4', max_retries=1).invoke"])
def test_what_is_short_stays_as_written(code: str) -> None:
    assert shortened(expression(code)) == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ChatOpenAI(model='a-model-with-a-long-name', model_kwargs=the_options_of_it).invoke", "ChatOpenAI(…).invoke"),
        ("make(first_of_the_arguments, second_of_the_arguments, third_argument)().ask", "make(…)().ask"),
        (
            "(await a_function(an_argument_with_quite_a_long_name)).messages.create",
            "(await a_function(…)).messages.create",
        ),
        (
            "(Prompt.from_messages(the_messages_of_this_chain) | llm | Parser()).run",
            "(Prompt.from_messages(…) | llm | Parser()).run",
        ),
    ],
)
def test_arguments_go_first(code: str, expected: str) -> None:
    assert shortened(expression(code)) == expected


def test_then_the_beginning_goes_at_a_dot() -> None:
    code = "self.an_attribute_with_a_long_name.another_one.clients['main'].chat.completions.create"
    assert shortened(expression(code)) == "….another_one.clients['main'].chat.completions.create"


def test_then_the_first_members_of_a_chain_go() -> None:
    code = "(a_prompt_with_quite_a_long_name | a_model_with_quite_a_long_name | a_parser).invoke"
    assert shortened(expression(code)) == "(… | a_model_with_quite_a_long_name | a_parser).invoke"


def test_a_name_alone_is_cut_at_its_end() -> None:
    assert shortened(expression("a" * 80)) == "a" * (WIDTH - 1) + "…"
