"""Text of an answer followed to the places that read it as data."""

from __future__ import annotations

from support import expect_parses

CHAT = "client.chat.completions.create(model='gpt-4.1', messages=[])"
HEAD = """
import json
from openai import AsyncOpenAI, OpenAI

client = OpenAI()
aclient = AsyncOpenAI()
"""


def parses(code: str) -> None:
    """Assert the marked parses, with `CHAT` in the code standing for a chat call."""
    expect_parses(HEAD + code.replace("ACHAT", "a" + CHAT).replace("CHAT", CHAT))


def test_in_one_expression() -> None:
    parses("json.loads(CHAT.choices[0].message.content)  # <- parse\n")


def test_through_variables() -> None:
    parses("""
response = CHAT
message = response.choices[0].message
text = message.content
data = json.loads(text)  # <- parse
""")


def test_other_parts_of_the_answer_are_no_text() -> None:
    parses("""
response = CHAT
json.loads(response.choices[0].message.tool_calls[0].function.arguments)
json.loads(response.id)
json.loads(response.model)
""")


def test_text_of_something_else() -> None:
    parses("""
response = CHAT
json.loads(open("config.json").read())
""")


def test_variable_rebound_before_the_parse() -> None:
    parses("""
text = CHAT.choices[0].message.content
text = open("config.json").read()
json.loads(text)
""")


def test_cleaned_text() -> None:
    parses("""
text = CHAT.choices[0].message.content.strip()
text = text.removeprefix("```json").replace("```", "")
json.loads(text[text.index("{"):])  # <- parse
""")


def test_text_or_a_default() -> None:
    parses("""
text = CHAT.choices[0].message.content or "{}"
json.loads(text)  # <- parse
""")


def test_text_in_a_formatted_string_is_other_text() -> None:
    parses("""
text = CHAT.choices[0].message.content
json.loads('{"answer": 1}')
print(f"Answer: {text}")
""")


def test_text_handed_to_a_helper() -> None:
    parses("""
def read(answer):
    return json.loads(answer)  # <- parse

read(CHAT.choices[0].message.content)
""")


def test_text_handed_to_a_helper_by_keyword() -> None:
    parses("""
def read(source, *, answer):
    return json.loads(answer)  # <- parse

read("file", answer=CHAT.choices[0].message.content)
""")


def test_response_handed_to_a_helper() -> None:
    parses("""
def text_of(response):
    return response.choices[0].message.content

json.loads(text_of(CHAT))  # <- parse
""")


def test_returned_text() -> None:
    parses("""
def ask():
    return CHAT.choices[0].message.content

def plan():
    return json.loads(ask())  # <- parse
""")


def test_returned_text_in_another_module() -> None:
    expect_parses(
        {
            "llm.py": """
            from openai import OpenAI

            def ask(question):
                return OpenAI().responses.create(model="gpt-4.1", input=question).output_text
        """,
            "plan.py": """
            import json
            from llm import ask

            def plan():
                answer = ask("Plan as JSON")
                return json.loads(answer)  # <- parse
        """,
        }
    )


def test_returned_tuple() -> None:
    parses("""
def ask():
    response = CHAT
    return response.choices[0].message.content, response.usage.total_tokens

text, tokens = ask()
json.loads(text)  # <- parse
json.loads(tokens)
""")


def test_element_of_the_returned_tuple() -> None:
    parses("""
def ask():
    response = CHAT
    return response.usage, response.choices[0].message.content

json.loads(ask()[1])  # <- parse
json.loads(ask()[0])
""")


def test_returned_dict() -> None:
    parses("""
def ask():
    response = CHAT
    return {"text": response.choices[0].message.content, "model": response.model}

answer = ask()
json.loads(answer["text"])  # <- parse
json.loads(answer.get("text"))  # <- parse
json.loads(answer["model"])
""")


def test_text_kept_on_self() -> None:
    parses("""
class Planner:
    def ask(self):
        self.answer = CHAT.choices[0].message.content

    def plan(self):
        return json.loads(self.answer)  # <- parse
""")


