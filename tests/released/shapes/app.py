"""Every way to ask, each without what the fixes add: clients without a timeout, calls without a cap, bare streams."""

from anthropic import Anthropic, AsyncAnthropic
from openai import AsyncOpenAI, OpenAI

QUESTION = [{"role": "user", "content": "Hello?"}]

client = OpenAI()
claude = Anthropic()


def ask() -> str:
    response = client.chat.completions.create(model="gpt-5.4-mini", messages=QUESTION)
    return response.choices[0].message.content or ""


def ask_briefly() -> str:
    response = client.responses.create(model="gpt-5.4-mini", input="Hello?")
    return response.output_text


def ask_reasoning() -> str:
    """A streamed call whose limit has a name that the fake provider takes and the real one refuses."""
    stream = client.chat.completions.create(model="o3-mini", messages=QUESTION, max_tokens=99, stream=True)
    text = ""
    for chunk in stream:
        text += chunk.choices[0].delta.content or "" if chunk.choices else ""
    return text


def show() -> list[str]:
    stream = client.chat.completions.create(model="gpt-5.4-mini", messages=QUESTION, stream=True)
    pieces = []
    for chunk in stream:
        pieces.append(chunk.choices[0].delta.content or "")
    return pieces


async def ask_later() -> str:
    async with AsyncOpenAI() as later:
        response = await later.chat.completions.create(model="gpt-5.4-mini", messages=QUESTION)
        return response.choices[0].message.content or ""


async def show_later() -> list[str]:
    pieces = []
    async with AsyncOpenAI() as later:
        stream = await later.chat.completions.create(model="gpt-5.4-mini", messages=QUESTION, stream=True)
        async for chunk in stream:
            pieces.append(chunk.choices[0].delta.content or "")
    return pieces


async def ask_in_the_way() -> str:
    response = client.responses.create(model="gpt-5.4-mini", input="Hello?")
    return response.output_text


def vectors() -> list[float]:
    return client.embeddings.create(model="text-embedding-3-small", input=["tso"]).data[0].embedding


def letter() -> str:
    message = claude.messages.create(model="claude-sonnet-4-6", max_tokens=99, messages=QUESTION)
    return "".join(block.text for block in message.content if block.type == "text")


def letter_in_pieces() -> str:
    with claude.messages.stream(model="claude-sonnet-4-6", max_tokens=99, messages=QUESTION) as stream:
        return "".join(stream.text_stream)


async def letter_later() -> str:
    async with AsyncAnthropic() as later:
        text = ""
        stream = await later.messages.create(model="claude-sonnet-4-6", max_tokens=99, messages=QUESTION, stream=True)
        async for event in stream:
            text += getattr(getattr(event, "delta", None), "text", "")
    return text
