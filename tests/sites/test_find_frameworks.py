"""Agent and prompt frameworks: the expected lines say `# <- call`, the traps say nothing."""

from __future__ import annotations

import pytest
from support import Code, call_sites, expect_calls, setting


def apis(code: Code) -> list[str]:
    return [f"{site.match.surface.sdk.name} {site.match.api} {site.kind}" for site in call_sites(code)]


def test_pydantic_ai() -> None:
    expect_calls("""
        from pydantic_ai import Agent
        from pydantic_ai.direct import model_request_sync

        agent = Agent("openai:gpt-5.4-mini", output_type=int)

        @agent.tool_plain
        def roll() -> int:
            return 4

        async def main():
            await agent.run("Hi")  # <- call
            async with agent.run_stream("Hi") as stream:  # <- call
                ...
            async with agent.iter("Hi") as run:  # <- call
                ...

        agent.run_sync("Hi")  # <- call
        model_request_sync("openai:gpt-5.4-mini", [])  # <- call
    """)


def test_openai_agents() -> None:
    expect_calls("""
        import asyncio
        from agents import Agent, Runner

        agent = Agent(name="Helper", instructions="Help.")

        async def main():
            await Runner.run(agent, "Hi")  # <- call
            Runner.run_streamed(agent, input="Hi")  # <- call

        Runner.run_sync(agent, "Hi")  # <- call
        asyncio.Runner().run(main())
    """)


def test_a_package_of_the_project_named_agents() -> None:
    expect_calls(
        {
            "agents/__init__.py": "",
            "agents/runner.py": "class Runner:\n    def run(self, agent, text): ...\n",
            "app.py": """
                from agents.runner import Runner
                from openai import OpenAI

                OpenAI().responses.create(model="gpt-5.4-mini", input="Hi")  # <- call
                Runner().run(None, "Hi")
            """,
        }
    )


def test_instructor() -> None:
    expect_calls("""
        import instructor
        from anthropic import Anthropic
        from openai import OpenAI

        wrapped = instructor.from_openai(OpenAI(timeout=10))
        claude = instructor.from_anthropic(Anthropic())
        named = instructor.from_provider("openai/gpt-5.4-mini")
        patched = instructor.patch(OpenAI())

        wrapped.chat.completions.create(model="gpt-5.4-mini", response_model=int, messages=[])  # <- call
        claude.messages.create(model="claude-sonnet-4-6", max_tokens=9, response_model=int, messages=[])  # <- call
        named.chat.completions.create(response_model=int, messages=[])  # <- call
        named.create(response_model=int, messages=[])  # <- call
        for part in named.create_partial(response_model=int, messages=[]):  # <- call
            ...
        patched.chat.completions.create(model="gpt-5.4-mini", response_model=int, messages=[])  # <- call
    """)


def test_what_instructor_adds_to_a_client_asks_the_client() -> None:
    expect_calls("""
        import instructor
        from anthropic import Anthropic
        from openai import AsyncOpenAI, OpenAI

        wrapped = instructor.from_openai(OpenAI())
        claude = instructor.from_anthropic(Anthropic())
        waiting = instructor.from_openai(AsyncOpenAI())

        wrapped.create(model="gpt-5.4-mini", response_model=int, messages=[])  # <- call
        for part in wrapped.chat.completions.create_partial(response_model=int, messages=[]):  # <- call
            ...
        claude.chat.completions.create(model="claude-sonnet-4-6", response_model=int, messages=[])  # <- call
        number, answer = claude.messages.create_with_completion(response_model=int, messages=[])  # <- call

        async def numbers():
            return [n async for n in waiting.create_iterable(response_model=int, messages=[])]  # <- call
    """)


def test_what_instructor_is_given_beside_a_client_is_given_to_every_call() -> None:
    code = """
        import instructor
        from openai import OpenAI

        client = instructor.from_openai(OpenAI(), max_tokens=300)
        client.create_partial(model="gpt-5.4-mini", response_model=int, messages=[])
    """
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code.replace(", max_tokens=300", ""), "max-tokens") == "absent"


def test_an_instructor_client_keeps_the_timeout_of_the_client_inside() -> None:
    code = """
        import instructor
        from openai import OpenAI

        client = instructor.from_openai(OpenAI(timeout=10))
        client.chat.completions.create(model="gpt-5.4-mini", response_model=int, messages=[])
    """
    assert setting(code, "timeout") == "present 10"


def test_dspy() -> None:
    expect_calls("""
        import dspy

        lm = dspy.LM("openai/gpt-5.4-mini")
        dspy.configure(lm=lm)

        class Answer(dspy.Signature):
            question: str = dspy.InputField()
            answer: str = dspy.OutputField()

        class Program(dspy.Module):
            def __init__(self):
                super().__init__()
                self.think = dspy.ChainOfThought(Answer)

            def forward(self, question):
                return self.think(question=question)  # <- call

        lm("Hi")  # <- call
        dspy.Predict("question -> answer")(question="Hi")  # <- call
        react = dspy.ReAct(Answer, tools=[])
        react(question="Hi")  # <- call
        dspy.Retrieve(k=3)("Hi")
        dspy.Evaluate(devset=[])
    """)


def test_crewai() -> None:
    expect_calls("""
        from crewai import LLM, Agent, Crew, Task

        llm = LLM(model="openai/gpt-5.4-mini", timeout=30, max_tokens=200)
        writer = Agent(role="writer", goal="write", backstory="", llm=llm)
        crew = Crew(agents=[writer], tasks=[Task(description="", expected_output="", agent=writer)])
        llm.call("Hi")  # <- call
        crew.kickoff(inputs={"topic": "tea"})  # <- call
        writer.kickoff("Hi")  # <- call
    """)