def test_streamed_text_added_up() -> None:
    parses("""
stream = client.chat.completions.create(model="gpt-4.1", messages=[], stream=True)
text = ""
for chunk in stream:
    text += chunk.choices[0].delta.content or ""
json.loads(text)  # <- parse
""")


def test_streamed_text_joined() -> None:
    parses("""
parts = []
for chunk in client.chat.completions.create(model="gpt-4.1", messages=[], stream=True):
    delta = chunk.choices[0].delta.content
    if delta:
        parts.append(delta)
json.loads("".join(parts))  # <- parse
""")


def test_streamed_text_of_an_async_call() -> None:
    parses("""
async def ask():
    text = ""
    stream = await aclient.chat.completions.create(model="gpt-4.1", messages=[], stream=True)
    async for chunk in stream:
        text += chunk.choices[0].delta.content
    return json.loads(text)  # <- parse
""")


def test_stream_manager() -> None:
    expect_parses("""
        import json
        from anthropic import AsyncAnthropic

        client = AsyncAnthropic()

        async def ask():
            parts = []
            async with client.messages.stream(model="claude-sonnet-4-5", max_tokens=99, messages=[]) as stream:
                async for text in stream.text_stream:
                    parts.append(text)
            return json.loads("".join(parts))  # <- parse
    """)


def test_final_message_of_a_stream_manager() -> None:
    expect_parses("""
        import json
        from anthropic import Anthropic

        with Anthropic().messages.stream(model="claude-sonnet-4-5", max_tokens=99, messages=[]) as stream:
            message = stream.get_final_message()
        json.loads(message.content[0].text)  # <- parse
    """)


def test_comprehension_over_the_content_blocks() -> None:
    expect_parses("""
        import json
        from anthropic import Anthropic

        message = Anthropic().messages.create(model="claude-sonnet-4-5", max_tokens=99, messages=[])
        text = "".join(block.text for block in message.content if block.type == "text")
        json.loads(text)  # <- parse
    """)


def test_comprehension_over_the_choices() -> None:
    parses("""
answers = [choice.message.content for choice in CHAT.choices]
for answer in answers:
    json.loads(answer)  # <- parse
""")


def test_comprehension_that_parses() -> None:
    parses("[json.loads(choice.message.content) for choice in CHAT.choices]  # <- parse\n")


def test_gathered_answers() -> None:
    parses("""
import asyncio

async def ask(question):
    response = await ACHAT
    return response.choices[0].message.content

async def plan(questions):
    first, second = await asyncio.gather(ask("a"), ask("b"))
    return json.loads(first)  # <- parse
""")


def test_dataclass_result() -> None:
    parses("""
from dataclasses import dataclass

@dataclass
class Answer:
    text: str
    tokens: int

def ask():
    response = CHAT
    return Answer(text=response.choices[0].message.content, tokens=response.usage.total_tokens)

answer = ask()
json.loads(answer.text)  # <- parse
json.loads(answer.tokens)
""")


def test_dataclass_result_by_position() -> None:
    parses("""
from dataclasses import dataclass

@dataclass
class Answer:
    text: str
    tokens: int

def ask():
    response = CHAT
    return Answer(response.choices[0].message.content, response.usage.total_tokens)

json.loads(ask().text)  # <- parse
""")


def test_generator_function() -> None:
    parses("""
def stream():
    for chunk in client.chat.completions.create(model="gpt-4.1", messages=[], stream=True):
        yield chunk.choices[0].delta.content

for line in stream():
    json.loads(line)  # <- parse
""")


def test_generator_joined_by_its_caller() -> None:
    parses("""
def stream():
    for chunk in client.chat.completions.create(model="gpt-4.1", messages=[], stream=True):
        yield chunk.choices[0].delta.content

json.loads("".join(stream()))  # <- parse
""")


def test_dumped_answer() -> None:
    parses("""
answer = CHAT.model_dump()
json.loads(answer["choices"][0]["message"]["content"])  # <- parse
""")


def test_raw_response_parsed_by_the_sdk() -> None:
    parses("""
raw = client.chat.completions.with_raw_response.create(model="gpt-4.1", messages=[])
json.loads(raw.parse().choices[0].message.content)  # <- parse
""")


