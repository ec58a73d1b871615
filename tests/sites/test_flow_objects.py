"""Text of an answer kept in objects of the project, and read by their methods and properties."""

from __future__ import annotations

from test_flow_parses import parses

CLASS = """
class Reply:
    def __init__(self, content, model="gpt-4.1"):
        self.content = content
        self._text, self.model = content.get("text", ""), model

    @property
    def text(self):
        return self._text.strip()

    def data(self):
        return json.loads(self.text)  # <- parse

    def other(self):
        return json.loads(self.model)
"""


def test_a_constructor_that_takes_it_apart() -> None:
    parses(
        CLASS
        + """
def ask():
    answer = {}
    answer["text"] = getattr(CHAT.choices[0].message, "content", None)
    answer["reason"] = "{}"
    return answer

def read():
    reply = Reply(ask())
    reply.data()
    reply.other()
    json.loads(reply.text)  # <- parse
    json.loads(reply.content["text"])  # <- parse
    json.loads(reply.content["reason"])
    json.loads(reply.model)
"""
    )


def test_an_object_of_another_text() -> None:
    parses("""
class Reply:
    def __init__(self, text):
        self.text = text

    def data(self):
        return json.loads(self.text)

asked = Reply(CHAT.choices[0].message.content)
print(asked.text)
Reply(open("default.json").read()).data()
""")


def test_the_constructor_of_a_base_class() -> None:
    parses("""
class Kept:
    def __init__(self, text):
        self.text = text

class Reply(Kept):
    def __init__(self, text, number):
        super().__init__(text)
        self.number = number
        self.first = json.loads(self.text)  # <- parse

def read():
    reply = Reply(CHAT.choices[0].message.content, "1")
    return json.loads(reply.text), json.loads(reply.number)  # <- parse
""")


def test_through_the_dispatch_of_a_base_class() -> None:
    parses("""
class Client:
    def ask(self, parser):
        reply = self._send()
        return parser.read(reply) if reply else None

    def _send(self):
        raise NotImplementedError

class OpenAIClient(Client):
    def _send(self):
        return {"text": CHAT.choices[0].message.content}

class Parser:
    def read(self, reply: dict):
        return json.loads(reply["text"])  # <- parse

OpenAIClient().ask(Parser())
""")


def test_a_constructor_does_not_answer_for_another_method() -> None:
    parses("""
class Reply:
    def __init__(self, text):
        self.text = text
        self.size = self.measure("{}")

    def measure(self, text):
        return json.loads(text)

json.loads(Reply(CHAT.choices[0].message.content).size)
""")


def test_an_f_string_with_nothing_but_the_text() -> None:
    parses("""
import re

text = CHAT.choices[0].message.content
re.findall(r"(\\d+): (.*)", f"{text}\\n\\n")  # <- parse
re.findall(r"(\\d+): (.*)", f"Answer 1: {text}")
""")


def test_self_is_the_object_that_the_text_came_from() -> None:
    parses("""
class Provider:
    def ask(self):
        return self.text_of(self.complete())

class Chat(Provider):
    def complete(self):
        return CHAT.choices[0].message.content

    def text_of(self, answer):
        return json.loads(answer)  # <- parse

class Canned(Provider):
    def complete(self):
        return "{}"

    def text_of(self, answer):
        return json.loads(answer)
""")


def test_self_may_be_an_object_of_a_class_below() -> None:
    parses("""
class Provider:
    def ask(self):
        return self.text_of(self.complete())

class Chat(Provider):
    def complete(self):
        return CHAT.choices[0].message.content

    def text_of(self, answer):
        return json.loads(answer)  # <- parse

class Tidy(Chat):
    def text_of(self, answer):
        return json.loads(answer.strip())  # <- parse
""")


def test_another_object_in_a_method_of_the_same_name() -> None:
    parses("""
class Provider:
    def ask(self):
        return self.text_of(Chat().complete())

class Chat(Provider):
    def complete(self):
        return CHAT.choices[0].message.content

    def text_of(self, answer):
        return json.loads(answer)  # <- parse

class Canned(Provider):
    def text_of(self, answer):
        return json.loads(answer)  # <- parse
""")


def test_a_helper_that_the_whole_program_calls() -> None:
    callers = "\n".join(f"def job{n}(client):\n    return ask(client)\n" for n in range(40))
    parses(f"""
def ask():
    return CHAT.choices[0].message.content

{callers}

json.loads(ask())  # <- parse
""")


def test_a_method_that_stands_under_another_name() -> None:
    parses("""
class Reply:
    def __init__(self, text):
        self.text = text
        self.strip = self.parsed

    def parsed(self):
        return json.loads(self.text)  # <- parse

    items = parsed
    keys, values = parsed, parsed

def read():
    reply = Reply(CHAT.choices[0].message.content)
    reply.strip()

def read_items():
    Reply(CHAT.choices[0].message.content).items()
""")


def test_a_method_of_a_name_that_is_given_by_a_hook() -> None:
    parses("""
class Reply:
    def __init__(self, text):
        self.text = text

    def parsed(self):
        return json.loads(self.text)  # <- parse

    def __getattr__(self, name):
        return self.parsed

Reply(CHAT.choices[0].message.content).data()
""")
