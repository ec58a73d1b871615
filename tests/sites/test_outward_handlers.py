"""Errors of a call followed outward through handlers, callers and decorators."""

from __future__ import annotations

from textwrap import dedent

from support import way_out

from llmlint.sites.outward import function_name

HEAD = """
import contextlib
import openai
from openai import OpenAI

client = OpenAI()
"""
CALL = "client.responses.create(model='gpt-4.1', input='Hi')"


def escapes(code: str) -> bool:
    """Whether an error of the call, spelled CALL in the code, can reach the outside."""
    return way_out(HEAD + code.replace("CALL", CALL)) is not None


def caught_by(clause: str) -> bool:
    """Whether a handler with this clause around the call keeps every error in."""
    return not escapes(f"def ask():\n    try:\n        return CALL\n    {clause}:\n        return 'sorry'\n")


def test_no_handler() -> None:
    assert escapes("def ask():\n    return CALL\n")
    assert escapes("CALL\n")


def test_handlers_that_catch_all_the_sdk_raises() -> None:
    assert caught_by("except Exception")
    assert caught_by("except BaseException")
    assert caught_by("except")
    assert caught_by("except openai.OpenAIError")
    assert caught_by("except openai.APIError as error")


def test_handlers_too_narrow() -> None:
    assert not caught_by("except openai.RateLimitError")
    assert not caught_by("except openai.APITimeoutError")
    assert not caught_by("except ValueError")
    assert not caught_by("except (KeyError, openai.RateLimitError)")


def test_narrow_handlers_are_named() -> None:
    found = way_out(HEAD + f"def ask():\n    try:\n        {CALL}\n    except openai.RateLimitError:\n        pass\n")
    assert found is not None
    assert [handler.types for handler in found.narrow] == [("openai.RateLimitError",)]


def test_tuples_of_types() -> None:
    assert caught_by("except (ValueError, openai.OpenAIError)")
    assert caught_by("except (openai.APIStatusError, openai.APIConnectionError)")


def test_tuple_kept_in_a_constant() -> None:
    assert not escapes("""
ERRORS = (openai.APIError, TimeoutError)

def ask():
    try:
        return CALL
    except ERRORS:
        return None
""")


def test_type_that_cannot_be_known_is_no_proof() -> None:
    assert not escapes("""
import settings

def ask(errors):
    try:
        return CALL
    except errors:
        return None
""")


def test_several_clauses() -> None:
    assert not escapes("""
def ask():
    try:
        return CALL
    except openai.RateLimitError:
        raise
    except openai.APIError:
        return None
""")


def test_handler_that_raises_again() -> None:
    assert escapes("""
def ask():
    try:
        return CALL
    except Exception:
        print("failed")
        raise
""")


def test_handler_that_raises_in_one_branch_only() -> None:
    assert not escapes("""
def ask(strict):
    try:
        return CALL
    except Exception:
        if strict:
            raise
        return None
""")


def test_call_in_the_handler_or_else_is_not_protected() -> None:
    assert escapes("""
def ask():
    try:
        prepare()
    except Exception:
        return CALL
""")
    assert escapes("""
def ask():
    try:
        prepare()
    except Exception:
        return None
    else:
        return CALL
""")


def test_finally_alone_catches_nothing() -> None:
    assert escapes("""
def ask():
    try:
        return CALL
    finally:
        print("done")
""")


def test_outer_try() -> None:
    assert not escapes("""
def ask():
    try:
        try:
            return CALL
        except openai.RateLimitError:
            return "later"
    except Exception:
        return None
""")


def test_handler_in_the_caller() -> None:
    assert not escapes("""
def ask():
    return CALL

def main():
    try:
        ask()
    except openai.OpenAIError:
        print("failed")
""")


def test_one_of_two_callers_has_no_handler() -> None:
    found = way_out(
        HEAD
        + f"""
def ask():
    return {CALL}

def careful():
    try:
        ask()
    except openai.OpenAIError:
        print("failed")

def careless():
    ask()
"""
    )
    assert found is not None
    assert [function_name(caller.call) for caller in found.callers] == ["careless"]


def test_handler_in_a_caller_of_another_module() -> None:
    code = {
        "llm.py": f"from openai import OpenAI\n\nclient = OpenAI()\n\ndef ask():\n    return {CALL}\n",
        "main.py": """
            from llm import ask

            def main():
                try:
                    print(ask())
                except Exception:
                    print("failed")
        """,
    }
    assert way_out(code) is None


def test_handler_around_a_method_call() -> None:
    assert not escapes("""
class Writer:
    def _ask(self):
        return CALL

    def write(self):
        try:
            return self._ask()
        except Exception:
            return ""
""")


def test_translation_caught_by_the_caller() -> None:
    assert not escapes("""
class LlmError(RuntimeError):
    pass

def ask():
    try:
        return CALL
    except openai.OpenAIError as error:
        raise LlmError("no answer") from error

def main():
    try:
        ask()
    except LlmError:
        print("failed")
""")


