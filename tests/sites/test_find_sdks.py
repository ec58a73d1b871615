"""The forms that single SDKs give their clients and calls."""

from __future__ import annotations

from support import expect_calls, only_site, setting


def test_subclass_of_an_sdk_client() -> None:
    expect_calls("""
        from openai import OpenAI

        class Gateway(OpenAI):
            pass

        Gateway().chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_subclass_with_its_own_constructor() -> None:
    code = """
        from openai import OpenAI

        class Gateway(OpenAI):
            def __init__(self, team):
                super().__init__(base_url="https://gateway.example.com/v1", timeout=15)
                self.team = team

            def ask(self, question):
                return self.responses.create(model="gpt-4.1", input=question)  # <- call
    """
    expect_calls(code)
    assert setting(code, "timeout") == "present 15"


def test_operation_of_the_base_class_called_through_super() -> None:
    expect_calls("""
        from langchain_openai import ChatOpenAI

        class Logged(ChatOpenAI):
            def invoke(self, prompt):
                return super().invoke(prompt)  # <- call
    """)


def test_openai_module_as_client() -> None:
    expect_calls("""
        import openai

        openai.api_key = "sk-…"
        openai.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_openai_before_version_one() -> None:
    site = only_site("""
        import openai

        openai.ChatCompletion.create(model="gpt-4", messages=[], request_timeout=20)
    """)
    assert site.match.operation.removed == "1.0.0"
    assert site.setting("timeout").state.value == "present"


def test_wrappers_of_the_raw_response_are_transparent() -> None:
    expect_calls("""
        from openai import OpenAI

        client = OpenAI()
        client.chat.completions.with_raw_response.create(model="gpt-4.1", messages=[])  # <- call
        client.with_raw_response.chat.completions.create(model="gpt-4.1", messages=[])  # <- call
        with client.responses.with_streaming_response.create(model="gpt-4.1", input="Hi") as response:  # <- call
            pass
    """)


def test_derived_clients() -> None:
    expect_calls("""
        from openai import OpenAI

        client = OpenAI()
        client.with_options(max_retries=5).responses.create(model="gpt-4.1", input="Hi")  # <- call
        patient = client.copy(timeout=300)
        patient.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_azure_and_async_variants() -> None:
    sites = expect_calls("""
        from openai import AsyncAzureOpenAI, AsyncOpenAI, AzureOpenAI

        AzureOpenAI().chat.completions.create(model="gpt-4.1", messages=[])  # <- call

        async def ask():
            await AsyncOpenAI().chat.completions.create(model="gpt-4.1", messages=[])  # <- call
            await AsyncAzureOpenAI().chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)
    clients = [site.match.surface.client for site in sites]
    assert [(c.provider, c.is_async) for c in clients if c] == [("azure", False), ("openai", True), ("azure", True)]


def test_google_genai() -> None:
    expect_calls("""
        from google import genai

        client = genai.Client()
        client.models.generate_content(model="gemini-2.5-flash", contents="Hi")  # <- call

        async def ask():
            await client.aio.models.generate_content(model="gemini-2.5-flash", contents="Hi")  # <- call
            aclient = client.aio
            return await aclient.models.generate_content(model="gemini-2.5-flash", contents="Hi")  # <- call
    """)


def test_google_chat_object() -> None:
    expect_calls("""
        from google import genai

        chat = genai.Client().chats.create(model="gemini-2.5-flash")
        chat.send_message("Hi")  # <- call
    """)


def test_bedrock() -> None:
    expect_calls("""
        import boto3

        bedrock = boto3.client("bedrock-runtime", region_name="eu-central-1")
        bedrock.converse(modelId="anthropic.claude-3-haiku-20240307-v1:0", messages=[])  # <- call
        boto3.Session().client(service_name="bedrock-runtime").invoke_model(modelId="m", body="{}")  # <- call
    """)


def test_other_aws_services_are_no_llm() -> None:
    expect_calls("""
        import boto3

        # bedrock-runtime is used elsewhere
        s3 = boto3.client("s3")
        s3.converse(modelId="x")
        boto3.client("sagemaker-runtime").invoke_endpoint(EndpointName="bert")
    """)


def test_mocked_response_is_no_call() -> None:
    expect_calls("""
        import litellm

        litellm.completion(model="gpt-4.1", messages=[], mock_response="Hi there")
    """)


def test_tracing_adapter_keeps_the_surface() -> None:
    code = """
        from langsmith.wrappers import wrap_openai
        from openai import OpenAI

        client = wrap_openai(OpenAI(timeout=20))
        client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """
    expect_calls(code)
    assert only_site(code).gives("trace")
    assert setting(code, "timeout") == "present 20"


def test_langchain_model() -> None:
    expect_calls("""
        from langchain_openai import ChatOpenAI

        model = ChatOpenAI(model="gpt-4.1")
        model.invoke("Hi")  # <- call

        async def ask():
            async for chunk in model.astream("Hi"):  # <- call
                print(chunk.content)
    """)


def test_langchain_pipe() -> None:
    site = only_site("""
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_openai import ChatOpenAI

        prompt = ChatPromptTemplate.from_template("Say {word}")
        chain = prompt | ChatOpenAI(model="gpt-4.1", timeout=20) | StrOutputParser()
        chain.invoke({"word": "hi"})
    """)
    assert site.via == "chain"
    assert site.models == ["gpt-4.1"]


def test_langchain_derivations() -> None:
    site = only_site("""
        from langchain_anthropic import ChatAnthropic
        from pydantic import BaseModel

        class Answer(BaseModel):
            text: str

        model = ChatAnthropic(model="claude-sonnet-4-5").with_structured_output(Answer).with_retry()
        model.invoke("Hi")
    """)
    assert site.gives("constraint")


def test_langchain_chain_built_by_pipe_method() -> None:
    expect_calls("""
        from langchain_core.prompts import PromptTemplate
        from langchain_openai import ChatOpenAI

        chain = PromptTemplate.from_template("Say {word}").pipe(ChatOpenAI(model="gpt-4.1"))
        chain.invoke({"word": "hi"})  # <- call
    """)


def test_ollama_functions() -> None:
    expect_calls("""
        import ollama
        from ollama import chat

        chat(model="llama3.2", messages=[])  # <- call
        ollama.generate(model="llama3.2", prompt="Hi")  # <- call
    """)


def test_same_name_in_two_sdks() -> None:
    sites = expect_calls("""
        from groq import Groq
        from openai import OpenAI

        OpenAI().chat.completions.create(model="gpt-4.1", messages=[])  # <- call
        Groq().chat.completions.create(model="llama-3.3-70b-versatile", messages=[])  # <- call
    """)
    assert [site.match.surface.sdk.name for site in sites] == ["openai", "groq"]


def test_unresolved_receiver_with_an_unmistakable_chain() -> None:
    site = only_site("""
        import openai

        def ask(container, question):
            return container.get("llm").chat.completions.create(model="gpt-4.1", messages=[])
    """)
    assert site.confidence == "shape"