def test_validated_by_a_model() -> None:
    parses("""
from pydantic import BaseModel

class Plan(BaseModel):
    steps: list[str]

Plan.model_validate_json(CHAT.choices[0].message.content)  # <- parse
""")


def test_number_and_enum() -> None:
    parses("""
from enum import Enum

class Mood(Enum):
    GOOD = "good"

text = CHAT.choices[0].message.content
int(text)  # <- parse
Mood(text.strip())  # <- parse
len(text)
""")


def test_pattern() -> None:
    parses(r"""
import re

text = CHAT.choices[0].message.content
re.search(r"score: (\d+)", text)  # <- parse
re.sub(r"\s+", " ", text)
""")


def test_conditional_expression() -> None:
    parses("""
response = CHAT
text = response.choices[0].message.content if response.choices else "{}"
json.loads(text)  # <- parse
""")


def test_walrus() -> None:
    parses("""
if (text := CHAT.choices[0].message.content):
    json.loads(text)  # <- parse
""")


def test_helper_method_of_the_same_class() -> None:
    parses("""
class Planner:
    def _ask(self, question):
        return CHAT.choices[0].message.content

    def _read(self, text):
        return json.loads(text)  # <- parse

    def plan(self):
        return self._read(self._ask("Plan"))
""")


def test_wrapper_in_a_base_class() -> None:
    expect_parses(
        {
            "base.py": """
            from openai import OpenAI

            class Agent:
                def ask(self, question):
                    response = OpenAI().responses.create(model="gpt-4.1", input=question)
                    return response.output_text
        """,
            "planner.py": """
            import json
            from base import Agent

            class Planner(Agent):
                def plan(self):
                    return json.loads(self.ask("Plan"))  # <- parse
        """,
        }
    )


def test_call_in_a_thread() -> None:
    parses("""
import asyncio

async def ask():
    response = await asyncio.to_thread(client.chat.completions.create, model="gpt-4.1", messages=[])
    return json.loads(response.choices[0].message.content)  # <- parse
""")


def test_lambda_in_a_thread() -> None:
    parses("""
import asyncio

async def ask():
    response = await asyncio.to_thread(lambda: CHAT)
    return json.loads(response.choices[0].message.content)  # <- parse
""")


def test_langchain_content() -> None:
    expect_parses("""
        import json
        from langchain_openai import ChatOpenAI

        answer = ChatOpenAI(model="gpt-4.1").invoke("Plan")
        json.loads(answer.content)  # <- parse
    """)


def test_what_is_near_is_found_before_what_is_far() -> None:
    detours = "\n".join(f"    text_{number} = text_{number - 1}.strip()" for number in range(1, 900))
    parses(f"""
def detour(text_0):
{detours}

def ask():
    text = CHAT.choices[0].message.content
    detour(text)
    detour(text)
    return json.loads(text)  # <- parse
""")


def test_events_of_a_stream_that_name_what_their_delta_is() -> None:
    parses("""
text = arguments = thoughts = ""
for event in client.responses.create(model="gpt-4.1", input="hi", stream=True):
    match event.type:
        case "response.output_text.delta":
            text += event.delta
        case "response.function_call_arguments.delta":
            arguments += event.delta
        case "response.reasoning_summary_text.delta":
            thoughts += event.delta
json.loads(text)  # <- parse
json.loads(arguments)
json.loads(thoughts)
""")


def test_a_split_at_the_end_of_the_thoughts_reads_no_data() -> None:
    parses("""
text = CHAT.choices[0].message.content
text.split("</think>")[-1]
text.split("</answer>")[0]  # <- parse
""")


def test_text_of_a_turn_that_ends_the_loop() -> None:
    parses("""
def ask():
    text = ""
    while True:
        try:
            text = CHAT.choices[0].message.content
            break
        except Exception:
            pass
        json.loads(text or "{}")
    return text

json.loads(ask())  # <- parse
""")


def test_text_of_a_turn_that_goes_on_with_the_next() -> None:
    parses("""
def ask():
    text = "{}"
    for _ in range(3):
        data = json.loads(text)  # <- parse
        if not data:
            text = CHAT.choices[0].message.content
            continue
        text = "{}"
    json.loads(text)  # <- parse
""")


