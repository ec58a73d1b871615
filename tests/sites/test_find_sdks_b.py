"""Calls of the smaller SDKs: what is found, which limit holds when none is given, and what only looks alike."""

from __future__ import annotations

import math

import pytest
from support import Code, call_sites, expect_calls, only_site, setting

from llmlint.sites.request.timeouts import effective

FOUND = {
    "replicate": """
        import replicate
        from replicate import Client

        replicate.run("meta/meta-llama-3-8b-instruct", input={"prompt": "Hi"})  # <- call
        for event in replicate.stream("meta/meta-llama-3-8b-instruct", input={"prompt": "Hi"}):  # <- call
            print(str(event), end="")
        Client(timeout=5).run("meta/meta-llama-3-8b-instruct", {"prompt": "Hi"})  # <- call

        async def ask():
            await replicate.async_run("meta/meta-llama-3-8b-instruct", input={"prompt": "Hi"})  # <- call
            async for event in await replicate.async_stream("meta/meta-llama-3-8b-instruct", input={}):  # <- call
                print(str(event))

        replicate.models.get("meta/meta-llama-3-8b-instruct")
        replicate.predictions.list()
    """,
    "ai21": """
        from ai21 import AI21Client, AsyncAI21Client
        from ai21.models.chat import ChatMessage

        client = AI21Client()
        client.chat.completions.create(model="jamba-large", messages=[ChatMessage(content="Hi")])  # <- call
        client.completion.create(model="j2-ultra", prompt="Hi")  # <- call
        client.beta.maestro.runs.create_and_poll(input="Hi")  # <- call
        client.library.files.list()

        async def ask():
            await AsyncAI21Client().chat.completions.create([], "jamba-large")  # <- call
    """,
    "writer": """
        from writerai import AsyncWriter, Writer

        client = Writer()
        client.chat.chat(messages=[], model="palmyra-x5")  # <- call
        with client.chat.stream(messages=[], model="palmyra-x5") as events:  # <- call
            pass
        client.with_options(max_retries=0).completions.create(model="palmyra-x5", prompt="Hi")  # <- call
        client.applications.generate_content("app", inputs=[])  # <- call
        client.files.list()

        async def ask():
            await AsyncWriter().chat.chat(messages=[], model="palmyra-x5")  # <- call
    """,
    "perplexity": """
        from perplexity import AsyncPerplexity, Perplexity

        client = Perplexity()
        client.chat.completions.create(messages=[], model="sonar")  # <- call
        client.responses.create(input="Hi", preset="pro-search")  # <- call
        client.search.create(query="pelicans")

        async def ask():
            await AsyncPerplexity().chat.completions.create(messages=[], model="sonar")  # <- call
    """,
    "ark": """
        from volcenginesdkarkruntime import Ark, AsyncArk

        client = Ark()
        client.chat.completions.create(model="ep-20250101", messages=[])  # <- call
        client.bot_chat.completions.create(model="bot-20250101", messages=[])  # <- call
        client.responses.create(model="ep-20250101", input="Hi")  # <- call
        client.tokenization.create(model="ep-20250101", text="Hi")

        async def ask():
            await AsyncArk().batch_chat.completions.create(model="ep-20250101", messages=[])  # <- call
    """,
    "openrouter": """
        from openrouter import OpenRouter

        with OpenRouter(api_key="…") as client:
            client.chat.send(messages=[], model="openai/gpt-5")  # <- call
            client.responses.send(input="Hi", model="openai/gpt-5")  # <- call
            client.models.list()

        async def ask():
            async with OpenRouter() as client:
                await client.chat.send_async(messages=[], model="openai/gpt-5")  # <- call
    """,
    "deepinfra": """
        from deepinfra import Embeddings, Sandbox, TextGeneration

        TextGeneration("meta-llama/Meta-Llama-3-8B-Instruct").generate({"input": "Hi"})  # <- call
        Embeddings("thenlper/gte-large").generate({"inputs": ["Hi"]})  # <- call
        Sandbox.create().exec("ls")
    """,
    "haystack": """
        from haystack import Pipeline
        from haystack.components.agents import Agent
        from haystack.components.builders import PromptBuilder
        from haystack.components.generators.chat import MockChatGenerator, OpenAIChatGenerator
        from haystack.components.generators.chat.azure import AzureOpenAIChatGenerator

        generator = OpenAIChatGenerator(model="gpt-5-mini")
        generator.run([])["replies"][0].text  # <- call
        AzureOpenAIChatGenerator(azure_deployment="mini").run(messages=[])  # <- call
        Agent(chat_generator=generator).run(messages=[])  # <- call
        MockChatGenerator("Hello").run([])
        PromptBuilder("{{ question }}").run(question="Why?")
        Pipeline().run({})

        async def ask():
            await generator.run_async(messages=[])  # <- call
    """,
    "haystack, a package beside it": """
        from haystack_integrations.components.generators.ollama import OllamaChatGenerator

        OllamaChatGenerator(model="qwen3:8b").run([])["replies"][0].text  # <- call
    """,
    "haystack 2": """
        from haystack.components.generators import OpenAIGenerator

        OpenAIGenerator().run("Hi")["replies"][0]  # <- call
    """,
    "semantic-kernel": """
        from semantic_kernel import Kernel
        from semantic_kernel.agents import ChatCompletionAgent
        from semantic_kernel.connectors.ai.open_ai import AzureChatCompletion, OpenAIChatCompletion

        async def ask(history, settings):
            service = OpenAIChatCompletion(ai_model_id="gpt-5")
            await service.get_chat_message_content(history, settings)  # <- call
            async for chunk in service.get_streaming_chat_message_content(history, settings):  # <- call
                print(chunk)
            kernel = Kernel()
            kernel.add_service(service)
            await kernel.invoke_prompt("Hi")  # <- call
            await kernel.invoke(plugin_name="time", function_name="now")
            await kernel.get_service().get_chat_message_content(history, settings)  # <- call
            agent = ChatCompletionAgent(service=AzureChatCompletion(), instructions="Help.")
            await agent.get_response(messages="Hi")  # <- call
            async for reply in agent.invoke(messages="Hi"):  # <- call
                print(reply)
    """,
    "browser-use": """
        from browser_use import Agent, Browser, ChatOpenAI
        from browser_use.llm import ChatGoogle

        async def shop():
            history = await Agent(task="Find a pelican", llm=ChatOpenAI(model="gpt-5")).run(max_steps=9)  # <- call
            await ChatGoogle(model="gemini-3-flash").ainvoke([])  # <- call
            await Browser().start()
            return history.final_result()
    """,
    "agents by the name of their model": """
        from langchain.agents import create_agent
        from langgraph.graph import StateGraph
        from langgraph.prebuilt import create_react_agent

        create_agent("openai:gpt-5", tools=[]).invoke({"messages": []})  # <- call
        agent = create_react_agent(model="anthropic:claude-sonnet-4-5", tools=[])
        for step in agent.stream({"messages": []}):  # <- call
            print(step)
        StateGraph(dict).compile().invoke({"count": 1})
    """,
}


