"""From the TOML of an SDK file to its model, refusing whatever the format does not know."""

from __future__ import annotations

import math
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from llmlint.rulebook.sdk_model import (
    KINDS,
    PROVISIONS,
    SETTINGS,
    Adapter,
    Ambient,
    Client,
    Configurable,
    Debug,
    Defaults,
    Derivation,
    Earlier,
    Exceptions,
    NewParameter,
    Operation,
    RemovedImports,
    RemovedNames,
    Response,
    RetiredParameter,
    Routed,
    Sdk,
    SentDefault,
    SettingTable,
    TokenLimit,
    Trying,
    WithModel,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from llmlint.rulebook.table import Table

_T = TypeVar("_T")

_NO_RESPONSE = Response("")
_TIMEOUT_UNITS = ("seconds", "milliseconds")
_RETRIES_UNITS = ("retries", "attempts")
_TIMEOUT_NONE = ("unlimited", "default")


def read_sdk(top: Table) -> Sdk:
    """Build the model of an SDK file; raises RulebookError for anything the format does not know."""
    settings = _settings(top.table("settings"), top.table("units"))
    responses = read_responses(top.table("response"))
    clients = tuple(_client(table, settings) for table in top.tables("client"))
    classes = _by_name((name, client) for client in clients for name in client.classes)
    groups = _groups(top.table("groups"), classes)
    operations = tuple(_operation(table, settings, responses, groups) for table in top.tables("operation"))
    module = top.table("module")
    module_root = module.text("root")
    module_client = classes.get(module.text("client", among={"", *classes}))
    module_settings = settings[
        module.text("settings", module_client.settings.name if module_client else "", among=settings)
    ]
    module.close()
    sdk = Sdk(
        name=top.text("name", None),
        distribution=top.text("distribution", None),
        companions=top.texts("companions"),
        in_step=top.texts("in-step"),
        verified=top.texts("verified"),
        roots=top.texts("roots"),
        words=top.texts("words"),
        chain=top.flag("chain"),
        translates=top.flag("translates"),
        routes=top.flag("routes"),
        whole_chunks=top.flag("whole-chunks"),
        deprecated=top.text("deprecated"),
        beneath=top.texts("beneath"),
        transparent=top.texts("transparent"),
        aliases=_names(top.table("aliases")),
        module_root=module_root,
        module_client=module_client,
        module_settings=module_settings,
        clients=clients,
        operations=operations,
        derivations=tuple(_derivation(table, settings, groups) for table in top.tables("derivation")),
        adapters=tuple(_adapter(table) for table in top.tables("adapter")),
        ambients=tuple(_ambient(table, groups) for table in top.tables("ambient")),
        configurable=_configurable(top.table("configurable")),
        histories=top.texts("histories"),
        own_client=top.texts("own-client"),
        text_parsers=top.texts("text-parsers"),
        rejoining=top.texts("rejoining"),
        token_limits=tuple(_token_limit(table) for table in top.tables("token-limit")),
        routed=tuple(_routed(table) for table in top.tables("routed")),
        retired_parameters=tuple(_retired_parameter(table) for table in top.tables("retired-parameter")),
        new_parameters=tuple(_new_parameter(table) for table in top.tables("new-parameter")),
        sent_defaults=tuple(_sent_default(table, groups) for table in top.tables("sent-default")),
        removed_names=tuple(_removed_names(table) for table in top.tables("removed-name")),
        removed_imports=tuple(_removed_imports(table) for table in top.tables("removed-import")),
        exceptions=_exceptions(top.table("exceptions")),
        debug=_debug(top.table("debug")),
        operations_by_last=_grouped((path.rpartition(".")[2], one) for one in operations for path in one.paths),
        factories=_grouped((factory, client) for client in clients for factory in client.factories),
        _classes=classes,
        _functions=_by_name((name, one) for one in operations for name in one.functions),
    )
    top.close()
    return sdk


def _settings(tables: Table, units: Table) -> dict[str, SettingTable]:
    file_unit = units.text("timeout", "seconds", among=_TIMEOUT_UNITS)
    units.close()
    found = {"": SettingTable("", {}, timeout_unit=file_unit)}
    for name in tables.remaining():
        table = tables.table(name)
        base = found[table.text("like", among=found)]
        timeout_unit = table.text("timeout-unit", base.timeout_unit, among=_TIMEOUT_UNITS)
        retries_unit = table.text("retries-unit", base.retries_unit, among=_RETRIES_UNITS)
        timeout_none = table.text("timeout-none", base.timeout_none, among=_TIMEOUT_NONE)
        required = table.texts("required")
        own = {setting: table.texts(setting) for setting in table.remaining()}
        if unknown := own.keys() - SETTINGS:
            raise table.error(f"unknown setting `{min(unknown)}`")
        parameters = {setting: paths for setting, paths in {**base.parameters, **own}.items() if paths}
        if missing := set(required) - parameters.keys():
            raise table.error(f"`required` names `{min(missing)}`, which the table does not define")
        found[name] = SettingTable(
            name, parameters, timeout_unit, retries_unit, timeout_none, base.required.union(required)
        )
    return found


def read_responses(tables: Table) -> dict[str, Response]:
    """The response tables of a file by name; the empty name is a response of which nothing is known."""
    found = {"": _NO_RESPONSE}
    for name in tables.remaining():
        table = tables.table(name)
        found[name] = Response(
            name=name,
            body=table.texts("body"),
            text=table.texts("text"),
            stream_text=table.texts("stream-text"),
            text_optional=table.flag("text-optional"),
            finish=table.texts("finish"),
            usage=table.texts("usage"),
            parsed=table.texts("parsed"),
            tool_arguments=table.texts("tool-arguments"),
            tool_names=table.texts("tool-names"),
        )
        table.close()
    return found


def _client(table: Table, settings: Mapping[str, SettingTable]) -> Client:
    client = Client(
        classes=table.texts("classes"),
        factories=table.texts("factories"),
        arguments=table.texts("arguments"),
        is_async=table.flag("async"),
        provider=table.text("provider"),
        positional=table.texts("positional"),
        settings=settings[table.text("settings", among=settings)],
        defaults=_defaults(table.table("defaults")),
        gives=frozenset(table.texts("gives", among=PROVISIONS)),
        decorator=table.flag("decorator"),
        earlier=tuple(_earlier(one, settings) for one in table.tables("earlier")),
        with_model=tuple(_with_model(one, settings) for one in table.tables("with-model")),
        abstract=table.flag("abstract"),
        sends=table.texts("sends"),
        mounts=table.texts("mounts"),
        plain=table.texts("plain"),
        own_names=table.flag("own-names"),
        routes=table.flag("routes"),
    )
    if not client.classes and not client.factories:
        raise table.error("`classes` is missing")
    if bool(client.factories) != bool(client.arguments):
        raise table.error("`factories` and `arguments` go together")
    table.close()
    return client


def _earlier(table: Table, settings: Mapping[str, SettingTable]) -> Earlier:
    found = Earlier(
        package=table.text("package", None),
        version=table.text("version", None),
        settings=settings[table.text("settings", None, among=settings)],
        defaults=_defaults(table.table("defaults")),
        except_roots=table.texts("except-roots"),
        gives=frozenset(table.texts("gives", among=PROVISIONS)),
    )
    table.close()
    return found


def _with_model(table: Table, settings: Mapping[str, SettingTable]) -> WithModel:
    found = WithModel(
        classes=table.texts("classes"),
        settings=settings[table.text("settings", None, among=settings)],
        defaults=_defaults(table.table("defaults")),
    )
    table.close()
    return found


def _defaults(table: Table) -> Defaults:
    timeout = table.value("timeout")
    if timeout == "none":
        timeout = math.inf
    if timeout is not None and (isinstance(timeout, bool) or not isinstance(timeout, (int, float)) or timeout <= 0):
        raise table.error('`timeout` must be a positive number of seconds or "none"')
    retries = table.number("retries")
    table.close()
    return Defaults(timeout, None if retries is None else int(retries))


def _groups(table: Table, classes: Mapping[str, Client]) -> dict[str, tuple[str, ...]]:
    """Names that may stand in `clients`: the classes themselves and the groups of them."""
    found = {name: (name,) for name in classes}
    return found | {name: table.texts(name, among=classes) for name in table.remaining()}


def _clients(table: Table, groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(chain.from_iterable(groups[name] for name in table.texts("clients", among=groups)))


def _operation(
    table: Table,
    settings: Mapping[str, SettingTable],
    responses: Mapping[str, Response],
    groups: Mapping[str, tuple[str, ...]],
) -> Operation:
    operation = Operation(
        paths=table.texts("paths"),
        functions=table.texts("functions"),
        clients=_clients(table, groups),
        kind=table.text("kind", None, among=KINDS),
        is_async=table.flag("async"),
        call=table.text("call", "plain", among=("plain", "manager", "generator", "operand")),
        stream=table.flag("stream"),
        shape=table.flag("shape"),
        positional=table.texts("positional"),
        settings=settings[table.text("settings", among=settings)],
        response=responses[table.text("response", among=responses)],
        gives=frozenset(table.texts("gives", among=PROVISIONS)),
        defaults=_defaults(table.table("defaults")),
        removed=table.text("removed"),
        discontinued=table.text("discontinued"),
        replacement=table.text("replacement"),
        vectors=table.texts("vectors"),
        answers=table.texts("answers"),
        telling_with=table.texts("telling-with", among=SETTINGS),
        runs_loop=table.flag("runs-loop"),
    )
    if not operation.paths and not operation.functions:
        raise table.error("`paths` or `functions` is missing")
    table.close()
    return operation


def _derivation(
    table: Table, settings: Mapping[str, SettingTable], groups: Mapping[str, tuple[str, ...]]
) -> Derivation:
    derivation = Derivation(
        method=table.text("method", None),
        clients=_clients(table, groups),
        gives=frozenset(table.texts("gives", among=PROVISIONS)),
        settings=settings[table.text("settings", among=settings)],
        positional=table.texts("positional"),
        surface=table.text("surface", "same", among=("same", "path")),
        tries=int(table.number("tries") or 0),
        retried=table.texts("retried"),
        anew=table.text("anew"),
    )
    table.close()
    return derivation


WRAPPED = ("client", "llm", "model")


def _adapter(table: Table) -> Adapter:
    adapter = Adapter(
        functions=table.texts("functions"),
        argument=int(table.number("argument") or 0),
        names=table.texts("names") or WRAPPED,
        agent=table.flag("agent"),
        gives=frozenset(table.texts("gives", among=PROVISIONS)),
        surface=table.text("surface", "same", among=("same",)),
        asks=table.texts("asks"),
        tries=_trying(table.table("tries")),
        acts=table.flag("acts"),
        prints=table.text("prints"),
    )
    table.close()
    return adapter


def _trying(table: Table) -> Trying | None:
    trying = Trying(table.text("keyword"), table.text("package"), table.text("before"))
    table.close()
    return trying if trying.keyword else None


def _ambient(table: Table, groups: Mapping[str, tuple[str, ...]]) -> Ambient:
    ambient = Ambient(
        clients=_clients(table, groups),
        argument=table.text("argument", None),
        attributes=table.texts("attributes"),
        functions=table.texts("functions"),
        also=table.texts("also"),
        within=table.texts("within"),
    )
    table.close()
    return ambient


def _configurable(table: Table) -> Configurable:
    configurable = Configurable(
        functions=table.texts("functions"),
        argument=table.text("argument"),
        key=table.text("key"),
        fields=table.text("fields"),
        prefix=table.text("prefix"),
        unless_model=table.texts("unless-model"),
    )
    table.close()
    return configurable


def _token_limit(table: Table) -> TokenLimit:
    limit = TokenLimit(
        paths=table.texts("paths"),
        models=table.texts("models"),
        except_models=table.texts("except-models"),
        refuses=table.texts("refuses"),
        use=table.text("use", None),
    )
    table.close()
    return limit


def _routed(table: Table) -> Routed:
    routed = Routed(
        functions=table.texts("functions"),
        models=table.texts("models"),
        except_models=table.texts("except-models"),
        retries=int(table.number("retries") or 0),
        anywhere=table.text("anywhere"),
    )
    table.close()
    return routed


def _removed_names(table: Table) -> RemovedNames:
    found = RemovedNames(table.texts("names"), table.text("removed", None), table.text("replacement"))
    table.close()
    return found


def _retired_parameter(table: Table) -> RetiredParameter:
    retired = RetiredParameter(
        paths=table.texts("paths"),
        parameters=table.texts("parameters"),
        removed=table.text("removed"),
        replacement=table.text("replacement"),
        never=table.flag("never"),
        foreign=table.flag("foreign"),
        clients=table.texts("clients"),
        instead=table.text("instead"),
    )
    table.close()
    return retired


def _new_parameter(table: Table) -> NewParameter:
    new = NewParameter(
        paths=table.texts("paths"), parameters=table.texts("parameters"), since=table.text("since", None)
    )
    table.close()
    return new


def _sent_default(table: Table, groups: Mapping[str, tuple[str, ...]]) -> SentDefault:
    sent = SentDefault(
        clients=_clients(table, groups),
        settings=table.texts("settings", among=SETTINGS),
        roots=table.texts("roots"),
        package=table.text("package"),
        before=table.text("before"),
    )
    if bool(sent.package) != bool(sent.before):
        raise table.error("`package` and `before` go together")
    table.close()
    return sent


def _removed_imports(table: Table) -> RemovedImports:
    gone = RemovedImports(
        package=table.text("package", None), names=table.texts("names"), removed=table.text("removed", None)
    )
    table.close()
    return gone


def _debug(table: Table) -> Debug:
    debug = Debug(table.texts("assignments"), table.texts("functions"), table.texts("environment"))
    table.close()
    return debug


def _exceptions(table: Table) -> Exceptions:
    exceptions = Exceptions(
        base=table.text("base"),
        covering=table.texts("covering"),
        retried=table.texts("retried"),
        always_retried=table.texts("always-retried"),
        parents=_names(table.table("parents")),
        since=_names(table.table("since")),
        before=_names(table.table("before")),
    )
    table.close()
    return exceptions


def _names(table: Table) -> dict[str, str]:
    return {key: table.text(key) for key in table.remaining()}


def _by_name(pairs: Iterable[tuple[str, _T]]) -> dict[str, _T]:
    return dict(pairs)


def _grouped(pairs: Iterable[tuple[str, _T]]) -> dict[str, tuple[_T, ...]]:
    found: dict[str, list[_T]] = {}
    for key, item in pairs:
        group = found.setdefault(key, [])
        if item not in group:
            group.append(item)
    return {key: tuple(group) for key, group in found.items()}
