"""LangChain's names without LangChain: a parser generator's prompt, parser and chain."""

from typing import Any

from parserlib import ChatPromptTemplate, JsonOutputParser, RunnableLambda, load_model

prompt = ChatPromptTemplate.from_template("{text}")
model = load_model("grammar.lark")
chain = prompt | model | JsonOutputParser()


def run(text: str) -> Any:
    RunnableLambda(len).invoke(text)
    return chain.invoke({"text": text})


def batch(agent: Any, texts: list[str]) -> list[Any]:
    return [agent.run(text) for text in texts] + agent.batch(texts)
