"""The fix that puts the form of the answer into the request, as each provider takes it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from llmlint.checks.fields import plainly_typed
from llmlint.checks.fixing.edits import import_name, replace_expression
from llmlint.checks.fixing.nested import set_inside
from llmlint.checks.readers import Reader, reader_of
from llmlint.checks.wording import says_json
from llmlint.config import pins
from llmlint.diagnostics import Applicability, Fix, Operation
from llmlint.index.tree import ancestors, function_of
from llmlint.index.values import Mapping as MappingValue
from llmlint.index.values import Sequence, text_of
from llmlint.patterns import regex
from llmlint.records import record
from llmlint.sites.callsite import CallSite, State
from llmlint.sites.flow.trace import Use

JSON_OBJECT = '{"type": "json_object"}'
NO_SCHEMA = regex(r"(ft:)?(gpt-3|gpt-4$|gpt-4-|chatgpt|o1-(mini|preview)|gpt-4o-2024-05-13|davinci|babbage)")
NO_JSON_MODE = regex(
    r"gpt-3\.5-turbo-(0301|0613|instruct)|gpt-4$|gpt-4-(0314|0613|32k)|o1-(mini|preview)|davinci|babbage"
)
CLAUDE = regex(r"claude-(opus-4-[15678]|sonnet-4-[56]|haiku-4-5|(opus|sonnet|haiku|fable|mythos)-5)")
GROQ = regex(r"openai/gpt-oss-|moonshotai/kimi-k2|meta-llama/llama-4-")
LITELLM = regex(r"(openai/)?(gpt-4o|gpt-4\.1|gpt-5|o[34])|gemini/gemini-[2-9]")
FIRST = {"ollama": "0.4", "anthropic": "0.77"}
"""The releases from which a schema is taken."""


@record
class Shape:
    """What to set under `path`: entries of an object or, with an empty key, the parameter itself."""

    path: str
    entries: tuple[tuple[str, str], ...]
    title: str
    imports: tuple[Operation, ...] = ()


def constrained(site: CallSite, uses: list[Use]) -> Fix | None:
    """Give the request the schema of the class that the answer fills, else JSON mode; none where support is unknown."""
    shape = _shape_for(site, uses)
    if shape is None:
        return None
    if site.setting("constraint").state is not State.ABSENT:
        return _replaced(site, shape)
    sdk, positional = site.match.surface.sdk.name, site.match.operation.positional
    operations = set_inside(site.module, site.node, positional, shape.path, dict(shape.entries), sdk)
    return Fix(Applicability.UNSAFE, shape.title, (*shape.imports, *operations)) if operations else None


def stricter(site: CallSite, uses: list[Use]) -> Fix | None:
    """The schema of the class that the answer fills, in the place of JSON mode."""
    shape = _shape_for(site, uses)
    return _replaced(site, shape) if shape is not None and shape.entries[0][1] != JSON_OBJECT else None


def _replaced(site: CallSite, shape: Shape) -> Fix | None:
    """The form in the place of one that is written out in the call."""
    constraint = site.setting("constraint").value
    origin = constraint.origin if isinstance(constraint, MappingValue) else None
    if origin is None or not isinstance(origin.node, ast.Dict) or site.node not in ancestors(origin.node):
        return None
    if len(shape.entries) > 1:
        return None
    form = shape.entries[0][1]
    return replace_expression(site.module, origin.node, form, Applicability.UNSAFE, shape.title, shape.imports)


def _shape_for(site: CallSite, uses: list[Use]) -> Shape | None:
    known = len(site.sdks) == 1 and site.confidence == "resolved" and site.reference is None and site.via == "direct"
    operation = site.match.operation
    stream = site.setting("stream")
    streamed = stream.state is not State.ABSENT and getattr(stream.value, "value", None) is not False
    if not known or operation.stream or operation.removed or streamed:
        return None
    if any(use.outward or use.module is not site.module for use in uses):
        return None
    reader = reader_of(uses)
    return _shape(site, reader) if reader is not None and _named_in_time(site, reader) else None


def _named_in_time(site: CallSite, reader: Reader) -> bool:
    """Whether the class is there when the call is made: at the top level of a module, what comes later is not."""
    if not reader.model or function_of(site.node) is not None:
        return True
    bindings = site.module.scope.bindings[reader.model.partition(".")[0]]
    return bindings[0].position < (site.node.lineno, site.node.col_offset)


def _shape(site: CallSite, reader: Reader) -> Shape | None:
    make = SHAPES.get((site.match.surface.sdk.name, site.match.operation.settings.paths("constraint")[:1]))
    return make(site, reader) if make is not None and _own_host(site) and _recent(site, reader) else None


def _own_host(site: CallSite) -> bool:
    return site.match.surface.sdk.name == "ollama" or site.setting("base-url").state is State.ABSENT


def _recent(site: CallSite, reader: Reader) -> bool:
    """Whether no pin keeps the SDK, or Pydantic, at a release that knows no schemas."""
    for package, first in {**FIRST, **({"pydantic": "2"} if reader.model else {})}.items():
        if package in (site.match.surface.sdk.distribution, "pydantic"):
            limit = pins.newest_allowed(site.module.path, package)
            if limit is not None and limit < pins.parse(first):
                return False
    return True


def _chat(site: CallSite, reader: Reader) -> Shape | None:
    if reader.model and not any(NO_SCHEMA.match(model) for model in site.models):
        schema = f'{{"name": "{_name(reader)}", "schema": {reader.model}.model_json_schema()}}'
        form = f'{{"type": "json_schema", "json_schema": {schema}}}'
        return Shape("response_format", (("", form),), f"Send the schema of {reader.model}")
    return _json_mode(site, reader, "response_format")


def _json_mode(site: CallSite, reader: Reader, path: str) -> Shape | None:
    if not reader.mapping or any(NO_JSON_MODE.match(model) for model in site.models) or not says_json(site):
        return None
    key = path.partition(".")[2]
    return Shape(path.partition(".")[0], ((key, JSON_OBJECT),), "Switch on JSON mode")


def _responses(site: CallSite, reader: Reader) -> Shape | None:
    if reader.model and not any(NO_SCHEMA.match(model) for model in site.models):
        form = f'{{"type": "json_schema", "name": "{_name(reader)}", "schema": {reader.model}.model_json_schema()}}'
        return Shape("text", (("format", form),), f"Send the schema of {reader.model}")
    return _json_mode(site, reader, "text.format")


def _groq(site: CallSite, reader: Reader) -> Shape | None:
    with_schema = bool(site.models) and all(GROQ.match(model) for model in site.models)
    return _chat(site, reader) if with_schema else _json_mode(site, reader, "response_format")


def _litellm(site: CallSite, reader: Reader) -> Shape | None:
    if not site.models or not all(LITELLM.match(model) for model in site.models):
        return None
    if reader.model:
        return Shape("response_format", (("", reader.model),), f"Send the schema of {reader.model}")
    return _json_mode(site, reader, "response_format")


def _ollama(site: CallSite, reader: Reader) -> Shape | None:
    if reader.model:
        return Shape("format", (("", f"{reader.model}.model_json_schema()"),), f"Send the schema of {reader.model}")
    return Shape("format", (("", '"json"'),), "Switch on JSON mode") if reader.mapping and says_json(site) else None


def _google(site: CallSite, reader: Reader) -> Shape | None:
    known = all(model.removeprefix("models/").startswith("gemini-") and "image" not in model for model in site.models)
    if not known or site.setting("tools").state is not State.ABSENT:
        return None
    if reader.written is not None and not plainly_typed(reader.written):
        return None
    entries = [("response_mime_type", '"application/json"')]
    if reader.model:
        entries.append(("response_schema", reader.model))
    title = f"Send the schema of {reader.model}" if reader.model else "Ask for JSON"
    return Shape("config", tuple(entries), title)


def _anthropic(site: CallSite, reader: Reader) -> Shape | None:
    """Claude's schemas must be closed, which the SDK's own function sees to; an answer begun for it excludes one."""
    clients = {match.surface.client.provider for match in site.matches if match.surface.client is not None}
    if not reader.model or not site.models or not all(CLAUDE.match(model) for model in site.models):
        return None
    if clients != {"anthropic"} or _prefilled(site) or reader.written is None or not plainly_typed(reader.written):
        return None
    module = import_name(site.module, "anthropic")
    spelled, imports = (f"{module[0]}.transform_schema", module[1]) if module else ("", ())
    if module is None or module[1]:
        found = import_name(site.module, "anthropic", "transform_schema")
        if found is None:
            return None
        spelled, imports = found
    form = f'{{"type": "json_schema", "schema": {spelled}({reader.model})}}'
    return Shape("output_config", (("format", form),), f"Send the schema of {reader.model}", imports)


def _prefilled(site: CallSite) -> bool:
    """Whether the last message is, or may be, the beginning of the answer."""
    messages = site.setting("prompt").value
    if not isinstance(messages, Sequence) or messages.open is not None or not messages.parts:
        return True
    last = messages.item(len(messages.parts) - 1)
    role = last.entries.get("role") if isinstance(last, MappingValue) else None
    return role is None or text_of(role.value) != "user"


def _name(reader: Reader) -> str:
    return reader.model.rpartition(".")[2]


SHAPES: Mapping[tuple[str, tuple[str, ...]], Callable[[CallSite, Reader], Shape | None]] = {
    ("openai", ("response_format",)): _chat,
    ("openai", ("text.format",)): _responses,
    ("groq", ("response_format",)): _groq,
    ("litellm", ("response_format",)): _litellm,
    ("ollama", ("format",)): _ollama,
    ("google-genai", ("config.response_schema",)): _google,
    ("anthropic", ("output_config.format",)): _anthropic,
}
