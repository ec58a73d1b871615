"""Calls of smaller frameworks: gateways, model objects that are called, agents, and decorated functions."""

from __future__ import annotations

import pytest
from support import Code, call_sites, expect_calls, linked, only_site, setting

USED = {
    "aisuite": (
        """
        import aisuite as ai

        client = ai.Client()
        client.chat.completions.create(model="openai:gpt-4o", messages=[])
        ai.Runner.run_sync(ai.Agent(name="helper", model="openai:gpt-4o"), "Hi")
        """,
        ["chat.completions.create", "Runner.run_sync"],
    ),
    "llm": (
        """
        import llm

        model = llm.get_model("gpt-4o-mini")
        print(model.prompt("Five names for a pelican").text())
        conversation = model.conversation()
        conversation.prompt("And five more")
        model.chain("How many letters?", tools=[len])
        llm.get_embedding_model("3-small").embed("Pelican")
        """,
        ["prompt", "prompt", "chain", "embed"],
    ),
    "llm, asynchronous": (
        """
        from llm import get_async_model

        async def ask(question):
            async for chunk in get_async_model("gpt-4o").prompt(question):
                print(chunk, end="")
        """,
        ["prompt"],
    ),
    "portkey": (
        """
        from portkey_ai import AsyncPortkey, Portkey

        portkey = Portkey(api_key="PORTKEY", virtual_key="openai-1")
        portkey.chat.completions.create(model="gpt-4o", messages=[])
        portkey.with_options(metadata={"user": "7"}).chat.completions.create(model="gpt-4o", messages=[])
        portkey.prompts.completions.create(prompt_id="pp-greeting", variables={})

        async def embed(text):
            await AsyncPortkey().embeddings.create(model="text-embedding-3-small", input=text)
        """,
        ["chat.completions.create", "chat.completions.create", "prompts.completions.create", "embeddings.create"],
    ),
    "guardrails": (
        """
        from guardrails import AsyncGuard, Guard
        from guardrails.hub import ToxicLanguage

        from models import Pet

        guard = Guard.for_pydantic(Pet)
        guard(model="gpt-4o", messages=[{"role": "user", "content": "A pet, please"}])
        Guard().use(ToxicLanguage())(model="gpt-4o", messages=[])
        guard.parse('{"name": "Rex"}')
        guard.validate("Hello")

        async def ask():
            await AsyncGuard()(model="gpt-4o", messages=[])
        """,
        ["__call__", "__call__", "__call__"],
    ),
    "outlines": (
        """
        import outlines
        from openai import OpenAI
        from outlines import Generator
        from transformers import AutoModelForCausalLM, AutoTokenizer

        weights, tokenizer = AutoModelForCausalLM.from_pretrained("m"), AutoTokenizer.from_pretrained("m")
        model = outlines.from_openai(OpenAI(), "gpt-4o")
        model("Is it raining?", bool)
        for chunk in model.stream("Tell a story"):
            print(chunk)
        local = outlines.from_transformers(weights, tokenizer)
        Generator(local, int)("How many?")
        """,
        ["__call__", "stream", "__call__"],
    ),
    "outlines 0.1": (
        """
        from outlines import generate, models

        model = models.transformers("microsoft/Phi-3-mini-4k-instruct")
        generator = generate.choice(model, ["Positive", "Negative"])
        generator("Great food!")
        generate.text(model)("Once upon a time", max_tokens=50)
        """,
        ["__call__", "__call__"],
    ),
    "guidance": (
        """
        from guidance import assistant, gen, models, select, system, user

        lm = models.OpenAI("gpt-4o")
        with system():
            lm += "You are a tester."
        with user():
            lm += "What is your name? " + "Be brief."
        with assistant():
            lm += gen("name", max_tokens=20)
        sure = lm + "Sure? " + select(["yes", "no"], name="sure")
        grammar = "a" + gen("b")
        """,
        ["gen", "select"],
    ),
    "vllm": (
        """
        from vllm import LLM, SamplingParams

        engine = LLM(model="facebook/opt-125m")
        for output in engine.generate(["The capital of France is"], SamplingParams(temperature=0.8)):
            print(output.outputs[0].text)
        engine.chat([{"role": "user", "content": "Hi"}])
        engine.get_tokenizer().encode("Hi")
        """,
        ["generate", "chat"],
    ),
    "llama_cpp": (
        """
        from llama_cpp import Llama

        model = Llama(model_path="./model.gguf", n_ctx=2048)
        model("Q: Name the planets. A:", max_tokens=32, stop=["Q:"])
        model.create_chat_completion(messages=[], max_tokens=100)
        Llama.from_pretrained(repo_id="Qwen/Qwen2", filename="*q8_0.gguf").create_completion("Hi")
        model.tokenize(b"Hi")
        """,
        ["__call__", "create_chat_completion", "create_completion"],
    ),
    "google-adk": (
        """
        from google.adk.agents import LlmAgent
        from google.adk.runners import InMemoryRunner, Runner
        from google.adk.sessions import InMemorySessionService

        agent = LlmAgent(name="weather", model="gemini-2.5-flash")
        runner = Runner(agent=agent, app_name="weather", session_service=InMemorySessionService())

        def ask(content):
            for event in runner.run(user_id="u", session_id="s", new_message=content):
                print(event)

        async def ask_later(content):
            async for event in InMemoryRunner(agent).run_async(user_id="u", session_id="s", new_message=content):
                print(event)
        """,
        ["run", "run_async"],
    ),
    "strands": (
        """
        from strands import Agent
        from strands.multiagent import GraphBuilder, Swarm

        from models import Person

        agent = Agent(system_prompt="Be brief")
        agent("What is 2 + 2?")
        Agent()("Hi")
        agent.structured_output(Person, "Jane is 28")
        Swarm([agent])("Plan a trip")
        builder = GraphBuilder()
        builder.add_node(agent, "only")
        builder.build()("Plan a trip")

        async def ask():
            async for event in agent.stream_async("Hi"):
                print(event)
            await agent.invoke_async("Hi")
            agent.tool.calculator(expression="2 + 2")
        """,
        ["__call__", "__call__", "structured_output", "__call__", "__call__", "stream_async", "invoke_async"],
    ),
    "claude-agent-sdk": (
        """
        from claude_agent_sdk import ClaudeAgentOptions, ClaudeSDKClient, query

        async def ask():
            async for message in query(prompt="Fix the test", options=ClaudeAgentOptions(max_turns=3)):
                print(message)
            async with ClaudeSDKClient(options=ClaudeAgentOptions()) as client:
                await client.query("And the other one")
                async for message in client.receive_response():
                    print(message)
        """,
        ["query", "query"],
    ),
    "agno": (
        """
        from agno.agent import Agent
        from agno.models.openai import OpenAIChat
        from agno.team import Team

        agent = Agent(model=OpenAIChat(id="gpt-4o"), markdown=True)
        agent.print_response("Share a story", stream=True)
        answer = agent.run("Share a story")

        async def ask():
            await Team(members=[agent]).arun("Share a story")
        """,
        ["print_response", "run", "arun"],
    ),
    "phidata": (
        """
        from phi.agent import Agent

        Agent().run("Share a story")
        """,
        ["run"],
    ),
    "marvin": (
        """
        import marvin
        from marvin import cast, extract_async

        marvin.classify("The app crashes", labels=["bug", "feature"])
        cast("twenty", int)

        async def find(text):
            return await extract_async(text, str)

        marvin.Agent(name="Writer").run("A haiku")
        task = marvin.Task("A haiku about autumn")
        task.run()
        """,
        ["classify", "cast", "extract_async", "run", "run"],
    ),
    "marvin, decorated": (
        """
        import marvin
        from marvin import fn

        @marvin.fn
        def sentiment(text: str) -> float:
            "Between -1 and 1"

        @fn(instructions="Be strict")
        def toxic(text: str) -> bool: ...

        print(sentiment("I love it"), toxic("I love it"))
        """,
        ["__call__", "__call__"],
    ),
    "magentic": (
        """
        from magentic import OpenaiChatModel, UserMessage, chatprompt, prompt

        @prompt("Add more dudeness to: {phrase}", model=OpenaiChatModel("gpt-4o"))
        def dudeify(phrase: str) -> str: ...

        @chatprompt(UserMessage("A quote from {movie}"))
        async def quote(movie: str) -> str: ...

        dudeify("Hello")

        async def main():
            await quote("Iron Man")
        """,
        ["__call__", "__call__"],
    ),
    "magentic, a chat": (
        """
        from magentic import Chat, UserMessage

        chat = Chat(messages=[UserMessage("Hi")], output_types=[str])
        chat = chat.submit()
        chat.add_user_message("And now?").submit()
        """,
        ["submit", "submit"],
    ),
    "mirascope": (
        """
        from mirascope import llm

        @llm.call("openai/gpt-4o", max_tokens=200)
        def recommend(genre: str):
            return f"Recommend a {genre} book"

        @llm.prompt
        def greet(name: str):
            return f"Greet {name}"

        print(recommend("fantasy").text())
        for chunk in recommend.stream("crime").text_stream():
            print(chunk)
        greet("anthropic/claude-sonnet-4-5", "Jane")
        llm.Model("openai/gpt-4o").call("Hi")
        """,
        ["__call__", "stream", "__call__", "call"],
    ),
    "mirascope 1": (
        """
        from mirascope import llm
        from mirascope.core import anthropic, openai, prompt_template

        @openai.call("gpt-4o-mini", response_model=dict)
        @prompt_template("Extract {text}")
        def extract(text: str): ...

        @anthropic.anthropic_call("claude-3-5-sonnet-latest")
        def tell(topic: str):
            return f"Tell about {topic}"

        @llm.call(provider="openai", model="gpt-4o-mini")
        def ask(question: str):
            return question

        @prompt_template("No model here: {text}")
        def template(text: str): ...

        extract("a"), tell("b"), ask("c"), template("d")
        """,
        ["__call__", "__call__", "__call__"],
    ),
}