FOUND |= {
    "llama-index, pieces": """
        from llama_index.core.llms import LLM
        from llama_index.llms.openai import OpenAI

        llm = OpenAI(model="gpt-5")
        for piece in llm.stream_chat_with_tools([], user_msg="Hi"):  # <- call
            print(piece.delta)

        async def ask(model: LLM, messages):
            async for piece in await llm.astream_chat(messages):  # <- call
                print(piece.delta)
            await model.acomplete("Hi")  # <- call
    """,
    "crewai": """
        from crewai import Agent, Crew, Task

        async def work(inputs):
            await Crew(agents=[], tasks=[]).akickoff_for_each(inputs=inputs)  # <- call
            await Agent(role="writer").akickoff("A haiku")  # <- call
            Task(description="A haiku")
    """,
    "ag2": """
        from ag2 import Agent

        async def ask():
            reply = await Agent("helper").ask("Hi")  # <- call
            return reply.body
    """,
    "anthropic before 0.3": """
        import anthropic

        client = anthropic.Client("key")
        client.completion(prompt="Hi", model="claude-v1", max_tokens_to_sample=300)  # <- call
    """,
    "together before 1.0": """
        import together

        together.Complete.create("Hi", model="togethercomputer/llama-2-70b-chat")  # <- call
    """,
    "a chat model of PaLM": """
        from vertexai.language_models import ChatModel

        chat = ChatModel.from_pretrained("chat-bison").start_chat(context="Be brief")
        chat.send_message("Hi", max_output_tokens=300)  # <- call
    """,
}


@pytest.mark.parametrize("name", FOUND)
def test_calls_are_found(name: str) -> None:
    expect_calls(FOUND[name])


UNLIMITED = {
    "replicate": ("import replicate\nreplicate.run('meta/llama', input={})", 30),
    "ai21": ("from ai21 import AI21Client\nAI21Client().chat.completions.create(model='jamba', messages=[])", 300),
    "writer": ("from writerai import Writer\nWriter().chat.chat(model='palmyra-x5', messages=[])", 180),
    "perplexityai": ("from perplexity import Perplexity\nPerplexity().responses.create(input='Hi')", 900),
    "volcengine-ark": (
        "from volcenginesdkarkruntime import Ark\nArk().chat.completions.create(model='ep', messages=[])",
        600,
    ),
    "openrouter": ("from openrouter import OpenRouter\nOpenRouter().chat.send(messages=[])", 5),
    "deepinfra": ("from deepinfra import TextGeneration\nTextGeneration('llama').generate({'input': 'Hi'})", 60),
    "haystack": (
        "from haystack.components.generators.chat import OpenAIChatGenerator\nOpenAIChatGenerator().run([])",
        30,
    ),
    "semantic-kernel": (
        "from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion as Service\n"
        "async def ask(history, settings):\n    await Service('gpt-5').get_chat_message_content(history, settings)",
        600,
    ),
    "browser-use": (
        "from browser_use import ChatOpenAI\nasync def ask():\n    await ChatOpenAI(model='gpt-5').ainvoke([])",
        600,
    ),
    "langchain": (
        "from langchain.agents import create_agent\ncreate_agent('openai:gpt-5').invoke({'messages': []})",
        math.inf,
    ),
}


