"""What only looks like an LLM call is none."""

from __future__ import annotations

from support import expect_calls


def test_class_of_the_project_with_the_name_of_an_sdk_class() -> None:
    expect_calls("""
        import openai  # for its exceptions

        class OpenAI:
            class responses:
                @staticmethod
                def create(**arguments):
                    return arguments

        OpenAI().responses.create(model="fake", input="Hi")
    """)


def test_fake_client_of_the_tests() -> None:
    expect_calls(
        {
            "fakes.py": """
            class OpenAI:
                def __init__(self):
                    self.responses = self

                def create(self, **arguments):
                    return "canned"
        """,
            "app.py": """
            from fakes import OpenAI

            # stands in for openai
            OpenAI().responses.create(model="fake", input="Hi")
        """,
        }
    )


def test_messages_of_another_service() -> None:
    expect_calls("""
        import openai
        from twilio.rest import Client

        client = Client("sid", "token")
        client.messages.create(to="+4930123456", from_="+4930654321", body="Hi")
    """)


def test_payment_service_with_completions() -> None:
    expect_calls("""
        import anthropic
        import stripe

        stripe.Customer.create(name="Ada")
        stripe.completions.create(amount=1)
    """)


def test_variable_called_llm() -> None:
    expect_calls("""
        from langchain_openai import ChatOpenAI
        from simulator import Lunar

        llm = Lunar()
        llm.invoke("land")
    """)


def test_invoke_of_something_unknown() -> None:
    expect_calls("""
        from langchain_core.tools import tool

        def run(graph, state):
            return graph.invoke(state)
    """)


def test_create_of_an_orm() -> None:
    expect_calls("""
        from openai import OpenAI
        from app.models import Message

        Message.objects.create(text="Hi")
        session.messages.create(text="Hi")
    """)


def test_name_rebound_to_something_else() -> None:
    expect_calls("""
        from openai import OpenAI
        import twilio.rest

        client = OpenAI()
        client.responses.create(model="gpt-4.1", input="Hi")  # <- call
        client = twilio.rest.Client()
        client.responses.create(model="gpt-4.1", input="Hi")
    """)


def test_local_name_hides_the_client() -> None:
    expect_calls("""
        from openai import OpenAI
        from twilio.rest import Client

        client = OpenAI()

        def send():
            client = Client()
            client.messages.create(body="Hi")

        def ask():
            client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_text_that_names_a_call() -> None:
    expect_calls('''
        import openai

        EXAMPLE = """
        client.chat.completions.create(model="gpt-4.1", messages=[])
        """
        # client.chat.completions.create(model="gpt-4.1", messages=[])
    ''')


def test_litellm_named_function_of_the_project() -> None:
    expect_calls(
        {
            "llm.py": """
            def completion(**arguments):
                return arguments
        """,
            "app.py": """
            # replaces litellm
            from llm import completion

            completion(model="x", messages=[])
        """,
        }
    )