def test_text_of_a_branch_that_leaves_the_function() -> None:
    parses("""
def ask(early):
    text = "{}"
    for _ in range(3):
        if early:
            text = CHAT.choices[0].message.content
            return text
    json.loads(text)
""")


def test_a_base_class_calls_on_itself_what_the_class_of_the_call_implements() -> None:
    parses("""
class Base:
    def ask(self):
        return self.read(self.send())

    def read(self, response):
        return json.loads(str(response))

class Plain(Base):
    def send(self):
        return CHAT

    def read(self, response):
        return json.loads(response.choices[0].message.content)  # <- parse

class Other(Base):
    def send(self):
        return "{}"

    def read(self, response):
        return json.loads(response.choices[0].message.content)

Plain().ask()
""")


def test_items_of_a_list_that_a_loop_fills() -> None:
    parses("""
def fill(rows):
    for row in rows:
        row["text"] = CHAT.choices[0].message.content
    for number, row in enumerate(rows):
        row["title"] = CHAT.choices[0].message.content
    read(rows)

def read(rows):
    for row in rows:
        json.loads(row["text"])  # <- parse
        json.loads(row["title"])  # <- parse
        json.loads(row["name"])
""")


def test_tasks_spread_over_gather() -> None:
    parses("""
import asyncio

async def ask(number):
    response = await ACHAT
    return number, response.choices[0].message.content

async def all_of_them():
    for number, text in await asyncio.gather(*(ask(number) for number in range(3))):
        json.loads(text)  # <- parse
""")


def test_functions_looked_up_in_a_table() -> None:
    parses("""
def ask(prompt):
    return CHAT.choices[0].message.content

def canned(prompt):
    return "{}"

WAYS = {"model": ask, "none": canned}

class Router:
    def __init__(self):
        self.ways = [ask, canned]

    def second(self, number):
        return json.loads(self.ways[number]("Hi"))  # <- parse

def at_once(kind):
    return json.loads(WAYS[kind]("Hi"))  # <- parse

def by_name(kind):
    way = WAYS.get(kind)
    return json.loads(way("Hi"))  # <- parse

def other(kind):
    return json.loads(CANNED[kind]("Hi"))

CANNED = {"none": canned}
""")


def test_a_function_with_some_arguments_fixed() -> None:
    parses("""
from functools import partial

def ask(model, prompt):
    return CHAT.choices[0].message.content

ask_small = partial(ask, "small")

def run():
    return json.loads(ask_small("Hi"))  # <- parse
""")


def test_a_branch_that_the_call_leaves_out() -> None:
    parses("""
def publish(text, quick=False):
    if quick:
        json.loads(text)
    return text

def show(text, quick=False):
    if quick:
        json.loads(text)  # <- parse

publish(CHAT.choices[0].message.content)
show(CHAT.choices[0].message.content, quick=True)
""")


def test_a_result_that_is_an_exception_is_no_answer() -> None:
    code = """
        import asyncio, json
        from openai import AsyncOpenAI

        client = AsyncOpenAI()

        async def ask(text):
            response = await client.responses.create(model="gpt-4.1", input=text)
            return response.output_text

        async def run(texts):
            for result in await asyncio.gather(*(ask(text) for text in texts), return_exceptions=True):
                if not isinstance(result, str):
                    json.loads(result)
                elif isinstance(result, ValueError):
                    json.loads(result)
                else:
                    json.loads(result)  # <- parse
    """
    expect_parses(code)


def test_a_decorator_may_give_what_a_call_leaves_at_its_default() -> None:
    parses("""
def strictly(function):
    return lambda text: function(text, strict=True)

@strictly
def show(text, strict=False):
    if strict:
        return json.loads(text)  # <- parse
    return text

show(CHAT.choices[0].message.content)
""")


def test_a_method_called_on_its_class_takes_the_object_as_an_argument() -> None:
    parses("""
class View:
    def show(self, text, verbose, strict=True):
        if verbose:
            json.loads(text)
        if strict:
            json.loads(text)  # <- parse

    def run(self):
        View.show(self, CHAT.choices[0].message.content, False)
""")
