"""Gateways: functions that a project declares to reach a model, in the form of an SDK."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from llmlint.rulebook.names import suggestion
from llmlint.rulebook.sdk_model import KINDS, PROVISIONS, SETTINGS, Sdk
from llmlint.rulebook.sdk_reader import read_sdk
from llmlint.rulebook.table import Table

KEYS = ("function", "kind", "parameters", "gives", "text", "async")


def read_gateways(declared: Iterable[Mapping[str, object]]) -> Sdk | None:
    """The operations of declared gateways; None where none is declared. Raises RulebookError.

    Each table names a `function` (a dotted path: `app.llm.complete`, `acme.Client.chat`), its `kind`, in `parameters`
    which of its parameters holds which setting, what it `gives`, and the path of the `text` in what it returns, where
    it is not the text itself.
    """
    operations, settings, responses, functions = [], {}, {}, []
    for number, table in enumerate(declared):
        own = Table(dict(table), f"gateway {number + 1}")
        function = own.text("function", None)
        kind = own.text("kind", "chat", among=KINDS)
        gives = list(own.texts("gives", among=PROVISIONS))
        text = own.text("text")
        parameters = own.table("parameters")
        given = {key: [parameters.text(key)] for key in parameters.remaining()}
        for key in given:
            if key not in SETTINGS:
                raise parameters.error(f"unknown setting `{key}`.{suggestion(key, SETTINGS)}")
        operations.append(
            {"functions": [function], "kind": kind, "async": own.flag("async"), "gives": gives}
            | {"settings": f"s{number}", "response": f"r{number}"}
        )
        settings[f"s{number}"] = given
        responses[f"r{number}"] = {"text": [text]}
        functions.append(function)
        own.close()
    if not operations:
        return None
    whole: dict[str, object] = {"name": "gateway", "distribution": "gateway", "verified": ["declared"]}
    whole |= {"roots": sorted({function.partition(".")[0] for function in functions})}
    whole |= {"operation": operations, "settings": settings, "response": responses}
    return read_sdk(Table(whole, "gateways"))


def spelled(gateways: Sdk) -> frozenset[bytes]:
    """The last names of the functions, which a file that calls one spells."""
    names = [function for operation in gateways.operations for function in operation.functions]
    return frozenset(name.rpartition(".")[2].encode() for name in names)