@pytest.mark.parametrize("name", USED)
def test_usual_code(name: str) -> None:
    code, apis = USED[name]
    sites = call_sites({"app.py": code, "models.py": "class Pet: ...\nclass Person: ...\n"})
    assert [site.match.api for site in sites] == apis


BOTH = ["completion", "text_completion", "responses", "embedding", "image_generation"]
ALONE = ["image_edit", "image_variation", "video_generation", "speech", "transcription", "rerank", "moderation"]
LITELLM = [f"litellm.{a}{name}" for name in (*BOTH, *ALONE) for a in ("", "a")] + ["litellm.batch_completion"]
LITELLM += [f"litellm.Router(model_list=[]).{a}{name}" for name in BOTH for a in ("", "a")]
LITELLM += [f"litellm.Router(model_list=[]).a{name}" for name in ALONE if "_" not in name]


@pytest.mark.parametrize("spelled", LITELLM)
def test_litellm_has_every_function(spelled: str) -> None:
    sites = call_sites(f"import litellm\n\n{spelled}(model='m')\n")
    assert [site.match.api for site in sites] == [spelled.rpartition(".")[2]]


def test_litellm_through_a_lazy_proxy() -> None:
    sites = call_sites(
        {
            "lazy.py": """
            import importlib

            class LazyLiteLLM:
                _lazy_module = None

                def __getattr__(self, name):
                    self._load()
                    return getattr(self._lazy_module, name)

                def _load(self):
                    self._lazy_module = importlib.import_module("litellm")

            litellm = LazyLiteLLM()
        """,
            "app.py": """
            from lazy import litellm

            litellm.completion(model="gpt-4o", messages=[])
        """,
        }
    )
    assert [site.match.api for site in sites] == ["completion"]


