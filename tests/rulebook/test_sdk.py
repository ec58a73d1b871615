"""The SDK files: sound, in agreement with each other, and right about the facts that decide rules."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import tomli

from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.sdk import all_words, load_sdk, reserved_roots, sdk_for_root
from llmlint.rulebook.sdk_model import Client, Operation, Sdk
from llmlint.rulebook.sdk_reader import read_sdk
from llmlint.rulebook.table import RulebookError, Table

FILES = sorted(rules_dir().glob("sdk/*.toml"))
NAMES = [path.stem for path in FILES]


def client(name: str, dotted: str) -> Client:
    found = load_sdk(name).client(dotted)
    assert found is not None, dotted
    return found


def operation(name: str, path: str, owner: str = "") -> Operation:
    sdk = load_sdk(name)
    found = [
        one
        for one in sdk.operations_by_last[path.rpartition(".")[2]]
        if path in one.paths and (not one.clients or not owner or owner in one.clients)
    ]
    assert found, path
    return found[0]


def function(name: str, dotted: str) -> Operation:
    found = load_sdk(name).function(dotted)
    assert found is not None, dotted
    return found


def read(text: str) -> Sdk:
    return read_sdk(Table(tomli.loads(f'name = "x"\ndistribution = "x"\n{text}'), "x.toml"))


def within(dotted: str, roots: tuple[str, ...]) -> bool:
    return any(dotted == root or dotted.startswith(f"{root}.") for root in roots)


class TestEveryFile:
    @pytest.mark.parametrize("name", NAMES)
    def test_is_named_after_its_sdk(self, name: str) -> None:
        sdk = load_sdk(name)
        assert sdk.name == name
        assert sdk.distribution
        assert sdk.verified
        assert sdk.operations

    @pytest.mark.parametrize("name", NAMES)
    def test_is_found_by_its_roots_and_words(self, name: str) -> None:
        sdk = load_sdk(name)
        assert sdk.roots
        assert {root: sdk_for_root(root) for root in sdk.roots} == dict.fromkeys(sdk.roots, name)
        words = all_words()
        spelled = [root if "." in root else f"import {root}" for root in sdk.roots]
        assert {word: words.get(word.encode()) for word in (*spelled, *sdk.words)} == dict.fromkeys(
            (*spelled, *sdk.words), name
        )

    def test_an_everyday_word_names_no_sdk(self) -> None:
        assert b"together" not in all_words()

    def test_a_name_that_projects_use_themselves_is_no_reserved_root(self) -> None:
        assert b"import llm" in all_words()
        assert b'"llm"' not in all_words()
        assert "llm" not in reserved_roots()
        assert {"openai", "mirascope", "google"} <= reserved_roots()

    @pytest.mark.parametrize("name", NAMES)
    def test_names_classes_and_aliases_under_its_roots(self, name: str) -> None:
        sdk = load_sdk(name)
        dotted = [name for client in sdk.clients for name in (*client.classes, *client.factories)]
        dotted += [name for one in sdk.operations for name in one.functions]
        assert [one for one in (*dotted, *sdk.aliases) if not within(one, sdk.roots)] == []

    @pytest.mark.parametrize("name", NAMES)
    def test_describes_each_class_and_function_once(self, name: str) -> None:
        sdk = load_sdk(name)
        dotted = [name for client in sdk.clients for name in client.classes]
        dotted += [name for one in sdk.operations for name in one.functions]
        assert sorted(dotted) == sorted(set(dotted))

    @pytest.mark.parametrize("name", NAMES)
    def test_offers_each_path_once_per_client(self, name: str) -> None:
        seen: set[tuple[str, str]] = set()
        for one in load_sdk(name).operations:
            offers = {(path, owner) for path in one.paths for owner in one.clients or ("",)}
            assert not offers & seen
            seen |= offers

    @pytest.mark.parametrize("name", NAMES)
    def test_resolves_aliases_for_good(self, name: str) -> None:
        sdk = load_sdk(name)
        for alias in sdk.aliases:
            canonical = sdk.canonical(alias)
            assert sdk.canonical(canonical) == canonical

    @pytest.mark.parametrize("name", NAMES)
    def test_has_exceptions_without_cycles(self, name: str) -> None:
        exceptions = load_sdk(name).exceptions
        assert exceptions.base
        for start in exceptions.parents:
            chain = [start]
            while (parent := exceptions.parents.get(chain[-1])) is not None:
                assert parent not in chain
                chain.append(parent)

    @pytest.mark.parametrize("name", NAMES)
    def test_limits_and_retires_parameters_of_known_paths(self, name: str) -> None:
        sdk = load_sdk(name)
        known = {path for one in sdk.operations for path in one.paths}
        named = {path for limit in sdk.token_limits for path in limit.paths}
        named |= {path for retired in sdk.retired_parameters for path in retired.paths}
        assert named - known == set()
        built = {name for one in sdk.clients for name in one.classes}
        assert {name for retired in sdk.retired_parameters for name in retired.clients} - built == set()

    @pytest.mark.parametrize("name", NAMES)
    def test_derives_objects_that_have_operations(self, name: str) -> None:
        sdk = load_sdk(name)
        called = {path.rpartition("().")[0] for one in sdk.operations for path in one.paths if "()." in path}
        derived = {one.method for one in sdk.derivations if one.surface == "path"}
        assert called == derived

    @pytest.mark.parametrize("name", NAMES)
    def test_uses_every_table(self, name: str) -> None:
        path = rules_dir() / "sdk" / f"{name}.toml"
        data = tomli.loads(path.read_text(encoding="utf-8"))
        users = [
            *data.get("client", []),
            *data.get("operation", []),
            *data.get("derivation", []),
            data.get("module", {}),
        ]
        users += [inner for one in users for key in ("earlier", "with-model") for inner in one.get(key, [])]
        used = {one.get("settings") for one in users} | {one.get("like") for one in data.get("settings", {}).values()}
        assert set(data.get("settings", {})) - used == set()
        assert set(data.get("response", {})) - {one.get("response") for one in users} == set()


def test_roots_name_existing_files() -> None:
    assert set(all_words().values()) == {*NAMES, "requests"}  # an address is worth a look at the requests


class TestFindingAnSdk:
    def test_of_a_module_inside_a_root(self) -> None:
        assert sdk_for_root("google.genai.types") == "google-genai"
        assert sdk_for_root("openai.types.chat") == "openai"

    def test_not_of_a_sibling_of_a_root(self) -> None:
        assert sdk_for_root("google.cloud.storage") is None
        assert sdk_for_root("google") is None
        assert sdk_for_root("openai_helpers") is None

    def test_that_does_not_exist(self) -> None:
        with pytest.raises(RulebookError, match=r"no-such-sdk\.toml"):
            load_sdk("no-such-sdk")


def test_layers_that_translate_parameters_say_so() -> None:
    assert [name for name in NAMES if load_sdk(name).translates] == ["langchain", "litellm"]


class TestCanonicalNames:
    @pytest.mark.parametrize(
        ("name", "public", "canonical"),
        [
            ("openai", "openai.Client", "openai.OpenAI"),
            ("openai", "openai.lib.azure.AsyncAzureOpenAI", "openai.AsyncAzureOpenAI"),
            ("openai", "langfuse.openai.OpenAI", "openai.OpenAI"),
            ("openai", "langfuse.openai.openai.chat.completions.create", "openai.chat.completions.create"),
            ("openai", "openai.error.RateLimitError", "openai.RateLimitError"),
            ("anthropic", "anthropic.AsyncClient", "anthropic.AsyncAnthropic"),
            ("langchain", "langchain.chat_models.ChatOpenAI", "langchain_openai.ChatOpenAI"),
            ("langchain", "langchain.chat_models.openai.ChatOpenAI", "langchain_openai.ChatOpenAI"),
            ("langchain", "langchain.llms.OpenAI", "langchain_openai.OpenAI"),
            ("langchain", "langchain_classic.embeddings.OpenAIEmbeddings", "langchain_openai.OpenAIEmbeddings"),
            ("langchain", "langchain.chat_models.init_chat_model", "langchain.chat_models.init_chat_model"),
            ("langchain", "langchain.chat_models.base.BaseChatModel", "langchain_core.language_models.BaseChatModel"),
            ("mistralai", "mistralai.client.Mistral", "mistralai.client.Mistral"),
        ],
    )
    def test_behind_public_paths(self, name: str, public: str, canonical: str) -> None:
        assert load_sdk(name).canonical(public) == canonical

    def test_leave_unknown_names_alone(self) -> None:
        assert load_sdk("openai").canonical("openai.types.chat.ChatCompletion") == "openai.types.chat.ChatCompletion"
        assert load_sdk("openai").client("openai.NoSuchClient") is None
        assert load_sdk("openai").function("openai.OpenAI") is None


class TestDefaults:
    @pytest.mark.parametrize(
        ("name", "dotted", "timeout", "retries"),
        [
            ("openai", "openai.OpenAI", 600, 2),
            ("openai", "openai.AsyncAzureOpenAI", 600, 2),
            ("anthropic", "anthropic.AsyncAnthropicBedrock", 600, 2),
            ("groq", "groq.Groq", 60, 2),
            ("together", "together.AsyncTogether", 60, 2),
            ("fireworks", "fireworks.Fireworks", 60, 2),
            ("cerebras", "cerebras.cloud.sdk.Cerebras", 60, 2),
            ("cohere", "cohere.ClientV2", 300, 2),
            ("google-genai", "google.genai.Client", math.inf, 0),
            ("google-generativeai", "google.generativeai.GenerativeModel", 600, 0),
            ("vertexai", "vertexai.preview.generative_models.GenerativeModel", math.inf, 0),
            ("mistralai", "mistralai.client.Mistral", 300, 0),
            ("mistralai", "mistralai.Mistral", math.inf, 0),
            ("ollama", "ollama.AsyncClient", math.inf, 0),
            ("huggingface_hub", "huggingface_hub.InferenceClient", math.inf, 0),
            ("litellm", "litellm.Router", 6000, 2),
            ("langchain", "langchain_openai.ChatOpenAI", math.inf, 2),
            ("langchain", "langchain_anthropic.ChatAnthropic", math.inf, 2),
            ("langchain", "langchain_openai.OpenAIEmbeddings", math.inf, 2),
            ("langchain", "langchain_mistralai.ChatMistralAI", 120, 4),
            ("langchain", "langchain_core.language_models.BaseChatModel", None, None),
            ("xai", "xai_sdk.Client", 1620, 4),
            ("zai", "zai.ZhipuAiClient", 300, 3),
            ("perplexityai", "perplexity.AsyncPerplexity", 900, 2),
            ("writer", "writerai.Writer", 180, None),
            ("volcengine-ark", "volcenginesdkarkruntime.Ark", 600, 2),
            ("ai21", "ai21.AI21Client", 300, 0),
            ("replicate", "replicate.Client", 30, 0),
            ("openrouter", "openrouter.OpenRouter", 5, None),
            ("haystack", "haystack.components.generators.chat.openai.OpenAIChatGenerator", 30, 5),
        ],
    )
    def test_of_clients(self, name: str, dotted: str, timeout: float | None, retries: int | None) -> None:
        defaults = client(name, dotted).defaults
        assert (defaults.timeout, defaults.retries) == (timeout, retries)

    @pytest.mark.parametrize(
        ("name", "dotted", "timeout"),
        [
            ("litellm", "litellm.acompletion", 600),
            ("litellm", "litellm.main.completion", 600),
            ("ollama", "ollama.chat", math.inf),
            ("dashscope", "dashscope.Generation.call", 300),
            ("openai", "openai.ChatCompletion.create", 600),
        ],
    )
    def test_of_functions(self, name: str, dotted: str, timeout: float) -> None:
        assert function(name, dotted).defaults.timeout == timeout


class TestSettings:
    def test_google_counts_milliseconds_and_attempts(self) -> None:
        for table in (
            client("google-genai", "google.genai.Client").settings,
            operation("google-genai", "models.generate_content").settings,
        ):
            assert table.timeout_unit == "milliseconds"
            assert table.retries_unit == "attempts"
        assert client("google-genai", "google.genai.Client").settings.paths("timeout") == ("http_options.timeout",)
        assert operation("google-genai", "models.generate_content").settings.paths("timeout") == (
            "config.http_options.timeout",
        )

    def test_google_interactions_count_seconds(self) -> None:
        assert operation("google-genai", "aio.interactions.create").settings.timeout_unit == "seconds"

    def test_mistral_changed_from_seconds_to_milliseconds(self) -> None:
        assert client("mistralai", "mistralai.client.Mistral").settings.timeout_unit == "milliseconds"
        assert client("mistralai", "mistralai.client.MistralClient").settings.timeout_unit == "seconds"

    def test_anthropic_requires_an_output_cap(self) -> None:
        for path in ("messages.create", "messages.stream", "beta.messages.parse", "completions.create"):
            assert "max-tokens" in operation("anthropic", path).settings.required
        assert "max-tokens" not in operation("openai", "chat.completions.create").settings.required

    @pytest.mark.parametrize(
        ("name", "path", "first"),
        [
            ("openai", "chat.completions.create", "max_completion_tokens"),
            ("openai", "responses.create", "max_output_tokens"),
            ("openai", "completions.create", "max_tokens"),
            ("anthropic", "messages.create", "max_tokens"),
            ("google-genai", "models.generate_content", "config.max_output_tokens"),
            ("bedrock", "converse", "inferenceConfig.maxTokens"),
            ("ollama", "chat", "options.num_predict"),
            ("huggingface_hub", "text_generation", "max_new_tokens"),
            ("groq", "chat.completions.create", "max_completion_tokens"),
            ("mistralai", "chat.complete", "max_tokens"),
        ],
    )
    def test_spell_the_output_cap_as_the_provider_does(self, name: str, path: str, first: str) -> None:
        assert operation(name, path).settings.paths("max-tokens")[0] == first

    def test_helpers_that_always_stream_or_never_do_take_no_stream(self) -> None:
        for path in ("chat.completions.parse", "chat.completions.stream", "responses.stream"):
            assert operation("openai", path).settings.paths("stream") == ()
        assert operation("openai", "responses.parse").settings.paths("stream") == ("stream",)

    def test_client_settings_are_those_of_with_options(self) -> None:
        for name in ("openai", "anthropic", "groq", "together"):
            methods = {one.method: one for one in load_sdk(name).derivations}
            assert methods["with_options"].settings.paths("retries") == ("max_retries",)
            assert methods["copy"].settings.paths("timeout") == ("timeout",)

    def test_module_settings(self) -> None:
        openai, litellm = load_sdk("openai"), load_sdk("litellm")
        assert openai.module_client is openai.client("openai.OpenAI")
        assert openai.module_settings.paths("timeout") == ("timeout",)
        assert litellm.module_client is None
        assert "success_callback" in litellm.module_settings.paths("callbacks")

    def test_legacy_openai_calls_take_request_timeout_and_engine(self) -> None:
        legacy = function("openai", "openai.ChatCompletion.acreate")
        assert legacy.is_async
        assert legacy.removed == "1.0.0"
        assert legacy.settings.paths("timeout") == ("request_timeout",)
        assert "engine" in legacy.settings.paths("model")


PROVIDERS = [
    "ai21",
    "anthropic",
    "azure-ai-inference",
    "cerebras",
    "cohere",
    "dashscope",
    "fireworks",
    "google-genai",
    "google-generativeai",
    "groq",
    "huggingface_hub",
    "litellm",
    "mistralai",
    "ollama",
    "openai",
    "openrouter",
    "perplexityai",
    "together",
    "volcengine-ark",
    "writer",
    "zai",
    "zhipuai",
]


class TestAnswers:
    @pytest.mark.parametrize("name", PROVIDERS)
    def test_of_a_provider_tell_their_text_and_why_they_ended(self, name: str) -> None:
        answers = [one for one in load_sdk(name).operations if one.kind in ("chat", "responses") and one.response.name]
        assert answers
        for one in answers:
            assert one.response.text or one.response.stream_text, one.paths
            assert one.response.finish, one.paths
            assert one.response.usage or one.response.name in ("outputs", "palm-chat"), one.paths

    @pytest.mark.parametrize(
        ("name", "path", "optional"),
        [
            ("openai", "chat.completions.create", True),
            ("openai", "responses.create", False),
            ("anthropic", "messages.create", False),
            ("google-genai", "models.generate_content", True),
            ("google-generativeai", "generate_content", False),  # raises instead
            ("ollama", "chat", True),
            ("ollama", "generate", False),
            ("mistralai", "chat.complete", True),
            ("writer", "chat.chat", False),
            ("perplexityai", "chat.completions.create", True),
        ],
    )
    def test_may_have_no_text(self, name: str, path: str, optional: bool) -> None:
        assert operation(name, path).response.text_optional is optional

    @pytest.mark.parametrize(
        ("name", "path", "arguments"),
        [
            ("openai", "responses.create", "output.*.arguments"),
            ("anthropic", "messages.create", "content.*.input"),
            ("bedrock", "converse", "output.message.content.*.toolUse.input"),
            ("google-genai", "models.generate_content", "function_calls.*.args"),
            ("langchain", "apply", "*.tool_calls.*.args"),
            ("openrouter", "chat.send", "choices.*.message.tool_calls.*.function.arguments"),
        ],
    )
    def test_name_the_arguments_of_tools(self, name: str, path: str, arguments: str) -> None:
        assert arguments in operation(name, path).response.tool_arguments


class TestForms:
    def test_managers_are_not_awaited(self) -> None:
        for name, path in (
            ("openai", "chat.completions.stream"),
            ("openai", "responses.stream"),
            ("openai", "realtime.connect"),
            ("anthropic", "messages.stream"),
            ("google-genai", "aio.live.connect"),
        ):
            assert operation(name, path).call == "manager"

    def test_async_generators_are_not_awaited(self) -> None:
        assert operation("cohere", "chat_stream", "cohere.AsyncClientV2").call == "generator"
        assert operation("langchain", "astream").call == "generator"
        assert operation("google-genai", "aio.models.generate_content_stream").call == "plain"

    def test_async_twins_on_the_same_object(self) -> None:
        assert operation("mistralai", "chat.complete_async").is_async
        assert not operation("mistralai", "chat.complete").is_async
        assert operation("litellm", "acompletion").is_async

    def test_google_chats_carry_the_settings_of_their_creation(self) -> None:
        chats = {one.method: one for one in load_sdk("google-genai").derivations}
        assert chats["aio.chats.create"].settings.paths("max-tokens") == ("config.max_output_tokens",)
        assert operation("google-genai", "aio.chats.create().send_message").is_async

    def test_cohere_chat_means_two_things(self) -> None:
        assert operation("cohere", "chat", "cohere.Client").settings.paths("prompt")[0] == "message"
        assert operation("cohere", "chat", "cohere.AsyncClientV2").settings.paths("prompt") == ("messages",)

    def test_short_paths_never_count_by_shape(self) -> None:
        shapes = [(sdk, path) for sdk in NAMES for one in load_sdk(sdk).operations if one.shape for path in one.paths]
        assert ("openai", "chat.completions.create") in shapes
        assert [
            path for _, path in shapes if path in ("messages.create", "invoke", "run", "complete", "chat", "predict")
        ] == []

    def test_langchain_completion_models_answer_with_a_string(self) -> None:
        assert operation("langchain", "invoke", "langchain_openai.OpenAI").response.text == ("",)
        assert "content" in operation("langchain", "invoke", "langchain_openai.ChatOpenAI").response.text

    def test_what_brings_something_along(self) -> None:
        derivations = {one.method: one.gives for one in load_sdk("langchain").derivations}
        assert derivations["with_structured_output"] == {"constraint"}
        assert derivations["with_retry"] == {"retry"}
        assert derivations["with_fallbacks"] == {"fallback"}
        assert derivations["bind"] == frozenset()
        assert client("langchain", "langchain_openai.OpenAI").gives == {"cap"}

    def test_langchain_objects_combine_with_a_bar(self) -> None:
        assert [name for name in NAMES if load_sdk(name).chain] == ["langchain"]


class TestFactories:
    def test_tell_clients_apart_by_their_argument(self) -> None:
        bedrock = load_sdk("bedrock")
        assert bedrock.built_by("boto3.client", "bedrock-runtime") is bedrock.client(
            "types_boto3_bedrock_runtime.client.BedrockRuntimeClient"
        )
        assert bedrock.built_by("boto3.client", "s3") is None
        assert bedrock.client("boto3.client") is None

    def test_match_patterns(self) -> None:
        langchain = load_sdk("langchain")
        factory = "langchain_classic.chat_models.init_chat_model"
        assert langchain.built_by(factory, "anthropic:claude-sonnet-4-5") is langchain.client(
            "langchain_anthropic.ChatAnthropic"
        )
        assert langchain.built_by(factory, "gpt-4o") is langchain.client("langchain_openai.ChatOpenAI")
        assert langchain.built_by(factory, "somebody:else") is None


class TestTheFormatRefuses:
    CLIENT = '[[client]]\nclasses = ["x.C"]\n'
    OPERATION = '[[operation]]\npaths = ["call"]\nkind = "chat"\n'

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("colour = 1", "unknown key `colour`"),
            (f"{CLIENT}colour = 1", r"\[\[client\]\] 1: unknown key `colour`"),
            ('[settings.a]\ncolour = ["c"]', r"\[settings\] \[a\]: unknown setting `colour`"),
            ('[settings.a]\ntimeout = "t"', "`timeout` must be an array of strings"),
            ('[settings.a]\nrequired = ["model"]', "`required` names `model`"),
            ('[settings.a]\nlike = "b"\n[settings.b]', "`like` is 'b'"),
            (f'{CLIENT}settings = "nowhere"', "`settings` is 'nowhere'"),
            (f'{CLIENT}defaults = {{ timeout = "never" }}', "`timeout` must be a positive number"),
            (f'{CLIENT}factories = ["x.f"]', "`factories` and `arguments` go together"),
            ('[[client]]\nprovider = "x"', "`classes` is missing"),
            (f'{OPERATION}settings = "nowhere"', "`settings` is 'nowhere'"),
            (f'{OPERATION}response = "nowhere"', "`response` is 'nowhere'"),
            (f'{OPERATION}clients = ["x.Gone"]', "`clients` holds `x.Gone`, which is unknown"),
            (f'{OPERATION}gives = ["luck"]', "`gives` holds `luck`, which is unknown"),
            (f'{OPERATION}call = "later"', "`call` is 'later'"),
            ('[[operation]]\nkind = "chat"', "`paths` or `functions` is missing"),
            ('[[operation]]\npaths = ["call"]', "`kind` is missing"),
            ('[[operation]]\npaths = ["call"]\nkind = "magic"', "`kind` is 'magic'"),
            ('[groups]\nall = ["x.Gone"]', "`all` holds `x.Gone`, which is unknown"),
            ('[module]\nroot = "x"\nclient = "x.Gone"', "`client` is 'x.Gone'"),
            ('[units]\ntimeout = "minutes"', "`timeout` is 'minutes'"),
        ],
    )
    def test_what_it_does_not_know(self, text: str, message: str) -> None:
        with pytest.raises(RulebookError, match=message):
            read(text)

    def test_broken_toml(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "sdk").mkdir()
        (tmp_path / "sdk" / "broken-sdk.toml").write_text("name = ", encoding="utf-8")
        monkeypatch.setattr("llmlint.rulebook.data.rules_path", lambda: str(tmp_path))
        with pytest.raises(RulebookError, match=r"broken-sdk\.toml"):
            load_sdk("broken-sdk")


def test_a_settings_table_takes_over_another_and_changes_it() -> None:
    text = '[settings.a]\nmodel = ["m"]\nstream = ["s"]\n[settings.b]\nlike = "a"\nstream = []\nn = ["n"]\n'
    sdk = read(f'{text}[[operation]]\npaths = ["call"]\nkind = "chat"\nsettings = "b"\n')
    assert sdk.operations[0].settings.parameters == {"model": ("m",), "n": ("n",)}
