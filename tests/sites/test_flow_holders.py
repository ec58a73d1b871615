"""Text of an answer put into lists, mappings and objects, and taken out again."""

from __future__ import annotations

from test_flow_parses import parses


def test_under_a_key() -> None:
    parses("""
row = {}
row["text"] = CHAT.choices[0].message.content
row["other"] = "{}"
json.loads(row["text"])  # <- parse
json.loads(row.get("text"))  # <- parse
json.loads(row["other"])
""")


def test_before_it_was_put_there() -> None:
    parses("""
row = {"text": "{}"}
json.loads(row["text"])
row["text"] = CHAT.choices[0].message.content
json.loads(row["text"])  # <- parse
""")


def test_replaced_under_the_same_key() -> None:
    parses("""
row = {}
row["text"] = CHAT.choices[0].message.content
row["text"] = open("default.json").read()
json.loads(row["text"])
""")


def test_under_keys_that_are_not_known() -> None:
    parses("""
def answers(questions):
    found = {}
    for number, question in enumerate(questions):
        found[number] = CHAT.choices[0].message.content
    for number, text in found.items():
        json.loads(text)  # <- parse
        json.loads(found[number])  # <- parse
        json.loads(number)
    return [json.loads(text) for text in found.values()]  # <- parse
""")


def test_under_a_key_of_something_from_elsewhere() -> None:
    parses("""
import streamlit as st

def show(key, other):
    st.session_state[key] = CHAT.choices[0].message.content
    json.loads(st.session_state.get(other))
""")


def test_through_a_second_name() -> None:
    parses("""
parts = {}
for chunk in client.chat.completions.create(model="gpt-4.1", messages=[], stream=True):
    entry = parts.setdefault(chunk.choices[0].index, {"text": ""})
    entry["text"] += chunk.choices[0].delta.content or ""
for entry in parts.values():
    json.loads(entry["text"])  # <- parse
""")


def test_in_an_attribute_of_an_object() -> None:
    parses("""
class Turn:
    text = ""
    title = ""

def ask():
    turn = Turn()
    turn.text = CHAT.choices[0].message.content
    return turn

json.loads(ask().text)  # <- parse
json.loads(ask().title)
""")


def test_in_a_list_that_is_an_attribute() -> None:
    parses("""
class Collector:
    def __init__(self):
        self.pieces = []

    def feed(self):
        for chunk in client.chat.completions.create(model="gpt-4.1", messages=[], stream=True):
            self.pieces.append(chunk.choices[0].delta.content or "")

    def value(self):
        return json.loads("".join(self.pieces))  # <- parse
""")


def test_lists_added_to_lists() -> None:
    parses("""
texts, more = [], [CHAT.choices[0].message.content]
texts.extend(more)
json.loads(texts[0])  # <- parse
""")


def test_objects_that_a_field_tells_apart() -> None:
    parses("""
def events():
    yield {"type": "text", "chunk": CHAT.choices[0].message.content}
    yield {"type": "config", "chunk": open("config.json").read()}

def run():
    for event in events():
        if event["type"] == "text":
            json.loads(event["chunk"])  # <- parse
        if event["type"] == "config":
            json.loads(event["chunk"])
    json.loads("".join(event["chunk"] for event in events() if event["type"] == "config"))
""")


def test_in_a_part_of_a_list() -> None:
    parses("""
turns = [{"role": "user", "content": "Hi"}]
turns.append({"role": "assistant", "content": CHAT.choices[0].message.content})
for turn in turns[-5:]:
    json.loads(turn["content"])  # <- parse
    json.loads(turn["role"])
""")
