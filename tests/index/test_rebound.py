"""What a function sees of a module's name that is bound more than once."""

from __future__ import annotations

from support import project, shown, value


def test_what_was_replaced_before_the_function_ran_is_gone() -> None:
    assert value("limit = 1\nlimit = 2\n\ndef ask():\n    reveal(limit)\n\nask()\n") == "2"


def test_a_run_between_the_two_saw_the_first() -> None:
    assert value("limit = 1\n\ndef ask():\n    reveal(limit)\n\nask()\nlimit = 2\nask()\n") == "1 | 2"


def test_a_run_by_way_of_another_function_counts() -> None:
    code = "limit = 1\n\ndef ask():\n    reveal(limit)\n\ndef start():\n    ask()\n\nstart()\nlimit = 2\nstart()\n"
    assert value(code) == "1 | 2"


def test_a_run_by_way_of_an_object_counts() -> None:
    code = """
        class Agent:
            def ask(self):
                reveal(limit)

        limit = 1
        agent = Agent()
        limit = 2
        agent.ask()
        limit = 3
    """
    assert value(code) == "1 | 2 | 3"


def test_a_binding_that_may_not_happen_replaces_nothing() -> None:
    assert value("limit = 1\nif more():\n    limit = 2\n\ndef ask():\n    reveal(limit)\n") == "1 | 2"


def test_what_a_function_binds_by_global_stays() -> None:
    code = (
        "limit = 1\n\ndef raise_it():\n    global limit\n    limit = 3\n\nlimit = 2\n\ndef ask():\n    reveal(limit)\n"
    )
    assert value(code) == "2 | 3"


def test_an_importer_sees_what_the_lines_left_behind() -> None:
    whole = project(
        {"a.py": "limit = 1\nlimit = 2\nif more():\n    limit = 3\n", "b.py": "from a import limit\n\nreveal(limit)\n"}
    )
    module = whole.module("b.py")
    assert module is not None
    assert shown(whole.evaluator.evaluate(module.calls["reveal"][0].args[0])) == "2 | 3"


def test_an_empty_list_differs_from_a_filled_one() -> None:
    code = """
        def limit(tools):
            if tools != []:
                return 1
            return 2

        reveal(limit([]))
    """
    assert value(code) == "2"
    assert value(code.replace("reveal(limit([]))", "reveal(limit(['search']))")) == "1"