def test_a_crew_that_a_decorated_method_builds() -> None:
    expect_calls("""
        from crewai import Agent, Crew, Task
        from crewai.project import CrewBase, crew

        @CrewBase
        class Writers:
            @crew
            def crew(self) -> Crew:
                return Crew(agents=[], tasks=[])

        Writers().crew().kickoff(inputs={})  # <- call
    """)


def test_smolagents() -> None:
    expect_calls("""
        from smolagents import CodeAgent, LiteLLMModel, OpenAIServerModel, Tool

        model = OpenAIServerModel(model_id="gpt-5.4-mini")
        agent = CodeAgent(tools=[], model=LiteLLMModel("gpt-5.4-mini"))
        model([{"role": "user", "content": "Hi"}])  # <- call
        model.generate([])  # <- call
        agent.run("Hi")  # <- call

        class Search(Tool):
            def forward(self, query): ...

        Search()("Hi")
    """)


def test_llama_index() -> None:
    expect_calls("""
        from llama_index.core import Settings, SimpleDirectoryReader, VectorStoreIndex
        from llama_index.core.agent.workflow import FunctionAgent
        from llama_index.embeddings.openai import OpenAIEmbedding
        from llama_index.llms.anthropic import Anthropic
        from llama_index.llms.openai import OpenAI

        Settings.llm = Anthropic(model="claude-sonnet-4-6")
        llm = OpenAI(model="gpt-5.4-mini")
        index = VectorStoreIndex.from_documents(SimpleDirectoryReader("data").load_data())
        engine = index.as_query_engine(similarity_top_k=3)

        llm.complete("Hi")  # <- call
        llm.chat([])  # <- call
        for part in llm.stream_complete("Hi"):  # <- call
            ...
        llm.as_structured_llm(int).complete("Hi")  # <- call
        OpenAIEmbedding().get_text_embedding("Hi")  # <- call
        engine.query("Hi")  # <- call
        index.as_chat_engine().chat("Hi")  # <- call
        index.as_retriever().retrieve("Hi")

        async def main():
            await FunctionAgent(llm=llm, tools=[]).run("Hi")  # <- call
            await llm.acomplete("Hi")  # <- call
    """)


def test_autogen() -> None:
    expect_calls("""
        from autogen import AssistantAgent, OpenAIWrapper, UserProxyAgent
        from autogen_agentchat.agents import AssistantAgent as ChatAgent
        from autogen_agentchat.teams import RoundRobinGroupChat
        from autogen_ext.models.openai import OpenAIChatCompletionClient

        helper = AssistantAgent("helper", llm_config={})
        UserProxyAgent("user").initiate_chat(helper, message="Hi")  # <- call
        OpenAIWrapper(config_list=[]).create(messages=[])  # <- call
        model = OpenAIChatCompletionClient(model="gpt-5.4-mini")

        async def main():
            await model.create([])  # <- call
            agent = ChatAgent("helper", model)
            await agent.run(task="Hi")  # <- call
            async for message in RoundRobinGroupChat([agent]).run_stream(task="Hi"):  # <- call
                ...
            model.count_tokens([])
    """)


@pytest.mark.parametrize(
    "code",
    [
        "from app import runner\nimport crewai\nrunner.run('Hi')\n",
        "import dspy\nengine.query('Hi')\nprogram(question='Hi')\n",
        '"""Uses pydantic_ai: agent.run_sync("Hi")."""\nimport subprocess\nsubprocess.run(["ls"])\n',
        "import smolagents\nthread.run()\nmodel.generate([])\n",
        "import llama_index\nsession.query(User)\nshutil.complete('x')\nchat('Hi')\n",
    ],
)
def test_what_cannot_be_traced_does_not_count(code: str) -> None:
    assert apis(code) == []


def test_a_folder_of_the_project_with_the_name_of_an_sdk() -> None:
    expect_calls(
        {
            "agents/notes.py": "text = 'notes'\n",
            "app.py": """
                from agents import Agent, Runner

                Runner.run_sync(Agent(name="Helper"), "Hi")  # <- call
            """,
        }
    )


def test_voyageai() -> None:
    expect_calls("""
        import voyageai

        class Store:
            def __init__(self, key=None):
                self.client = voyageai.Client(api_key=key)

            def search(self, query):
                return self.client.embed([query], model="voyage-3.5").embeddings[0]  # <- call
    """)


def test_the_client_of_a_text_generation_server() -> None:
    expect_calls("""
        from text_generation import Client

        class Captioner:
            def __init__(self, url):
                self.client = Client(base_url=url)

            def caption(self, picture):
                return self.client.generate(prompt=f"![]({picture})", max_new_tokens=100).generated_text  # <- call
    """)


def test_a_client_that_is_picked_from_several() -> None:
    expect_calls("""
        import random
        from itertools import cycle
        from openai import OpenAI

        clients = [OpenAI(api_key="a"), OpenAI(api_key="b")]
        turns = cycle(clients)


        def ask(question, name):
            random.choice(clients).responses.create(model="gpt-5.4-mini", input=question)  # <- call
            next(turns).responses.create(model="gpt-5.4-mini", input=question)  # <- call
            found = next((client for client in clients if client.api_key == name), clients[0])
            found.responses.create(model="gpt-5.4-mini", input=question)  # <- call
    """)
