"""Chains of LangChain: side by side, with a model that comes from elsewhere, and a model built by position."""

from __future__ import annotations

from support import call_sites, expect_calls, only_site, shown


def test_chains_side_by_side() -> None:
    expect_calls("""
        from langchain_core.runnables import RunnableParallel
        from langchain_openai import ChatOpenAI

        llm = ChatOpenAI(model="gpt-5.4-mini")

        def both(text):
            return RunnableParallel(joke=llm, poem=llm).invoke(text)  # <- call

        def each(chunks):
            chains = {}
            for number, chunk in enumerate(chunks):
                chains[f"chunk{number}"] = llm
            return RunnableParallel(**chains).invoke({})  # <- call

        def neither(retriever):
            return RunnableParallel(documents=retriever).invoke("rivers")
    """)


def test_a_mapping_of_chains_is_piped_into_what_merges_their_answers() -> None:
    expect_calls("""
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_core.runnables import RunnableLambda, RunnablePassthrough
        from langchain_openai import ChatOpenAI

        def expert(system, model="gpt-5.4-mini"):
            return ChatPromptTemplate.from_messages([("system", system), ("human", "{q}")]) | ChatOpenAI(model=model)

        def merge(answers):
            return "\\n".join(answers.values())

        EXPERTS = {
            "planner": RunnablePassthrough() | expert("Plan."),
            "critic": RunnablePassthrough() | expert("Doubt.", "gpt-5.4"),
        } | RunnableLambda(merge)
        SEARCH = {"docs": RunnableLambda(len), "q": RunnablePassthrough()} | RunnableLambda(merge)

        def ask(question):
            SEARCH.invoke({"q": question})
            return EXPERTS.invoke({"q": question})  # <- call
    """)


def test_what_chains_side_by_side_answer_is_no_text() -> None:
    site = only_site("""
        from langchain_core.runnables import RunnableParallel
        from langchain_openai import ChatOpenAI

        RunnableParallel(joke=ChatOpenAI()).invoke("rivers")
    """)
    assert site.match.operation.response.text == ()


def test_a_prompt_is_made_for_a_model_that_comes_from_elsewhere() -> None:
    code = """
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.prompts import ChatPromptTemplate, PromptTemplate

        class Node:
            def __init__(self, config):
                self.llm = config["llm"]

            def tags(self, page):
                chain = PromptTemplate(template="Tags of {page}") | self.llm | StrOutputParser()
                return chain.invoke({"page": page})  # <- call

            def title(self, page):
                chain = ChatPromptTemplate.from_template("Title of {page}") | self.llm
                return chain.invoke({"page": page})  # <- call

            def clean(self, page):
                return (self.cleaner | StrOutputParser()).invoke(page)
    """
    expect_calls(code)


def test_a_model_of_unknown_make_has_unknown_settings() -> None:
    site = only_site("""
        from langchain_core.prompts import PromptTemplate

        def tags(page, llm):
            return (PromptTemplate(template="Tags of {page}") | llm).invoke({"page": page})
    """)
    assert site.setting("timeout").state.value == "unknown"


def test_a_model_built_from_a_positional_mapping_has_unknown_settings() -> None:
    site = only_site("""
        from langchain_openai import ChatOpenAI

        def ask(config):
            return ChatOpenAI(config).invoke("Name three rivers.")
    """)
    assert site.setting("max-tokens").why == "the constructor takes no such positional argument"


def test_an_extraction_chain_takes_its_model_second() -> None:
    expect_calls("""
        from langchain.chains import create_extraction_chain
        from langchain_openai import ChatOpenAI

        create_extraction_chain({}, ChatOpenAI()).invoke("rivers")  # <- call
    """)


def test_a_session_under_its_full_name() -> None:
    expect_calls("""
        import boto3

        session = boto3.session.Session(region_name="us-west-2")
        session.client(service_name="bedrock-runtime").converse(modelId="m", messages=[])  # <- call
    """)


def test_models_of_llama_index_that_look_at_images() -> None:
    expect_calls("""
        from llama_index.core.multi_modal_llms import MultiModalLLM
        from llama_index.multi_modal_llms.openai import OpenAIMultiModal

        def look(model: MultiModalLLM, documents):
            return model.complete("What is this?", image_documents=documents)  # <- call

        OpenAIMultiModal(model="gpt-5.4-mini").complete("What is this?", image_documents=[])  # <- call
    """)


def test_an_executor_asks_the_model_of_the_agent_it_is_given_by_name() -> None:
    code = """
        from langchain.agents import AgentExecutor, ZeroShotAgent, create_tool_calling_agent
        from langchain.chains import LLMChain
        from langchain_openai import ChatOpenAI

        def ask(question, tools, prompt):
            agent = create_tool_calling_agent(ChatOpenAI(model="gpt-5.4"), tools, prompt)
            return AgentExecutor(agent=agent, tools=tools).invoke({"input": question})  # <- call

        def reason(question, tools, prompt):
            chain = LLMChain(llm=ChatOpenAI(model="gpt-5.4"), prompt=prompt)
            agent = ZeroShotAgent(llm_chain=chain, allowed_tools=[])
            executor = AgentExecutor.from_agent_and_tools(agent=agent, tools=tools)
            return executor.invoke({"input": question})  # <- call
        """
    expect_calls(code)
    settings = [site.setting("model") for site in call_sites(code)]
    assert [shown(found.value) for found in settings if found.value] == ["'gpt-5.4'", "'gpt-5.4'"]
    assert all(site.by_agent for site in call_sites(code))


