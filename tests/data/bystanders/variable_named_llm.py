"""Logical letter machines: nothing here is a language model."""

from dataclasses import dataclass


@dataclass
class LetterMachine:
    rules: dict[str, str]

    def invoke(self, text: str, temperature: int = 0) -> str:
        return "".join(self.rules.get(letter, letter) for letter in text)

    def predict(self, text: str) -> str:
        return self.invoke(text)

    def __or__(self, other: "LetterMachine") -> "LetterMachine":
        return LetterMachine({**self.rules, **other.rules})


llm = LetterMachine({"a": "b"})
prompt = LetterMachine({"c": "d"})
chain = prompt | llm


def work(text: str) -> int:
    messages = [llm.invoke(text), chain.invoke(text), llm.predict(text)]
    return int(messages[0])