TRAPS: dict[str, Code] = {
    "the SDK in a docstring": '''
        def ask(model):
            """Like `import llm; llm.get_model("gpt-4o").prompt("Hi")` or magentic's @prompt."""
            return model.prompt("Hi")
    ''',
    "llm is a variable": """
        def ask(llm, question):
            return llm.prompt(question), llm.get_model("m").chain(question)
    """,
    "llm is a module of the project": {
        "app/llm.py": "def get_model(name):\n    return Registry()[name]\n\nclass Registry(dict): ...\n",
        "app/main.py": "import llm\n\nllm.get_model('m').prompt('Hi')\n",
    },
    "guardrails is a module of the project": {
        "service/guardrails.py": "class Guard:\n    def __call__(self, text):\n        return len(text) < 100\n",
        "service/main.py": "from guardrails import Guard\n\nguard = Guard()\nguard('Hello')\n",
    },
    "typing.cast, with marvin in the file": """
        from typing import cast

        import marvin

        cast(int, "3")
    """,
    "a prompt decorator of another library": """
        import magentic
        from fastmcp import FastMCP

        mcp = FastMCP("server")

        @mcp.prompt("greeting")
        def greet(name: str) -> str: ...

        greet("Jane")
    """,
    "a prompt decorator of the project": {
        "decorators.py": "def prompt(template):\n    return lambda function: function\n",
        "app.py": """
            import magentic
            from decorators import prompt

            @prompt("Add more dudeness to: {phrase}")
            def dudeify(phrase: str) -> str: ...

            dudeify("Hello")
        """,
    },
    "a decorated function that nobody calls": """
        from magentic import prompt

        @prompt("Add more dudeness to: {phrase}")
        def dudeify(phrase: str) -> str: ...

        REGISTRY = {"dudeify": dudeify}
    """,
    "another function of the decorated one's name": """
        from magentic import prompt

        def outer():
            @prompt("Add more dudeness to: {phrase}")
            def ask(phrase: str) -> str: ...

        def ask(phrase):
            return phrase

        ask("Hello")
    """,
    "an agent of the project": """
        import agno
        import strands

        class Agent:
            def __call__(self, text): return text
            def run(self, text): return text

        agent = Agent()
        agent("Hi")
        agent.run("Hi")
    """,
    "runners of others": """
        import asyncio

        import google.adk
        from click.testing import CliRunner

        with asyncio.Runner() as runner:
            runner.run(main())
        CliRunner().invoke(main)
    """,
    "query of a database": """
        import claude_agent_sdk

        def rows(session, client):
            client.query("select 1")
            return session.query(User)
    """,
    "a model of transformers beside vllm": """
        import vllm
        from transformers import AutoModelForCausalLM

        model = AutoModelForCausalLM.from_pretrained("gpt2")
        model.generate(inputs)
        model(inputs)
    """,
    "a grammar that is added to no model": """
        from guidance import gen, models, select

        lm = models.OpenAI("gpt-4o")
        question = "Q: " + gen("question", stop="?")
        gen("answer")
        total = 0
        total += select(["a", "b"])
    """,
    "a context manager of the project named like Mirascope's": """
        import mirascope

        class llm:
            @staticmethod
            def call(model):
                return lambda function: function

        @llm.call("openai/gpt-4o")
        def ask(question): ...

        ask("Hi")
    """,
    "outlines only compiles": """
        import outlines

        outlines.models.OpenAI
        outlines.types.regex("[0-9]+")
        outlines.Template.from_string("{{ name }}")(name="x")
    """,
}


