"""Clients and chains kept in the store of a session and taken out of it by another function."""

from __future__ import annotations

from support import call_sites, expect_calls, setting

from llmlint.index.values import Unknown, alternatives


def test_chain_in_a_chainlit_session() -> None:
    expect_calls("""
        import chainlit as cl
        from langchain_core.prompts import ChatPromptTemplate
        from langchain_openai import ChatOpenAI

        @cl.on_chat_start
        async def start():
            cl.user_session.set("chain", ChatPromptTemplate.from_template("{q}") | ChatOpenAI())

        @cl.on_message
        async def main(message):
            chain = cl.user_session.get("chain")
            await chain.ainvoke({"q": message.content})  # <- call
            await cl.make_async(cl.user_session.get("chain").invoke)({"q": message.content})  # <- call
            cl.user_session.get("other").ainvoke({"q": message.content})
    """)


def test_chain_that_is_called_itself_in_a_thread() -> None:
    expect_calls("""
        import asyncio
        import chainlit as cl
        from langchain.chains import ConversationChain
        from langchain_openai import ChatOpenAI

        @cl.on_chat_start
        def start():
            cl.user_session.set("chain", ConversationChain(llm=ChatOpenAI()))

        @cl.on_message
        async def main(message):
            chain = cl.user_session.get("chain")
            await cl.make_async(chain)(message.content)  # <- call
            await asyncio.to_thread(chain, message.content)  # <- call
            await asyncio.to_thread(print, chain)
    """)


def test_streamlit_state_by_attribute_item_and_get() -> None:
    expect_calls("""
        import streamlit as st
        from openai import OpenAI

        if "client" not in st.session_state:
            st.session_state.client = None
            st.session_state["second"] = OpenAI()
        st.session_state.update({"third": OpenAI()})

        def connect():
            st.session_state["client"] = OpenAI()

        def ask(question):
            st.session_state.client.responses.create(model="gpt-4.1", input=question)  # <- call
            st.session_state["client"].responses.create(model="gpt-4.1", input=question)  # <- call
            st.session_state.get("second").responses.create(model="gpt-4.1", input=question)  # <- call
            state = st.session_state
            state.third.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_state_of_a_web_application_across_modules() -> None:
    expect_calls(
        {
            "main.py": """
                from fastapi import FastAPI
                from openai import AsyncOpenAI
                from routes import router

                async def lifespan(app: FastAPI):
                    app.state.model = AsyncOpenAI()
                    yield

                app = FastAPI(lifespan=lifespan)
                app.include_router(router)
            """,
            "routes.py": """
                from fastapi import APIRouter, Request

                router = APIRouter()

                @router.post("/ask")
                async def ask(request: Request, question: str):
                    return await request.app.state.model.responses.create(model="gpt-4.1", input=question)  # <- call
            """,
        }
    )


def test_configuration_of_a_flask_application() -> None:
    expect_calls("""
        from flask import Flask, current_app
        from openai import OpenAI

        app = Flask(__name__)
        app.config["LLM"] = OpenAI()

        @app.post("/ask")
        def ask():
            return current_app.config["LLM"].responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_applications_that_know_nothing_of_each_other_share_no_session() -> None:
    one = """
        import chainlit as cl
        from openai import AsyncOpenAI

        @cl.on_chat_start
        async def start():
            cl.user_session.set("agent", AsyncOpenAI())
    """
    other = """
        import chainlit as cl

        @cl.on_message
        async def main(message):
            await cl.user_session.get("agent").responses.create(model="gpt-4.1", input=message.content)
    """
    assert [site.confidence for site in call_sites({"one.py": one, "other.py": other})] == []


def test_a_name_that_a_widget_fills_may_hold_anything() -> None:
    (site,) = call_sites("""
        import streamlit as st
        from openai import OpenAI

        st.session_state["model"] = "gpt-4.1"
        st.selectbox("Model", ["gpt-4.1", "o3"], key="model")
        OpenAI().responses.create(model=st.session_state["model"], input="Hi")
    """)
    value = site.setting("model").value
    assert value is not None
    assert any(isinstance(option, Unknown) for option in alternatives(value))


CAP = """
    import streamlit as st
    from openai import OpenAI

    st.session_state.cap = None

    def put(name, value):
        {}

    OpenAI().responses.create(model="gpt-4.1", input="Hi", max_output_tokens=st.session_state.cap)
"""


def test_a_key_that_is_computed_may_be_any_name() -> None:
    assert setting(CAP.format("st.session_state[name] = value"), "max-tokens") == "unknown"
    assert setting(CAP.format("st.session_state.update(value)"), "max-tokens") == "unknown"
    assert setting(CAP.format("st.session_state.setdefault(name, value)"), "max-tokens") == "unknown"


def test_a_key_that_is_computed_is_another_where_its_text_says_so() -> None:
    assert setting(CAP.format("st.session_state[f'{name}_count'] = value"), "max-tokens") == "absent"
    assert setting(CAP.format("for key in ('a', 'b'): st.session_state[key] = value"), "max-tokens") == "absent"
    assert setting(CAP.format("st.session_state.update({'a': value})"), "max-tokens") == "absent"


def test_a_configuration_that_is_read_from_elsewhere() -> None:
    config = """
        from flask import Flask, current_app
        from openai import OpenAI

        app = Flask(__name__)
        app.config["LIMIT"] = None
        {}

        @app.post("/ask")
        def ask():
            cap = current_app.config["LIMIT"]
            return OpenAI().responses.create(model="gpt-4.1", input="Hi", max_output_tokens=cap)
    """
    assert setting(config.format(""), "max-tokens") == "absent"
    assert setting(config.format("app.config.from_prefixed_env()"), "max-tokens") == "unknown"
    assert setting(config.format("app.config.from_object('settings')"), "max-tokens") == "unknown"