def test_engines_on_typed_attributes_are_asked() -> None:
    code = """
        from llama_index.chat_engine.types import BaseChatEngine
        from llama_index.query_engine.multi_modal import SimpleMultiModalQueryEngine

        class Guide:
            def __init__(self, engine: SimpleMultiModalQueryEngine, chat: BaseChatEngine) -> None:
                self._engine = engine
                self._chat = chat
                self._chat.reset()

            def look(self, question: str) -> str:
                return str(self._engine.query(question))  # <- call

            async def talk(self, message: str) -> str:
                return str(await self._chat.achat(message))  # <- call
        """
    expect_calls(code)


def test_a_chat_engine_of_the_project_makes_no_call_by_itself() -> None:
    code = """
        from llama_index.core.chat_engine.types import BaseChatEngine

        class Echo(BaseChatEngine):
            def chat(self, message, chat_history=None):
                return message

        Echo().chat("Hi")
        """
    assert call_sites(code) == []


def test_a_chain_that_came_in_asks_some_model() -> None:
    code = """
        from langchain.agents import AgentExecutor
        from langchain.chains import LLMChain

        class Reporter:
            executor: AgentExecutor

            def act(self, task):
                return self.executor.invoke({"input": task})  # <- call

        def say(chain: LLMChain, word):
            return chain.run(word)  # <- call

        def tell(model, prompt, word):
            return LLMChain(llm=model, prompt=prompt).predict(word=word)  # <- call
        """
    expect_calls(code)
    assert {site.setting("max-tokens").state.value for site in call_sites(code)} == {"unknown"}


def test_an_override_asks_where_it_calls_what_it_overrides() -> None:
    expect_calls("""
        from langchain.chains import LLMChain

        class Judge(LLMChain):
            def predict(self, question, **kwargs):
                return super().predict(question=question, **kwargs).strip() == "yes"  # <- call

        def judged(judge: Judge, question):
            return judge.predict(question)
    """)


def test_an_override_that_fills_in_an_argument_asks_where_it_calls_what_it_overrides() -> None:
    code = """
        from langchain.chains import LLMChain
        from langchain_openai import ChatOpenAI

        class Summary(LLMChain):
            def __init__(self, **kwargs):
                super().__init__(prompt=PROMPT, **kwargs)

            def predict(self, style="plain", **kwargs):
                return super().predict(style=style, **kwargs)  # <- call

        class Desk:
            def __init__(self, **kwargs):
                self.summary = Summary(llm=ChatOpenAI(**kwargs), verbose=True)

            def summarise(self, text):
                return self.summary.predict(text=text)

        short = Desk(model="gpt-5.4-mini", max_tokens=100)
        long = Desk(model="gpt-5.4", max_tokens=1000)
    """
    expect_calls(code)
    assert only_site(code).models == ["gpt-5.4-mini", "gpt-5.4"]
    assert only_site(code).setting("timeout").state.value == "absent"
    assert only_site(code).setting("max-tokens").state.value == "present"


def test_a_chain_without_a_constructor_asks_the_models_that_it_is_built_with() -> None:
    code = """
        from langchain.chains import LLMChain
        from langchain_openai import ChatOpenAI

        class Judge(LLMChain):
            def judge(self, question):
                return self.predict(question=question).strip() == "yes"  # <- call

        def build(prompt):
            return Judge(llm=ChatOpenAI(model="gpt-5.4"), prompt=prompt)
    """
    expect_calls(code)
    assert only_site(code).models == ["gpt-5.4"]


def test_a_chain_asks_each_model_that_it_can_hold() -> None:
    code = """
        from langchain.chains import LLMChain
        from langchain_anthropic import ChatAnthropic
        from langchain_ollama import ChatOllama
        from langchain_openai import ChatOpenAI

        def model(family="openai", **kwargs):
            if family == "anthropic":
                return ChatAnthropic(model="claude-sonnet-5", **kwargs)
            if family == "ollama":
                return ChatOllama(model="qwen3", **kwargs)
            return ChatOpenAI(model="gpt-5.4", **kwargs)

        def chain(prompt, question):
            return LLMChain(llm=model(temperature=0), prompt=prompt).invoke(question)  # <- call
    """
    expect_calls(code)
    assert only_site(code).models == ["gpt-5.4"]
    either = code.replace("model(temperature=0)", "model(family=input(), temperature=0)")
    assert only_site(either).models == ["claude-sonnet-5", "qwen3", "gpt-5.4"]
    assert only_site(either.replace("LLMChain(llm=", "(prompt | ").replace(", prompt=prompt)", ")")).models == [
        "claude-sonnet-5",
        "qwen3",
        "gpt-5.4",
    ]


def test_a_chain_that_comes_in_from_another_module_and_is_called_itself() -> None:
    expect_calls(
        {
            "chains.py": """
            from langchain.chains import ConversationalRetrievalChain
            from langchain_openai import ChatOpenAI

            def short(retriever):
                return ConversationalRetrievalChain.from_llm(llm=ChatOpenAI(model="gpt-5.4-mini"), retriever=retriever)

            options = {"short": short}
        """,
            "cli.py": """
            from chains import options

            chain = options[input()](retriever())
            print(chain({"question": input()})["answer"])  # <- call
        """,
        }
    )


def test_a_chain_out_of_several_things_that_a_function_gives() -> None:
    expect_calls("""
from langchain.chains import ConversationalRetrievalChain
from langchain_openai import ChatOpenAI

def start(store):
    return store, ConversationalRetrievalChain.from_llm(ChatOpenAI(), retriever=store)

store, qa = start(open_store())
qa("How?")  # <- call
""")
