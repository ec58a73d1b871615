"""LangChain, but only the parts that ask no model: splitters, parsers, retrievers, tools, lambdas."""

from langchain_core.output_parsers import JsonOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda
from langchain_core.tools import tool
from langchain_text_splitters import RecursiveCharacterTextSplitter

splitter = RecursiveCharacterTextSplitter(chunk_size=800, chunk_overlap=80)
prompt = ChatPromptTemplate.from_template("Say {word}.")
words = RunnableLambda(lambda text: text.split()) | RunnableLambda(len)


@tool
def shout(text: str) -> str:
    """Return the text in capitals."""
    return text.upper()


def work(text: str) -> list[object]:
    return [
        words.invoke(text),
        shout.invoke({"text": text}),
        prompt.invoke({"word": text}).to_string(),
        JsonOutputParser().invoke('{"a": 1}'),
        splitter.split_text(text),
    ]
