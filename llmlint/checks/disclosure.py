"""Disclosure: prompts, answers and keys written to a log as they are."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from llmlint.checks.consoles import shows_info
from llmlint.checks.dispatch import perhaps_elsewhere
from llmlint.checks.failed_parts import found_failed
from llmlint.checks.finding import Finding, Places, Sites, site_notes
from llmlint.checks.fixing.edits import replacing_expression, source_of
from llmlint.checks.keys import is_key
from llmlint.checks.opted_in import opted_in
from llmlint.checks.shortened import kept_short
from llmlint.checks.switches import debug_switches
from llmlint.checks.textless import found_textless
from llmlint.checks.told import holders, spelling
from llmlint.diagnostics import Applicability, Fix, Note, Operation, Severity
from llmlint.index.module import Module
from llmlint.index.reach import exclusive
from llmlint.index.tree import ancestors, block_of, last_name, named_function_of, scope_of
from llmlint.index.values import Class, alternatives
from llmlint.sites.callsite import CallSite
from llmlint.sites.context import is_script
from llmlint.sites.flow.carried import carrying
from llmlint.sites.records import log_functions, logs

MAX_HOPS = 3  # what was kept so often that other functions took it on is a thing of its own
QUIET = frozenset({"debug", "trace", "exception", "set_attribute", "set_attributes", "add_event", "log_generation"})


def sensitive_data_in_log(sites: Sites) -> Iterator[Finding]:
    """Log lines at info level or above with a whole prompt, a whole answer or a key; one finding for each function."""
    found: Places[tuple[Module, str, dict[ast.Call, bool]]] = Places()
    for site in sites.outside_tests:
        for call, what, handed in _lines(sites, site):
            module = scope_of(call).module
            calls = found.add((named_function_of(call) or module.tree, what), site, (module, what, {}))[2]
            calls[call] = calls.get(call, True) and handed
    reported: set[ast.Call] = set()  # a line that shows both is one fault
    for (module, what, lines), origins in found:
        calls = {call: handed for call, handed in lines.items() if call not in reported}
        reported.update(calls)
        if not calls:
            continue
        own = [
            call for call, handed in calls.items() if not handed
        ]  # what a caller read elsewhere may be something else
        call, *more = own or calls
        others = tuple(Note("logged here, too", module.location(other)) for other in more)
        fields = {"call": origins[0].spelled, "log": ast.unparse(call.func)}
        script = is_script(sites.project, module)
        fix = None if script else _at_debug_level(sites, module, [call, *more])
        yield Finding(module, call, what, fields, related=(*site_notes(origins), *others), fix=fix)
    yield from _keys(sites)
    yield from debug_switches(sites)


def _at_debug_level(sites: Sites, module: Module, calls: list[ast.Call]) -> Fix | None:
    """Log the lines at debug level.

    None where one of them says more than info, a class of the project logs it, or the logger is made to show info.
    """
    operations: list[Operation] = []
    for call in calls:
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr != "info" or log_functions.called(sites.project, call):
            return None
        loggers = alternatives(sites.project.evaluator.evaluate(func.value))
        if any(isinstance(logger, Class) or isinstance(getattr(logger, "callee", None), Class) for logger in loggers):
            return None
        if shows_info(sites.project, func.value):
            return None
        debug = source_of(module, func).removesuffix("info") + "debug"
        operations.append(replacing_expression(module, func, debug))
    return Fix(Applicability.UNSAFE, "Log it at debug level", tuple(operations))


def _lines(sites: Sites, site: CallSite) -> Iterator[tuple[ast.Call, str, bool]]:
    """The log lines with what they show, and whether a caller read that from an attribute and handed it in."""
    flow = sites.flow(site)
    spoken = site.answers or bool(site.match.operation.response.text)  # a transcription is what a user said
    for use in flow.uses("log") if spoken else ():
        if use.how in QUIET or use.hops > MAX_HOPS:
            continue
        if isinstance(use.node, ast.Call) and not perhaps_elsewhere(use):
            response = site.match.operation.response
            if found_textless(use.node, _shown(use.node), response) or kept_short(sites, site, use):
                continue
            if found_failed(use.node):
                continue
            line, level = log_functions.place(sites.project, use)
            if level and level not in QUIET and not _one_of_known(use.node) and not opted_in(sites.project, line):
                yield line, "answer", bool(use.entered) and use.hops > 0
    for function, names, sending in holders(site):
        for call in logs.parts_of(function).calls:
            if _loud(sites, call) and not exclusive(block_of(call), block_of(sending)):
                told = carrying(function, names, call)
                if any(_whole(argument) in told for argument in _given(call)):
                    yield call, "prompt", False


def _one_of_known(line: ast.Call) -> bool:
    """Whether what a line shows was found among things known before: `if answer in NAMES: logger.info(answer)`."""
    below: ast.AST = line
    for above in ancestors(line):
        if isinstance(above, ast.If) and below in above.body and isinstance(above.test, ast.Compare):
            test = above.test
            known = isinstance(test.ops[0], (ast.In, ast.Eq)) and _known_before(test.comparators[0])
            if known and len(test.ops) == 1 and ast.unparse(test.left) in _shown(line):
                return True
        below = above
    return False


def _known_before(node: ast.expr) -> bool:
    """Whether a program says itself what something is compared with: a constant, the names of an enumeration."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("keys", "values"):
        node = node.func.value
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return all(isinstance(element, ast.Constant) for element in node.elts)
    return isinstance(node, ast.Constant) or last_name(node) == "__members__" or last_name(node).isupper()