@pytest.mark.parametrize("name", UNLIMITED)
def test_the_sdk_has_its_own_limit(name: str) -> None:
    code, seconds = UNLIMITED[name]
    site = only_site(code)
    limit = effective(site, site.match)
    assert (site.match.surface.sdk.name, limit.kind, limit.seconds) == (name, "default", seconds)


ALIKE = {
    "a module of the project named replicate": {
        "replicate.py": "def run(job, input=None): ...\n",
        "app.py": "import replicate\nreplicate.run('nightly', input={})\n",
    },
    "a module of the project named openrouter": {
        "openrouter.py": "class OpenRouter:\n    chat = None\n",
        "app.py": "from openrouter import OpenRouter\nOpenRouter().chat.send(messages=[])\n",
    },
    "a module of the project named perplexity": {
        "perplexity.py": "class Perplexity:\n    chat = None\n",
        "app.py": "from perplexity import Perplexity\nPerplexity().search.create(query='pelicans')\n",
    },
    "django-haystack": """
        from haystack.query import SearchQuerySet

        SearchQuerySet().filter(content="pelican").run()
    """,
    "an agent of another package": """
        import browser_use
        from shop import Agent

        Agent(task="Find a pelican").run()
    """,
    "a graph without a model": """
        from langgraph.graph import StateGraph

        graph = StateGraph(dict)
        graph.compile().invoke({"count": 1})
    """,
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_only_looks_alike_is_no_call(name: str) -> None:
    code: Code = ALIKE[name]
    assert call_sites(code) == []


def test_ark_of_another_package_is_no_call() -> None:
    expect_calls("""
        import volcenginesdkarkruntime
        from noah import Ark

        Ark().animals.create(model="ep", messages=[])
    """)


def test_settings_of_haystack_lie_in_a_mapping() -> None:
    code = """
        from haystack.components.generators.chat import OpenAIChatGenerator

        generator = OpenAIChatGenerator(generation_kwargs={"max_completion_tokens": 300})
        generator.run([], generation_kwargs={"response_format": {"type": "json_object"}})
    """
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "constraint") == "present {type: 'json_object'}"


def test_semantic_kernel_takes_the_limits_of_its_client() -> None:
    code = """
        from openai import AsyncOpenAI
        from semantic_kernel.connectors.ai.open_ai import OpenAIChatCompletion, OpenAIChatPromptExecutionSettings

        async def ask(history):
            service = OpenAIChatCompletion("gpt-5", async_client=AsyncOpenAI(timeout=20))
            settings = OpenAIChatPromptExecutionSettings(max_completion_tokens=300)
            await service.get_chat_message_content(history, settings)
    """
    assert setting(code, "timeout") == "present 20"
    assert setting(code, "max-tokens") == "present 300"


def test_a_method_that_only_semantic_kernel_has_counts_by_its_name() -> None:
    site = only_site("""
        import semantic_kernel

        class Router:
            def __init__(self, kernel):
                self.service = kernel.get_service()

            async def ask(self, history, settings):
                return await self.service.get_chat_message_content(history, settings)
    """)
    assert (site.match.surface.sdk.name, site.confidence) == ("semantic-kernel", "shape")


def test_messages_of_a_stream_are_its_prompt() -> None:
    code = """
        from llama_index.llms.openai import OpenAI

        async def ask():
            return await OpenAI(model="gpt-5").astream_chat(messages=["Hi"])
    """
    site = only_site(code)
    assert setting(code, "prompt") == "present ['Hi']"
    assert (site.match.operation.stream, site.match.operation.is_async) == (True, True)


def test_models_of_dspy_may_have_a_cap_of_their_own() -> None:
    code = """
        import dspy

        lm = dspy.LM("openai/gpt-5", max_tokens=300, timeout=20)
        lm("Hi")
    """
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "timeout") == "present 20"


def test_openrouter_counts_milliseconds() -> None:
    site = only_site("""
        from openrouter import OpenRouter

        OpenRouter(timeout_ms=30).chat.send(messages=[])
    """)
    assert effective(site, site.match).kind == "milliseconds"


def test_the_fix_of_an_agent_by_name_is_left_to_the_reader() -> None:
    site = only_site("""
        from langchain.agents import create_agent

        create_agent("openai:gpt-5", tools=[], response_format=dict).invoke({"messages": []})
    """)
    assert (site.kind, site.match.surface.client.settings.paths("timeout")) == ("agent", ())  # type: ignore[union-attr]
    assert site.setting("model").state.value == "present"
    assert site.setting("constraint").state.value == "present"