@pytest.mark.parametrize("name", TRAPS)
def test_trap(name: str) -> None:
    assert [site.location for site in call_sites(TRAPS[name])] == []


class TestDecoratedFunctions:
    def test_are_called_in_other_modules(self) -> None:
        expect_calls(
            {
                "prompts/__init__.py": "from .heroes import make_hero as make\n",
                "prompts/heroes.py": """
                from magentic import prompt

                @prompt("Create a hero named {name}")
                def make_hero(name: str) -> str: ...
            """,
                "app.py": """
                import prompts
                from prompts import make

                make("Jane")  # <- call
                prompts.make("Jim")  # <- call
            """,
            }
        )

    def test_are_methods(self) -> None:
        expect_calls("""
            from mirascope import llm

            class Library:
                @llm.call("openai/gpt-4o")
                def ask(self, question):
                    return question

            Library().ask("Who wrote Emma?")  # <- call
        """)

    def test_are_handed_on(self) -> None:
        expect_calls("""
            from concurrent.futures import ThreadPoolExecutor

            from marvin import fn

            @fn
            def sentiment(text: str) -> float: ...

            with ThreadPoolExecutor() as pool:
                scores = list(pool.map(sentiment, ["a", "b"]))  # <- call
        """)

    def test_are_kept_in_a_partial(self) -> None:
        expect_calls("""
            from functools import partial

            from marvin import fn

            @fn
            def sentiment(text: str) -> float: ...

            of_review = partial(sentiment, "Great food")
            of_review()  # <- call
        """)

    def test_are_called_by_a_wrapper_of_the_project(self) -> None:
        expect_calls("""
            from magentic import prompt

            @prompt("Add more dudeness to: {phrase}")
            def dudeify(phrase: str) -> str: ...

            def greet():
                return dudeify("Hello")  # <- call

            greet()
        """)

    @pytest.mark.parametrize(
        ("decorator", "name", "expected"),
        [
            ('llm.call("openai/gpt-4o", max_tokens=200)', "max-tokens", "present 200"),
            ('llm.call("openai/gpt-4o")', "max-tokens", "absent"),
            ('llm.call("openai/gpt-4o", **OPTIONS)', "max-tokens", "unknown"),
            ('llm.call("openai/gpt-4o", format=Book)', "constraint", "present Book"),
            ('llm.call("openai/gpt-4o")', "model", "present 'openai/gpt-4o'"),
            ('llm.call(provider="openai", model="gpt-4o", call_params={"temperature": 0})', "temperature", "present 0"),
        ],
    )
    def test_have_the_settings_of_the_decorator(self, decorator: str, name: str, expected: str) -> None:
        code = f"""
            from options import OPTIONS
            from mirascope import llm

            class Book: ...

            @{decorator}
            def recommend(genre):
                return f"Recommend a {{genre}} book"

            recommend("fantasy")
        """
        assert setting(code, name) == expected

    def test_have_the_other_decorators_effect(self) -> None:
        sites = linked("""
            from functools import lru_cache

            from mirascope import llm, ops

            @lru_cache
            @ops.trace
            @llm.call("openai/gpt-4o", temperature=0)
            def recommend(genre):
                return f"Recommend a {genre} book"

            recommend("fantasy")
        """)
        site = sites.sites[0]
        assert site.decorated is not None
        assert [d for d, _ in sites.evidence.decorators(site.decorated, "trace")]
        assert [d for d, _ in sites.evidence.decorators(site.decorated, "cache")]

    def test_of_magentic_are_constrained_by_their_annotation(self) -> None:
        assert only_site("""
            from magentic import prompt

            @prompt("Create a hero named {name}")
            def make_hero(name: str) -> dict: ...

            make_hero("Jane")
        """).gives("constraint")
