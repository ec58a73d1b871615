"""Settings written at the call: keywords, positions, sentinels, constants from elsewhere, nested objects."""

from __future__ import annotations

from support import only_site, setting


def chat(arguments: str, before: str = "") -> str:
    """A module with one chat call with these arguments."""
    head = "from openai import OpenAI\nclient = OpenAI()\n"
    return f"{head}{before}\nclient.chat.completions.create(model='gpt-4.1', messages=[], {arguments})\n"


def test_constant() -> None:
    assert setting(chat("max_tokens=300"), "max-tokens") == "present 300"


def test_second_spelling() -> None:
    assert setting(chat("max_completion_tokens=300"), "max-tokens") == "present 300"


def test_nothing_given() -> None:
    assert setting(chat(""), "max-tokens") == "absent"
    assert setting(chat(""), "constraint") == "absent"


def test_none_counts_as_not_given() -> None:
    assert setting(chat("max_tokens=None"), "max-tokens") == "absent"
    assert setting(chat("response_format=None"), "constraint") == "absent"


def test_sentinels_count_as_not_given() -> None:
    assert setting(chat("max_tokens=NOT_GIVEN", "from openai import NOT_GIVEN"), "max-tokens") == "absent"
    assert setting(chat("max_tokens=openai.NOT_GIVEN", "import openai"), "max-tokens") == "absent"
    assert setting(chat("max_tokens=omit", "from openai import omit"), "max-tokens") == "absent"
    assert setting(chat("max_tokens=NotGiven()", "from openai import NotGiven"), "max-tokens") == "absent"


def test_none_on_one_path() -> None:
    assert setting(chat("max_tokens=300 if fast else None", "fast = input() == 'y'"), "max-tokens") == "unknown"


def test_sentinel_on_one_path() -> None:
    before = "from openai import NOT_GIVEN\nfast = input() == 'y'"
    assert setting(chat("max_tokens=300 if fast else NOT_GIVEN", before), "max-tokens") == "unknown"


def test_constant_of_the_module() -> None:
    assert setting(chat("max_tokens=LIMIT", "LIMIT = 300"), "max-tokens") == "present 300"


def test_product_of_constants() -> None:
    assert setting(chat("max_tokens=4 * LIMIT", "LIMIT = 1024"), "max-tokens") == "present 4096"


def test_environment_variable() -> None:
    before = "import os\nLIMIT = int(os.getenv('LIMIT', '300'))"
    assert setting(chat("max_tokens=LIMIT", before), "max-tokens") == "present $LIMIT"


def test_value_that_cannot_be_known_is_still_present() -> None:
    assert setting(chat("max_tokens=compute()", "from budget import compute"), "max-tokens").startswith("present")


def test_attribute_of_a_settings_object() -> None:
    before = """
class Settings:
    max_tokens: int = 300

settings = Settings()
"""
    assert setting(chat("max_tokens=settings.max_tokens", before), "max-tokens") == "present 300"


def test_enum_member() -> None:
    before = """
from enum import Enum

class Model(str, Enum):
    FAST = "gpt-4.1-mini"
"""
    head = "from openai import OpenAI\n"
    for spelled in ("Model.FAST", "Model.FAST.value"):
        code = f"{head}{before}\nOpenAI().chat.completions.create(model={spelled}, messages=[])\n"
        assert setting(code, "model") == "present 'gpt-4.1-mini'"


def test_models_of_all_paths() -> None:
    site = only_site("""
        import os
        from openai import OpenAI

        model = "gpt-4.1" if input() else os.getenv("MODEL", "gpt-4o")
        OpenAI().responses.create(model=model, input="Hi")
    """)
    assert site.models == ["gpt-4.1", "gpt-4o"]


def test_response_format() -> None:
    assert setting(chat("response_format={'type': 'json_object'}"), "constraint") == "present {type: 'json_object'}"