def _shown(line: ast.Call) -> set[str]:
    """What a line shows, as it is spelled."""
    return {ast.unparse(part) for argument in logs.written(line) for part in _given_in(argument)}


def _given_in(argument: ast.expr) -> Iterator[ast.expr]:
    values = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    yield from (part.value if isinstance(part, ast.FormattedValue) else part for part in values)


def _loud(sites: Sites, call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr in QUIET or call.func.attr not in logs.LEVELS:
        return False
    return logs.is_log_call(sites.project, call) and not opted_in(sites.project, call)


def _given(call: ast.Call) -> Iterator[ast.expr]:
    """What a log line shows: its arguments, and what its f-strings hold."""
    for argument in logs.written(call):
        if isinstance(argument, ast.JoinedStr):
            yield from (part.value for part in argument.values if isinstance(part, ast.FormattedValue))
        elif isinstance(argument, ast.Call) and last_name(argument.func) == "format" and _is_literal(argument.func):
            yield from (*argument.args, *(keyword.value for keyword in argument.keywords))
        elif isinstance(argument, ast.BinOp) and isinstance(argument.op, ast.Mod) and _is_literal(argument.left):
            yield from argument.right.elts if isinstance(argument.right, ast.Tuple) else (argument.right,)
        elif isinstance(argument, ast.Dict):
            yield from argument.values
        else:
            yield argument


def _is_literal(node: ast.expr) -> bool:
    """Whether it is a text written out, or a method of one."""
    return isinstance(node.value if isinstance(node, ast.Attribute) else node, ast.Constant)


def _whole(node: ast.expr) -> str:
    """The name, or attribute of one, that an expression shows whole: `messages`, `json.dumps(messages)`."""
    while isinstance(node, ast.Call) and node.args:
        name = last_name(node.func)
        if name not in ("str", "repr", "dumps", "pformat", "format"):
            return ""
        node = node.args[0]
    return spelling(node)


def _keys(sites: Sites) -> Iterator[Finding]:
    """Log lines in files with calls of models that show a key as it is."""
    modules = {id(site.module): site.module for site in sites.outside_tests}
    for module in modules.values():
        for level in sorted(logs.LEVELS):
            for call in module.calls.get(level, ()):
                shown = next((a for a in _given(call) if is_key(sites.project, a)), None)
                if level not in QUIET and shown is not None and _loud(sites, call):
                    fields = {"key": ast.unparse(shown), "log": ast.unparse(call.func)}
                    yield Finding(module, call, "key", fields, severity=Severity.ERROR)
