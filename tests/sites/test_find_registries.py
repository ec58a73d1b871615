"""Clients picked by name out of a table, a module or a string."""

from __future__ import annotations

from support import expect_calls, only_site


def test_dict_of_sdk_classes() -> None:
    site = only_site("""
        from openai import AzureOpenAI, OpenAI

        CLIENTS = {"openai": OpenAI, "azure": AzureOpenAI}

        def ask(provider):
            client = CLIENTS[provider]()
            return client.chat.completions.create(model="gpt-4.1", messages=[])
    """)
    assert len(site.matches) == 2


def test_dict_of_project_classes() -> None:
    expect_calls("""
        from anthropic import Anthropic
        from openai import OpenAI

        class Gpt:
            def __init__(self):
                self.client = OpenAI()

            def ask(self, question):
                return self.client.responses.create(model="gpt-4.1", input=question)  # <- call

        class Claude:
            def __init__(self):
                self.client = Anthropic()

            def ask(self, question):
                return self.client.messages.create(model="claude-sonnet-4-5", max_tokens=9, messages=[])  # <- call

        BACKENDS = {"gpt": Gpt, "claude": Claude}

        def backend(name):
            return BACKENDS[name]()

        backend("gpt").client.responses.create(model="gpt-4.1", input="Hi")  # <- call
    """)


def test_dict_of_factories() -> None:
    expect_calls("""
        from openai import OpenAI

        def local():
            return OpenAI(base_url="http://localhost:8000/v1")

        FACTORIES = {"local": local, "cloud": lambda: OpenAI()}

        def ask(where, question):
            return FACTORIES[where]().responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_getattr_of_the_sdk_module() -> None:
    expect_calls("""
        import openai

        def ask(asynchronous, question):
            name = "AsyncOpenAI" if asynchronous else "OpenAI"
            client = getattr(openai, name)()
            return client.responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_module_imported_by_a_string() -> None:
    expect_calls("""
        import importlib

        def ask(question):
            sdk = importlib.import_module("openai")
            return sdk.OpenAI().responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_project_module_imported_by_a_string() -> None:
    expect_calls(
        {
            "backends/__init__.py": "",
            "backends/gpt.py": "from openai import OpenAI\n\ndef make():\n    return OpenAI()\n",
            "main.py": """
            from importlib import import_module

            backend = import_module("backends.gpt")
            backend.make().responses.create(model="gpt-4.1", input="Hi")  # <- call
        """,
        }
    )


def test_module_and_class_named_by_a_table() -> None:
    expect_calls("""
        import importlib

        TABLE = {"openai": ("openai", "OpenAI"), "azure": ("openai", "AzureOpenAI")}

        def client_for(name):
            module, attribute = TABLE[name]
            return getattr(importlib.import_module(module), attribute)()

        def ask(name):
            return client_for(name).chat.completions.create(model="gpt-4.1", messages=[])  # <- call
    """)


def test_registry_filled_by_item_assignment() -> None:
    expect_calls("""
        from openai import OpenAI

        clients = {}
        clients["main"] = OpenAI()
        clients["main"].responses.create(model="gpt-4.1", input="Hi")  # <- call

        def ask(question):
            return clients["main"].responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_registry_on_self() -> None:
    expect_calls("""
        from openai import OpenAI

        class Router:
            def __init__(self):
                self.clients = {"cheap": OpenAI(), "good": OpenAI(timeout=30)}

            def ask(self, tier, question):
                return self.clients[tier].responses.create(model="gpt-4.1", input=question)  # <- call
    """)


def test_one_of_the_clients_that_a_comprehension_builds() -> None:
    expect_calls("""
        from openai import OpenAI

        class Pool:
            def __init__(self, keys):
                self.clients = [OpenAI(api_key=key) for key in keys]

            def ask(self, question):
                return self.clients[-1].responses.create(model="gpt-4.1", input=question)  # <- call
    """)
