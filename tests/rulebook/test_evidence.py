from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
import tomli

from llmlint.rulebook.evidence import load_evidence, read_evidence
from llmlint.rulebook.evidence_model import FORMS, KINDS, Argument, EvidenceFile
from llmlint.rulebook.location import rules_dir
from llmlint.rulebook.table import RulebookError, Table

# What one library offers for several kinds under one name; `needs` says which it is.
IN_SEVERAL_KINDS = {
    "airflow.decorators.task",
    "airflow.operators.python.PythonOperator",
    "airflow.providers.standard.operators.python.PythonOperator",
    "airflow.sdk.task",
    "celery.Celery().task",
    "celery.app.shared_task",
    "celery.shared_task",
    "dramatiq.actor",
    "langgraph.func.task",
    "langgraph.graph.StateGraph().add_node",
    "langgraph.graph.state.StateGraph().add_node",
    "modal.App().cls",
    "modal.App().function",
    "modal.Stub().function",
    "prefect.flow",
    "prefect.task",
    "rq.Queue().enqueue",
    "rq.Queue().enqueue_at",
    "rq.Queue().enqueue_in",
    "rq.decorators.job",
    "temporalio.workflow.execute_activity",
    "temporalio.workflow.execute_activity_method",
    "temporalio.workflow.start_activity",
    "temporalio.workflow.start_activity_method",
}


def read(text: str, kind: str = "retry") -> EvidenceFile:
    return read_evidence(kind, Table(tomli.loads(text), "file"))


def entry(**changes: Any) -> str:
    keys = {
        "library": "tenacity",
        "roots": ["tenacity"],
        "decorators": ["tenacity.retry"],
        "scope": "function",
        **changes,
    }
    return "[[evidence]]\n" + "\n".join(f"{key} = {value!r}" for key, value in keys.items() if value is not None)


@pytest.mark.parametrize("kind", KINDS)
def test_every_name_of_the_rulebook_is_a_path_of_identifiers(kind: str) -> None:
    for item in load_evidence(kind).entries:
        for form, names in item.names.items():
            if form in {"hosts", "headers", "environment", "commands"}:
                continue
            for name in names:
                assert all(part.isidentifier() for part in name.replace("()", "").split(".")), name
                assert re.fullmatch(r"[^()]+(\(\)[^()]*)*", name), name