def test_positional_arguments() -> None:
    code = "import litellm\nlitellm.completion('gpt-4o', [{'role': 'user', 'content': 'Hi'}], 30)\n"
    assert setting(code, "model") == "present 'gpt-4o'"
    assert setting(code, "prompt") == "present [{role: 'user', content: 'Hi'}]"
    assert setting(code, "timeout") == "present 30"
    assert setting(code, "max-tokens") == "absent"


def test_spread_positional_arguments_are_unknown() -> None:
    code = "import litellm\nimport job\nlitellm.completion(*job.arguments)\n"
    assert setting(code, "model") == "unknown"
    assert setting(code, "max-tokens") == "unknown"


def test_spread_of_a_known_tuple() -> None:
    code = "import litellm\narguments = ('gpt-4o', [])\nlitellm.completion(*arguments)\n"
    assert setting(code, "max-tokens") in ("absent", "unknown")
    assert setting(code, "model") != "absent"


def test_nested_setting_of_the_responses_api() -> None:
    head = "from openai import OpenAI\nOpenAI().responses.create(model='gpt-5', input='Hi', "
    assert setting(head + "text={'format': {'type': 'json_object'}})\n", "constraint").startswith("present")
    assert setting(head + "text={'verbosity': 'low'})\n", "constraint") == "absent"
    assert setting(head + "reasoning={'effort': 'low'})\n", "reasoning") == "present 'low'"


GEMINI = """
from google import genai
from google.genai import types

client = genai.Client()
"""


def gemini(config: str, before: str = "") -> str:
    return (
        f"{GEMINI}{before}\nclient.models.generate_content(model='gemini-2.5-flash', contents='Hi', config={config})\n"
    )


def test_config_object() -> None:
    code = gemini("types.GenerateContentConfig(max_output_tokens=300)")
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "constraint") == "absent"


def test_config_mapping() -> None:
    code = gemini("{'max_output_tokens': 300, 'response_mime_type': 'application/json'}")
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "constraint") == "present 'application/json'"


def test_config_object_kept_in_a_variable() -> None:
    code = gemini("CONFIG", "CONFIG = types.GenerateContentConfig(temperature=0, max_output_tokens=300)")
    assert setting(code, "max-tokens") == "present 300"


def test_config_object_from_a_mapping() -> None:
    code = gemini("types.GenerateContentConfig(**options)", "options = {'max_output_tokens': 300}")
    assert setting(code, "max-tokens") == "present 300"
    assert setting(code, "temperature") == "absent"


def test_config_object_changed_afterwards() -> None:
    before = "config = types.GenerateContentConfig(temperature=0)\nconfig.max_output_tokens = 300"
    assert setting(gemini("config", before), "max-tokens") != "absent"


def test_config_from_elsewhere_is_unknown() -> None:
    code = gemini("load_config()", "from settings import load_config")
    assert setting(code, "max-tokens") == "unknown"


def test_config_chosen_by_a_condition() -> None:
    code = gemini("{'max_output_tokens': 300} if input() else None")
    assert setting(code, "max-tokens") == "unknown"


def test_no_config() -> None:
    assert (
        setting(GEMINI + "client.models.generate_content(model='gemini-2.5-flash', contents='Hi')\n", "max-tokens")
        == "absent"
    )


def test_settings_of_a_langchain_model() -> None:
    head = "from langchain_openai import ChatOpenAI\n"
    assert setting(head + "ChatOpenAI(model='gpt-4.1', max_tokens=300).invoke('Hi')\n", "max-tokens") == "present 300"
    assert setting(head + "ChatOpenAI(model='gpt-4.1').invoke('Hi')\n", "max-tokens") == "absent"
    assert (
        setting(head + "ChatOpenAI(model='gpt-4.1').bind(max_tokens=300).invoke('Hi')\n", "max-tokens") == "present 300"
    )


def test_assignment_to_the_sdk_module() -> None:
    code = "import litellm\nlitellm.num_retries = 4\nlitellm.completion(model='gpt-4o', messages=[])\n"
    assert setting(code, "retries") == "present 4"
