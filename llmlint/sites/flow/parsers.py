"""Parsers: calls that read data out of text, and the error each raises on text it cannot read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from llmlint.index import departing
from llmlint.index.tree import exits, last_name, nodes_in, scope_of
from llmlint.index.values import Class, Result, Symbol, Template, Value, alternatives, text_of
from llmlint.patterns import regex
from llmlint.records import record
from llmlint.sites.flow import unwrapping
from llmlint.sites.flow.positions import all_loads

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator


@record
class Parser:
    """A parser of text: how it is called, its principal error (empty where it raises none) and that error's bases.

    `structured` says that the text is read as data, so that a constraint on the answer would replace the parser;
    `int` and `float` only convert. `refuses_cut` says that a text which ends in the middle is none it can read,
    `beside` that it looks for what only goes with the text: thoughts, marks of sources.
    """

    name: str
    error: str
    bases: tuple[str, ...] = ()
    structured: bool = True
    refuses_cut: bool = False
    beside: bool = False


VALUE = ("builtins.ValueError",)
JSON = Parser("json.loads", "json.JSONDecodeError", (*VALUE, "json.decoder.JSONDecodeError"), refuses_cut=True)
LITERAL = Parser("ast.literal_eval", "builtins.ValueError", ("builtins.SyntaxError",), refuses_cut=True)
FUNCTIONS: dict[str, Parser] = {
    "json.loads": JSON,
    "orjson.loads": Parser(
        "orjson.loads", "orjson.JSONDecodeError", (*VALUE, "json.JSONDecodeError"), refuses_cut=True
    ),
    "ujson.loads": Parser("ujson.loads", "ujson.JSONDecodeError", VALUE, refuses_cut=True),
    "simplejson.loads": Parser("simplejson.loads", "simplejson.JSONDecodeError", VALUE, refuses_cut=True),
    "json5.loads": Parser("json5.loads", "builtins.ValueError", refuses_cut=True),
    "json_repair.loads": Parser("json_repair.loads", ""),
    "json_repair.repair_json": Parser("json_repair.repair_json", ""),
    "demjson3.decode": Parser("demjson3.decode", "demjson3.JSONDecodeError", refuses_cut=True),
    "ast.literal_eval": LITERAL,
    "yaml.safe_load": Parser("yaml.safe_load", "yaml.YAMLError"),
    "yaml.load": Parser("yaml.load", "yaml.YAMLError"),
    "tomllib.loads": Parser("tomllib.loads", "tomllib.TOMLDecodeError", VALUE),
    "xml.etree.ElementTree.fromstring": Parser(
        "ElementTree.fromstring", "xml.etree.ElementTree.ParseError", refuses_cut=True
    ),
    "msgspec.json.decode": Parser(
        "msgspec.json.decode", "msgspec.DecodeError", ("msgspec.MsgspecError", *VALUE), refuses_cut=True
    ),
    "pydantic.parse_raw_as": Parser("parse_raw_as", "pydantic.ValidationError", VALUE, refuses_cut=True),
    "builtins.int": Parser("int", "builtins.ValueError", structured=False),
    "builtins.float": Parser("float", "builtins.ValueError", structured=False),
}
MAX_NAMES = 3  # that matches go through before their positions are taken
DECODERS = frozenset(
    {"json.load", "json.loads", "orjson.loads", "ujson.loads", "simplejson.loads", "simplejson.load", "json5.loads"}
    | {"msgspec.json.decode"}
)
METHODS: dict[str, Parser] = {
    "model_validate_json": Parser("model_validate_json", "pydantic.ValidationError", VALUE, refuses_cut=True),
    "parse_raw": Parser("parse_raw", "pydantic.ValidationError", VALUE, refuses_cut=True),
    "validate_json": Parser("validate_json", "pydantic.ValidationError", VALUE, refuses_cut=True),
}
AROUND_TEXT = ("assistant", "think", "thinking", "thought", "reasoning")
REGEX = (
    "re.search",
    "re.findall",
    "re.match",
    "re.finditer",
    "re.fullmatch",
    "regex.search",
    "regex.findall",
    "regex.match",
)
MARKUP = regex(r"(?:[`~#>*+\-_ ]|\\s|\{\d*,?\d*\})+")  # the marks of Markdown, and how often
REGEX_METHODS = ("search", "findall", "match", "finditer", "fullmatch")


def of_call(ev: Evaluator, call: ast.Call, text: ast.expr) -> Parser | None:
    """The parser that a call applies to `text`, one of its arguments; None where it is no parser."""
    first = bool(call.args) and call.args[0] is text
    for option in alternatives(ev.evaluate(call.func)):
        if isinstance(option, Symbol):
            found = FUNCTIONS.get(option.path)
            if found is not None and first:
                return found
            if option.path in REGEX and len(call.args) > 1 and call.args[1] is text and not _tested(call):
                return _regex(ev, call.args[0], option.path, call, text)
        if isinstance(option, Class) and first and len(call.args) == 1 and _is_enum(ev, option):
            error = "" if _takes_all(ev, option) else "builtins.ValueError"
            return Parser(option.node.name, error, structured=False)
    func = call.func
    if isinstance(func, ast.Attribute) and first:
        if func.attr in METHODS:
            return METHODS[func.attr]
        if func.attr in REGEX_METHODS and not _tested(call):
            return _compiled(ev, func, call, text)
    return None


def decodes(ev: Evaluator, call: ast.Call) -> bool:
    """Whether a call decodes JSON: what an answer comes in is no text of the model yet."""
    paths = {option.path for option in alternatives(ev.evaluate(call.func)) if isinstance(option, Symbol)}
    return not paths.isdisjoint(DECODERS)


def _tested(call: ast.Call) -> bool:
    """Whether only the truth of the result is used, or where a match stands and how long it is: a test, no parse."""
    return _located(call) or _is_condition(call)


def _is_condition(node: ast.expr) -> bool:
    above = node.__dict__.get("up")
    return isinstance(above, (ast.If, ast.While, ast.BoolOp, ast.UnaryOp, ast.Compare)) or (
        isinstance(above, ast.IfExp) and above.test is node
    )


def _located(node: ast.expr, depth: int = 0) -> bool:
    """Whether nothing but the positions of the matches is taken: `for match in FENCE.finditer(text): match.start()`.

    How long one is says as little of what it found, and so does whether there is one.
    """
    above = node.__dict__.get("up")
    if isinstance(above, ast.Attribute):
        return depth > 0 and (above.attr in ("start", "end", "span") or _measured(above))
    if depth > 0 and isinstance(node, ast.Name) and _is_condition(node):
        return True
    if isinstance(above, (ast.ListComp, ast.GeneratorExp)) and above.elt is node:
        return _located(above, depth)
    if (
        isinstance(above, ast.Subscript)
        and above.value is node
        and isinstance(above.slice, (ast.Constant, ast.UnaryOp))
    ):
        return isinstance(node, ast.Name) and depth > 0 and _located(above, depth)
    if isinstance(above, ast.Call) and node in above.args and isinstance(above.func, ast.Name):
        counted = depth > 0 and above.func.id == "len"
        return counted or (above.func.id in ("list", "tuple", "enumerate", "reversed") and _located(above, depth))
    target: ast.expr | None = None
    if isinstance(above, (ast.For, ast.comprehension)) and above.iter is node:
        numbered = isinstance(node, ast.Call) and last_name(node.func) == "enumerate"
        pair = above.target.elts if isinstance(above.target, ast.Tuple) else []
        target = (pair[1] if len(pair) == 2 else None) if numbered else above.target
    elif isinstance(above, ast.Assign) and above.value is node:
        target = above.targets[0]
    owner = scope_of(target).lookup(target.id) if isinstance(target, ast.Name) else None
    if not isinstance(target, ast.Name) or owner is None or len(owner.bindings.get(target.id, ())) != 1:
        return False
    loads = list(all_loads(owner, target.id))
    return bool(loads) and depth < MAX_NAMES and all(_located(load, depth + 1) for load in loads)


def _measured(method: ast.Attribute) -> bool:
    """Whether all that is asked of what a match found is its length: `len(match.group()) > 80`."""
    found = method.__dict__.get("up")
    asking = found.__dict__.get("up") if isinstance(found, ast.Call) else None
    return method.attr == "group" and isinstance(asking, ast.Call) and last_name(asking.func) == "len"


def _is_enum(ev: Evaluator, option: Class) -> bool:
    return any(isinstance(base, Symbol) and base.path.startswith("enum.") for base in ev.project.mro(option))


def _takes_all(ev: Evaluator, enum: Class) -> bool:
    """Whether an Enum has a member for every value: `_missing_` gives one, and neither None nor an error."""
    found = ev.project.method(enum, "_missing_")
    if found is None or isinstance(found.node, ast.Lambda) or not departing.departs(found.node.body):
        return False
    returned = [one.value for one in exits(found.node)[0]]
    raises = any(isinstance(node, ast.Raise) for node in nodes_in(found.node))
    return bool(returned) and not raises and all(map(_is_member, returned))


def _is_member(value: ast.expr | None) -> bool:
    inherited = isinstance(value, ast.Call) and last_name(value.func) == "_missing_"
    return value is not None and not inherited and not (isinstance(value, ast.Constant) and value.value is None)


def _compiled(ev: Evaluator, func: ast.Attribute, call: ast.Call, text: ast.expr) -> Parser | None:
    if any(_is_compiled(option) for option in alternatives(ev.evaluate(func.value))):
        return _regex(ev, func.value, f"re.{func.attr}", call, text)
    return None


def _is_compiled(value: Value) -> bool:
    return isinstance(value, Result) and value.callee in (Symbol("re.compile"), Symbol("regex.compile"))


def _regex(ev: Evaluator, pattern: ast.expr, name: str, call: ast.Call, text: ast.expr) -> Parser | None:
    """A regular expression that pulls data out of the text: it captures something, and not just marks.

    Where it only takes off what is no part of the text, no constraint would replace it.
    """
    found = [one for one in patterns(ev, pattern) if one is not None and _extracts(one)]
    if not found:
        return None
    beside = all(unwrapping.of_thoughts(one) or unwrapping.of_source(one) for one in found)
    unwraps = beside or (all(map(unwrapping.of_fence, found)) and unwrapping.else_whole(call, text))
    return Parser(name, "", structured=not unwraps, beside=beside)


def patterns(ev: Evaluator, node: ast.expr) -> Iterator[str | None]:
    """What a regular expression can be, compiled or not: None where it is not known."""
    for option in alternatives(ev.evaluate(node)):
        if isinstance(option, Result) and _is_compiled(option) and option.call is not None and option.call.args:
            yield from (_pattern(source) for source in alternatives(ev.evaluate(option.call.args[0])))
        else:
            yield _pattern(option)


def _pattern(value: Value) -> str | None:
    """The pattern that a value is, a word in place of what is not known of it: `<{tag}>(.*?)</{tag}>`."""
    if isinstance(value, Template):
        return "".join("name" if part is None else text_of(part) or "" for part in value.parts)
    return text_of(value)


def _extracts(pattern: str) -> bool:
    """Whether a pattern cuts a value out: it captures, names brackets or digits, or spans from one word to another."""
    groups: list[str] = re.findall(r"\((?!\?)([^()]*)\)", pattern)
    if groups and len(groups) == len(re.findall(r"\((?!\?)|\(\?P<", pattern)) and all(map(MARKUP.fullmatch, groups)):
        return False
    if re.search(r"\((?!\?)|\(\?P<", pattern) or re.search(r"\\[{\[]|^\[?[{\[]|\\d", pattern):
        return True
    return bool(re.search(r"[A-Za-z]{3}", re.sub(r"\\.", " ", pattern)) and re.search(r"\.[*+]", pattern))


def of_method(name: str, call: ast.Call, *, piece: bool) -> Parser | None:
    """The parser that a method of the text itself is: a split at a separator that marks a value.

    A label is cut off a value where only a `piece` of the text, such as a line, is left; off the whole text it is
    decoration.
    """
    before = call.func.value if isinstance(call.func, ast.Attribute) else None
    again = isinstance(before, ast.Call) and cuts_label(last_name(before.func), before)
    if piece and not again and cuts_label(name, call):
        return Parser(f"{name}({getattr(call.args[0], 'value', '')!r})", "")
    if name in ("split", "partition", "rsplit", "rpartition") and call.args and isinstance(call.args[0], ast.Constant):
        separator = call.args[0].value
        if isinstance(separator, str) and _marks_value(separator) and _takes_part(call):
            return Parser(f"{name}({separator!r})", "")
    return None


def of_numbers(call: ast.Call) -> Parser | None:
    """The parser that a split at commas is where each part becomes a number: `[int(part) for part in text.split(",")]`.

    None where the parts stay texts.
    """
    separator = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
    if not isinstance(separator, str) or separator.strip() != ",":
        return None
    above = call.__dict__.get("up")
    into: list[ast.expr] = []
    if isinstance(above, ast.Call) and last_name(above.func) == "map":
        into = above.args[:1]
    elif isinstance(above, (ast.For, ast.comprehension)) and above.iter is call and isinstance(above.target, ast.Name):
        user = above if isinstance(above, ast.For) else above.__dict__.get("up")
        part = above.target.id
        for node in ast.walk(user) if isinstance(user, ast.AST) else ():
            if isinstance(node, ast.Call) and any(getattr(n, "id", "") == part for a in node.args for n in ast.walk(a)):
                into.append(node.func)
    numbers = any(isinstance(function, ast.Name) and function.id in ("int", "float") for function in into)
    return Parser(f"split({separator!r})", "") if numbers else None


def cuts_label(name: str, call: ast.Call) -> bool:
    """Whether a method takes a label away: `replace("SCORE:", "")`, `removeprefix("Answer: ")`."""
    if name not in ("replace", "removeprefix") or not call.args or not isinstance(call.args[0], ast.Constant):
        return False
    label = call.args[0].value
    empty = name == "removeprefix" or (len(call.args) > 1 and getattr(call.args[1], "value", None) == "")
    return empty and isinstance(label, str) and bool(re.fullmatch(r"\s*\**[A-Za-z][\w ]*\**:\**\s*", label))


def _marks_value(separator: str) -> bool:
    """`SCORE:` and `</answer>` mark a value; a newline, blank, comma or code fence, and what ends a thought, do not."""
    words = re.sub(r"[^A-Za-z]", "", separator)
    if words.lower() in AROUND_TEXT:
        return False
    if "```" in separator:
        return separator.strip("`\n").lower() == "json"
    return len(words) > 1 or separator.strip() in (":", "|", "=")


def _takes_part(call: ast.Call) -> bool:
    return isinstance(call.__dict__.get("up"), (ast.Subscript, ast.Assign))