@pytest.mark.parametrize("kind", KINDS)
def test_sdks_of_the_rulebook_are_names_as_sdk_files_have_them(kind: str) -> None:
    for item in load_evidence(kind).entries:
        assert all(re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", sdk) for sdk in item.sdks), item.library


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_belongs_to_its_kind(kind: str) -> None:
    file = load_evidence(kind)

    assert file.kind == kind
    assert {item.kind for item in file.entries} == {kind}
    if kind != "retry":
        assert not any(item.bounds or item.attempts or item.retries for item in file.entries)
    if kind != "timeout":
        assert not any(item.limit or item.defeated_by for item in file.entries)


def test_there_are_no_other_evidence_files() -> None:
    assert {path.stem for path in (rules_dir() / "evidence").iterdir()} == set(KINDS)


def test_a_name_is_in_several_kinds_only_where_that_is_meant() -> None:
    kinds = defaultdict(set)
    for kind in KINDS:
        for item in load_evidence(kind).entries:
            for form, names in item.names.items():
                for name in names:
                    kinds[form, name].add(kind)

    assert {name for (_, name), found in kinds.items() if len(found) > 1} == IN_SEVERAL_KINDS


def test_of_the_names_in_several_kinds_only_those_that_retry_by_themselves_need_nothing() -> None:
    by_default = defaultdict(list)
    for kind in KINDS:
        for item in load_evidence(kind).entries:
            for name in {name for names in item.names.values() for name in names} & IN_SEVERAL_KINDS:
                if not item.needs:
                    by_default[name].append(kind)

    # dramatiq retries by itself, and so do Temporal's activities.
    assert set(by_default) == {name for name in IN_SEVERAL_KINDS if name.startswith(("dramatiq.", "temporalio."))}
    assert {tuple(kinds) for kinds in by_default.values()} == {("retry",)}


def test_a_bare_tenacity_retry_has_no_bound_and_does_nothing_on_generators() -> None:
    found = load_evidence("retry").lookup("decorators", "tenacity.retry")

    assert found is not None
    assert found.bounds == (Argument("stop"),)
    assert found.attempts == Argument("stop", within="tenacity.stop_after_attempt")
    assert found.works_on == {"sync", "async"}
    assert found.fallback_keyword == "retry_error_callback"


@pytest.mark.parametrize(
    "name", ["functools.lru_cache", "functools.cache", "cachetools.cached", "diskcache.Cache().memoize"]
)
def test_caches_that_break_on_coroutines_say_so(name: str) -> None:
    found = load_evidence("cache").lookup("decorators", name)

    assert found is not None
    assert found.works_on == {"sync"}
    assert "async" in found.broken_on


@pytest.mark.parametrize(
    "name", ["async_lru.alru_cache", "aiocache.cached", "joblib.Memory().cache", "asyncache.cached"]
)
def test_caches_that_work_on_coroutines_say_so(name: str) -> None:
    found = load_evidence("cache").lookup("decorators", name)

    assert found is not None
    assert "async" in found.works_on


@pytest.mark.parametrize(
    "name", ["func_timeout.func_set_timeout", "wrapt_timeout_decorator.timeout", "timeout_decorator.timeout"]
)
def test_timeout_decorators_without_effect_on_coroutines_say_so(name: str) -> None:
    found = load_evidence("timeout").lookup("decorators", name)

    assert found is not None
    assert found.works_on == {"sync"}


def test_a_shield_and_an_executor_around_it_defeat_a_deadline() -> None:
    timeouts = load_evidence("timeout")
    wait_for = timeouts.lookup("calls", "asyncio.wait_for")
    result = timeouts.lookup("calls", "concurrent.futures.ThreadPoolExecutor().submit().result")

    assert wait_for is not None
    assert wait_for.defeated_by == ("asyncio.shield",)
    assert wait_for.limit == Argument("timeout", 1)
    assert result is not None
    assert "concurrent.futures.ThreadPoolExecutor" in result.defeated_by


def test_one_import_of_langfuses_openai_traces_the_process() -> None:
    found = load_evidence("trace").lookup("imports", "langfuse.openai")

    assert found is not None
    assert (found.scope, found.sdks, found.strength) == ("process", ("openai",), "strong")


def test_registering_phoenix_traces_only_with_auto_instrument() -> None:
    found = load_evidence("trace").lookup("functions", "phoenix.otel.register")

    assert found is not None
    assert found.needs == (Argument("auto_instrument"),)


def test_instrumenting_with_logfire_covers_a_client_or_the_process() -> None:
    traces = load_evidence("trace")
    function = traces.lookup("functions", "logfire.instrument_openai")
    wrapper = traces.lookup("wrappers", "logfire.instrument_openai")

    assert function is not None
    assert wrapper is not None
    assert (function.scope, wrapper.scope) == ("process", "client")


@pytest.mark.parametrize("name", ["log", "_log", "logger", "_logger", "LOGGER", "logging", "audit_log", "app_logger"])
def test_names_that_are_taken_for_loggers(name: str) -> None:
    assert re.search(load_evidence("log").variables, name)


@pytest.mark.parametrize("name", ["blog", "catalog", "login", "logits", "logprobs", "dialog", "client"])
def test_names_that_are_not_taken_for_loggers(name: str) -> None:
    assert not re.search(load_evidence("log").variables, name)


@pytest.mark.parametrize("name", ["cache", "_CACHE", "answer_cache", "memo", "seen", "response_cache"])
def test_names_that_are_taken_for_stores(name: str) -> None:
    assert re.search(load_evidence("cache").variables, name)


@pytest.mark.parametrize("name", ["memory", "results", "client"])
def test_names_that_are_not_taken_for_stores(name: str) -> None:
    assert not re.search(load_evidence("cache").variables, name)


def test_print_is_a_weak_record() -> None:
    found = load_evidence("log").lookup("writers", "builtins.print")

    assert found is not None
    assert found.strength == "weak"


def test_a_name_that_no_entry_lists_is_not_found() -> None:
    assert read(entry()).lookup("decorators", "tenacity.Retrying") is None


def test_an_object_that_was_built_first_is_found_like_the_call_that_builds_it() -> None:
    retries = load_evidence("retry")

    assert retries.lookup("decorators", "pybreaker.CircuitBreaker()") is retries.lookup(
        "decorators", "pybreaker.CircuitBreaker"
    )
    assert retries.lookup("loops", "tenacity.Retrying()") is retries.lookup("loops", "tenacity.Retrying")
    assert retries.lookup("calls", "tenacity.Retrying") is None


def test_an_entry_works_on_all_forms_but_those_it_breaks_on() -> None:
    assert read(entry()).entries[0].works_on == {"sync", "async", "generator", "async-generator"}
    assert read(entry(**{"broken-on": ["async"]})).entries[0].works_on == {"sync", "generator", "async-generator"}


def test_the_files_are_read_once() -> None:
    assert load_evidence("retry") is load_evidence("retry")


@pytest.mark.parametrize("kind", ["sdk", "../sdk/openai"])
def test_a_kind_that_does_not_exist_is_refused(kind: str) -> None:
    with pytest.raises(RulebookError):
        load_evidence(kind)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (entry(colour="red"), r"file \[\[evidence\]\] 1: unknown key `colour`"),
        (entry() + "\n[unknown]\n", "unknown key `unknown`"),
        (entry(library=None), "`library` is missing"),
        (entry(scope=None), "`scope` is missing"),
        (entry(scope="process"), "`scope` is 'process', and `decorators` reach function"),
        (entry(decorators=None), "one of decorators, .* must be given"),
        (entry(decorators=["tenacity."]), "'tenacity.', which is not a name"),
        (entry(decorators=["tenacity retry"]), "which is not a name"),
        (entry(decorators=["tenacity.retry(3)"]), "which is not a name"),
        (entry(decorators=["tenacious.retry"]), "begins with none of the `roots`"),
        (entry(decorators=["tenacity.retry", "tenacity.retry"]), "'tenacity.retry' is already listed"),
        (entry() + "\n" + entry(), r"\[\[evidence\]\] 2: 'tenacity.retry' is already listed"),
        (entry(strength="medium"), "`strength` is 'medium'"),
        (entry(**{"works-on": ["threads"]}), "`works-on` holds `threads`"),
        (entry(**{"works-on": ["async"], "broken-on": ["async"]}), "overlap"),
        (entry(methods=["info"]), "`methods` belong to"),
        (entry(decorators=None, loggers=["tenacity.log"]), "`methods` belong to"),
        (entry(derive=["bind"]), "`derive` belongs to"),
        (entry(decorators=None, hosts=["https://helicone.ai"], scope="client"), "which is not a name"),
        (entry() + "\nbounds = [{ position = 1 }]", "`keyword` is missing"),
        (entry() + "\nlimit = { keyword = 'timeout', place = 1 }", "unknown key `place`"),
        (entry() + "\n[variables]\npattern = '('", "not a regular expression"),
    ],
)
def test_what_the_format_does_not_know_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=complaint):
        read(text)


def test_every_form_of_evidence_is_used() -> None:
    used = {form for kind in KINDS for item in load_evidence(kind).entries for form in item.names}

    assert used == set(FORMS)
