"""Settings that objects carry: attributes that are set anew, and objects that cannot be the ones used."""

from __future__ import annotations

from support import setting

BASE = """
from openai import OpenAI


class Writer:
    def __init__(self, key):
        self.options = {"temperature": 0.7, "max_tokens": 500}


"""


def of_subclass(assignment: str, name: str, before: str = "super().__init__(key)", after: str = "pass") -> str:
    """The state of a setting of a call with `**self.options`, which the subclass assigns again."""
    return setting(
        BASE
        + f"""
class Long(Writer):
    def __init__(self, key):
        {before}
        self.client = OpenAI(api_key=key)
        {assignment}
        {after}

    def write(self, messages):
        return self.client.chat.completions.create(messages=messages, **self.options)

Long("key").write([])
""",
        name,
    )


def test_a_mapping_made_of_what_the_base_class_set() -> None:
    assert of_subclass('self.options = {**self.options, "n": 1}', "max-tokens") == "present 500"
    assert of_subclass('self.options = {**self.options, "n": 1}', "timeout") == "absent"


def test_the_new_value_replaces_that_of_the_base_class() -> None:
    assert of_subclass('self.options = {**self.options, "max_tokens": 900}', "max-tokens") == "present 900"
    assert of_subclass('self.options = {"n": 1}', "max-tokens") == "absent"


def test_a_value_that_every_branch_sets_replaces_that_of_the_base_class() -> None:
    both = 'if key: self.options = {"n": 1}\n        else: self.options: dict = {"n": 2}'
    assert of_subclass(both, "max-tokens") == "absent"
    left = 'if key: self.options = {"n": 1}\n        elif self.client: return\n        else: self.options = {"n": 2}'
    assert of_subclass(left, "max-tokens").startswith("unknown")


def test_a_value_set_on_one_path_or_before_the_base_class_does_not_replace() -> None:
    assert of_subclass('if OpenAI.debugging: self.options = {"n": 1}', "max-tokens") == "unknown"
    assert (
        of_subclass("pass", "max-tokens", before='self.options = {"n": 1}', after="super().__init__(key)") == "unknown"
    )


def test_an_object_without_the_method_is_not_the_one_used() -> None:
    code = """
        import boto3


        class Config:
            def __init__(self, model):
                self.model = model


        class BedrockConfig(Config):
            def arguments(self):
                return {"region_name": "us-west-2"}


        class Model:
            def __init__(self, config: Config | BedrockConfig):
                if not isinstance(config, BedrockConfig):
                    config = BedrockConfig(config.model)
                self.config = config
                self.client = boto3.client("bedrock-runtime", **self.config.arguments())

            def ask(self, messages):
                return self.client.converse(modelId="m", messages=messages)


        Model(Config("m")).ask([])
        Model(BedrockConfig("m")).ask([])
    """
    assert setting(code, "timeout") == "absent"


def test_more_objects_than_are_told_apart_still_give_the_same_keys() -> None:
    calls = "\n".join(f"Model({number}).ask([])" for number in range(60))
    code = f"""
import boto3


class Model:
    def __init__(self, size):
        self.size = size

    def arguments(self):
        return {{"region_name": "us-west-2", "size": self.size}}

    def ask(self, messages):
        return boto3.client("bedrock-runtime", **self.arguments()).converse(modelId="m", messages=messages)


{calls}
"""
    assert setting(code, "timeout") == "absent"


def test_what_a_declared_field_holds_is_what_the_object_is_built_with() -> None:
    code = """
        from openai import OpenAI
        from pydantic import BaseModel, Field

        class Lookup(BaseModel):
            client: OpenAI

            def vector(self, text):
                return self.client.embeddings.create(model="text-embedding-3-small", input=text)

        class Desk:
            def lookup(self):
                return Lookup(client=OpenAI(timeout=9))
    """
    assert setting(code, "timeout") == "present 9"
    beside = code.replace("Lookup(client=OpenAI(timeout=9))", "Lookup(client=chosen())")
    assert setting(beside, "timeout") == "unknown"
    made = beside.replace("client: OpenAI", "client: OpenAI = Field(default_factory=lambda: OpenAI(timeout=7))")
    assert setting(made.replace("Lookup(client=chosen())", "Lookup()"), "timeout") == "present 7"


def test_what_only_notebooks_leave_out_has_its_default_in_a_program() -> None:
    code = {
        "local.py": """
            class Local:
                def __init__(self, llm, max_tokens: int | None = 200):
                    self.llm = llm
                    self.max_tokens = max_tokens

                def ask(self, messages):
                    return self.llm.create_chat_completion(messages=messages, max_tokens=self.max_tokens)
        """,
        "try.ipynb": """
            from llama_cpp import Llama
            from local import Local
            # %%
            print(Local(Llama("model.gguf"), max_tokens=None).ask([]))
        """,
    }
    assert setting(code, "max-tokens") == "present 200"