def test_translation_caught_by_a_base_of_the_new_type() -> None:
    assert not escapes("""
class AppError(Exception):
    pass

class LlmError(AppError):
    pass

def ask():
    try:
        return CALL
    except openai.OpenAIError as error:
        raise LlmError("no answer") from error

def main():
    try:
        ask()
    except AppError:
        print("failed")
""")


def test_translation_that_nobody_catches() -> None:
    assert escapes("""
class LlmError(RuntimeError):
    pass

def ask():
    try:
        return CALL
    except openai.OpenAIError as error:
        raise LlmError("no answer") from error

def main():
    try:
        ask()
    except ValueError:
        print("failed")
""")


def test_suppress() -> None:
    assert not escapes("def ask():\n    with contextlib.suppress(Exception):\n        CALL\n")
    assert not escapes("def ask():\n    with contextlib.suppress(openai.OpenAIError):\n        CALL\n")
    assert escapes("def ask():\n    with contextlib.suppress(KeyError):\n        CALL\n")


def test_retry_decorator_raises_in_the_end() -> None:
    assert escapes("""
from tenacity import retry, stop_after_attempt

@retry(stop=stop_after_attempt(3))
def ask():
    return CALL
""")


def test_retry_decorator_with_a_fallback() -> None:
    assert not escapes("""
from tenacity import retry, stop_after_attempt

@retry(stop=stop_after_attempt(3), retry_error_callback=lambda state: None)
def ask():
    return CALL
""")


def test_decorator_of_the_project_with_a_handler() -> None:
    assert not escapes("""
import functools

def never_fails(function):
    @functools.wraps(function)
    def wrapper(*arguments, **options):
        try:
            return function(*arguments, **options)
        except Exception:
            return None
    return wrapper

@never_fails
def ask():
    return CALL
""")


def test_decorator_of_the_project_without_a_handler() -> None:
    assert escapes("""
def logged(function):
    def wrapper(*arguments):
        print(function.__name__)
        return function(*arguments)
    return wrapper

@logged
def ask():
    return CALL
""")


def test_handler_registered_with_the_web_framework() -> None:
    assert not escapes("""
from fastapi import FastAPI

app = FastAPI()

@app.exception_handler(Exception)
def failed(request, error):
    return None

@app.get("/")
def ask():
    return CALL
""")


def test_exception_group_handler() -> None:
    assert not escapes("""
def ask():
    try:
        return CALL
    except Exception as error:
        import sys
        sys.stderr.write(str(error))
        return None
""")


def test_recursive_caller_is_no_way_out_of_its_own() -> None:
    assert not escapes("""
def ask(depth):
    if depth:
        return ask(depth - 1)
    return CALL

def main():
    try:
        ask(3)
    except Exception:
        print("failed")
""")


def test_error_that_is_turned_into_another_under_a_condition() -> None:
    asked = """
        class BusyError(Exception):
            pass

        def ask():
            try:
                return CALL
            except Exception as error:
                if "busy" in str(error):
                    raise BusyError from error
                raise

        def answer():
            try:
                return ask()
            except BusyError:
                raise
            except Exception:
                return "sorry"
    """
    assert not escapes(dedent(asked))
    assert escapes(dedent(asked).replace('"sorry"', "None").replace("    except Exception:\n        return None\n", ""))


def test_mock_of_the_project_is_no_caller() -> None:
    guarded = "    try:\n        return ask()\n    except Exception:\n        return 'sorry'\n"
    app = HEAD + f"def ask():\n    return {CALL}\n\ndef answer():\n{guarded}"
    double = "from app import ask\n\nclass MockService:\n    def answer(self):\n        return ask()\n"
    assert way_out({"app.py": app, "mock.py": double}) is None
    assert way_out({"app.py": app, "service.py": double}) is not None


TEMPLATE = {
    "base.py": "class Tool:\n    def _run(self, text): ...\n\n    def run(self, text):\n"
    "        try:\n            return self._run(text)\n        except Exception:\n            return None\n",
    "app.py": HEAD + f"from base import Tool\n\nclass Ask(Tool):\n    def _run(self, text):\n        return {CALL}\n",
}


def test_method_that_a_base_class_in_another_file_runs_in_a_handler() -> None:
    assert way_out(TEMPLATE) is None
    assert way_out({**TEMPLATE, "base.py": TEMPLATE["base.py"].replace("return None", "raise")}) is not None


def test_function_whose_signature_is_looked_at() -> None:
    code = f"""
def fields(function):
    return list(inspect.signature(function).parameters)

def ask():
    return {CALL}

def answer():
    try:
        return ask()
    except Exception:
        return fields(ask)
"""
    assert way_out(HEAD + "import inspect\n" + code) is None
