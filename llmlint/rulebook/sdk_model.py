"""What the rulebook knows about an SDK: how its clients are built, what they offer and what their answers look like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase

from llmlint.records import entity

SETTINGS = frozenset(
    {
        "api-key",
        "base-url",
        "cache",
        "callbacks",
        "constraint",
        "deployment",
        "extra",
        "fallbacks",
        "http-client",
        "max-tokens",
        "model",
        "n",
        "prompt",
        "prompt-cache",
        "reasoning",
        "retries",
        "seed",
        "stop",
        "stored-prompt",
        "stream",
        "stream-usage",
        "system",
        "temperature",
        "timeout",
        "tool-choice",
        "tools",
        "top-k",
        "top-p",
        "truncation",
        "user",
        "vertex",
    }
)
"""The canonical names of settings; every settings table maps some of them to parameters."""

KINDS = frozenset(
    {
        "agent",
        "audio",
        "batch",
        "chain",
        "chat",
        "completion",
        "embedding",
        "http",
        "image",
        "moderation",
        "other",
        "rerank",
        "responses",
        "tokens",
        "video",
    }
)
"""What an operation does; `http` sends what it is told to where it is told to."""

PROVISIONS = frozenset({"cache", "cap", "constraint", "errors", "fallback", "retry", "timeout", "trace"})
"""What an operation, an adapter or a derivation can bring along by itself; `errors` are given as values, not raised."""


@entity
class SettingTable:
    """Parameters of a constructor or call by canonical setting, the current spelling first.

    A dot in a parameter path goes into a nested mapping or configuration object. `timeout_unit` is "seconds" or
    "milliseconds"; `retries_unit` is "retries" (after the first try) or "attempts" (with it). A timeout of None is
    `timeout_none`: "unlimited", or "default" where it means what leaving it out means. The call fails without the
    settings in `required`.
    """

    name: str
    parameters: Mapping[str, tuple[str, ...]]
    timeout_unit: str = "seconds"
    retries_unit: str = "retries"
    timeout_none: str = "unlimited"
    required: frozenset[str] = frozenset()

    def paths(self, setting: str) -> tuple[str, ...]:
        """Parameter paths of a canonical setting; empty if the call has none for it."""
        return self.parameters.get(setting, ())


@entity
class Defaults:
    """What the SDK does when nothing is given.

    `timeout` is in seconds, `math.inf` for no limit, None where it is not known; `retries` counts tries after the
    first, None where it is not known.
    """

    timeout: float | None = None
    retries: int | None = None


@entity
class Earlier:
    """What a client takes, does and brings along by itself where the project holds `package` below `version`.

    A client that is imported from one of `except_roots` is none of these: they need the later version.
    """

    package: str
    version: str
    settings: SettingTable
    defaults: Defaults
    except_roots: tuple[str, ...] = ()
    gives: frozenset[str] = frozenset()


@entity
class WithModel:
    """What an agent takes and does by itself where the model that it is given is an object of one of the `classes`."""

    classes: tuple[str, ...]
    settings: SettingTable
    defaults: Defaults


@entity
class Client:
    """What builds the object on which operations are called.

    These are `classes` (or functions), and `factories` when their first argument matches one of `arguments` (fnmatch
    patterns). `gives` is what the object brings along by itself. A `decorator` is put on functions of the project: the
    operations are then those of the decorated function, `__call__` where it is called itself. The first of `earlier`
    that the project is held at counts. `with_model` tells what goes with the class of its model. `abstract` classes
    are only inherited from: what builds one builds a class of the project, with settings of its own. All calls go
    through one of the methods `sends`, and may through what is given to one of `mounts`, unless it is `plain`.
    Of clients with `own_names` the calls name no models but what the client was told to call them; those with
    `routes` have models that say which platform they are on.
    """

    classes: tuple[str, ...]
    factories: tuple[str, ...]
    arguments: tuple[str, ...]
    is_async: bool
    provider: str
    positional: tuple[str, ...]
    settings: SettingTable
    defaults: Defaults
    gives: frozenset[str]
    decorator: bool = False
    earlier: tuple[Earlier, ...] = ()
    with_model: tuple[WithModel, ...] = ()
    abstract: bool = False
    sends: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    own_names: bool = False
    routes: bool = False

    @property
    def argument(self) -> str:
        """The first of `arguments`, empty if the client has no factories."""
        return self.arguments[0] if self.arguments else ""


@entity
class Response:
    """Attribute paths of an answer.

    `*` is an index or an iteration, `name()` a call, the empty path the answer itself. `stream_text` starts from one
    item of the iterated answer. Where the answer holds its data as JSON that the caller decodes, `body` are the
    paths to it, and all others start from what was decoded.
    """

    name: str
    body: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    stream_text: tuple[str, ...] = ()
    text_optional: bool = False
    finish: tuple[str, ...] = ()
    usage: tuple[str, ...] = ()
    parsed: tuple[str, ...] = ()
    tool_arguments: tuple[str, ...] = ()
    tool_names: tuple[str, ...] = ()

    def as_text(self) -> Response:
        """The same answer where nothing but its text comes out, with what holds the texts of several answers."""
        text, pieces = _holders(self.text), _holders(self.stream_text)
        return Response(self.name, text=text, stream_text=pieces, finish=self.finish, usage=self.usage)


def _holders(paths: tuple[str, ...]) -> tuple[str, ...]:
    """The steps of paths into lists, without those into what is found there."""
    return tuple(dict.fromkeys("*" if path.startswith("*") else "" for path in paths))


@entity
class Operation:
    """A call that reaches a provider: attribute paths from a client, or absolute dotted functions.

    `clients` are canonical classes, empty for every client of the SDK. `call` is "plain", "manager" (to be entered
    with `with`), "generator" (iterated, never awaited) or "operand" (what a function gives is added to a client:
    `model + function()`). `removed` is the first SDK version without it,
    `discontinued` the ISO date from which the provider refuses it, `replacement` what to use instead. Where the model
    decides what the call does, `vectors` are the keys of an answer that make it an embedding's. A call that only sends
    has its answer from the methods `answers` of the same object. Where other things than models are called so, too, it
    is one of these that sends an entry for each of the settings `telling_with`. One that `runs_loop` is synchronous and
    runs an event loop of its own until it has the answer.
    """

    paths: tuple[str, ...]
    functions: tuple[str, ...]
    clients: tuple[str, ...]
    kind: str
    is_async: bool
    call: str
    stream: bool
    shape: bool
    positional: tuple[str, ...]
    settings: SettingTable
    response: Response
    gives: frozenset[str]
    defaults: Defaults
    removed: str
    discontinued: str
    replacement: str
    vectors: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    telling_with: tuple[str, ...] = ()
    runs_loop: bool = False


@entity
class Derivation:
    """A method of a client that returns another one with something added.

    `surface` is "same", or "path" where the operations of the new object are spelled `<method>().<operation>`. Where it
    adds a retry, `tries` is how often that tries by default, and `retried` are the keywords that limit its errors. A
    call that is given `anew` itself has nothing of what stood in that parameter here.
    """

    method: str
    clients: tuple[str, ...]
    gives: frozenset[str]
    settings: SettingTable
    positional: tuple[str, ...]
    surface: str
    tries: int
    retried: tuple[str, ...]
    anew: str = ""


@entity
class Trying:
    """A keyword of every call of an adapted client: how often that is tried in all, after any error.

    Where `package` is held below version `before`: later it asks again for answers that do not fit alone.
    """

    keyword: str
    package: str
    before: str


@entity
class Adapter:
    """Functions that take a client as their `argument`-th argument and return one; `surface` is "same".

    Given by keyword, it has one of these `names`. What it returns may be an `agent`: it hands out texts alone. Where it
    `acts`, it runs tools between the calls of the model.
    Where it has operations of its own, `asks` are the paths of the client's operations that they come down to; further
    keywords of the function are then those of every call. `tries` is what makes the calls try again, `prints` the
    keyword that makes what it returns show each step on the terminal.
    """

    functions: tuple[str, ...]
    argument: int
    names: tuple[str, ...]
    agent: bool
    gives: frozenset[str]
    surface: str
    asks: tuple[str, ...] = ()
    tries: Trying | None = None
    acts: bool = False
    prints: str = ""


@entity
class Ambient:
    """The model that objects of these `clients` ask where no call that leads to them is given one as `argument`.

    It is what is assigned to `attributes`, or given to `functions` as `argument`. An object may also be given one as an
    argument of another name, `also`, or as part of what is given as one of `within`.
    """

    clients: tuple[str, ...]
    argument: str
    attributes: tuple[str, ...]
    functions: tuple[str, ...]
    also: tuple[str, ...] = ()
    within: tuple[str, ...] = ()


@entity
class Configurable:
    """What `functions` build takes settings from the argument `argument` of later calls and derivations, too.

    There they stand under their parameters' names, in a mapping `key` or beside it: those that the parameter `fields`
    names ("any" for all), which are `unless_model` where it names none and no model is given. `prefix` is the parameter
    that holds what is put before the names.
    """

    functions: tuple[str, ...] = ()
    argument: str = ""
    key: str = ""
    fields: str = ""
    prefix: str = ""
    unless_model: tuple[str, ...] = ()


@entity
class TokenLimit:
    """Spellings of the output cap that a path refuses for some models (fnmatch patterns; empty `models`: all)."""

    paths: tuple[str, ...]
    models: tuple[str, ...]
    except_models: tuple[str, ...]
    refuses: tuple[str, ...]
    use: str


@entity
class Routed:
    """Functions that try again so often after the first try for some models (fnmatch patterns) alone.

    As often as their parameter `anywhere` says, they do it for all.
    """

    functions: tuple[str, ...]
    models: tuple[str, ...]
    except_models: tuple[str, ...]
    retries: int
    anywhere: str


@entity
class RetiredParameter:
    """Parameters that are deprecated, or gone since version `removed`, of calls or of the constructors of `clients`.

    `replacement` names the one to use, if any, `instead` tells what to do where there is no such. With `never`, no
    version that has these calls takes them; those that are `foreign` are of other SDKs, with calls of the same names.
    """

    paths: tuple[str, ...]
    parameters: tuple[str, ...]
    removed: str
    replacement: str
    never: bool = False
    foreign: bool = False
    clients: tuple[str, ...] = ()
    instead: str = ""


@entity
class NewParameter:
    """Parameters that an SDK has from version `since` on."""

    paths: tuple[str, ...]
    parameters: tuple[str, ...]
    since: str


@entity
class SentDefault:
    """Settings that `clients` send by themselves where nothing is given.

    With `roots`, those imported from one of them; with `before`, where the project holds `package` below that version.
    """

    clients: tuple[str, ...]
    settings: tuple[str, ...]
    roots: tuple[str, ...]
    package: str
    before: str


@entity
class RemovedNames:
    """Names that the SDK's package has no longer since version `removed`; `replacement` is what to use, if anything."""

    names: tuple[str, ...]
    removed: str
    replacement: str


@entity
class RemovedImports:
    """What can be imported from `package` only before version `removed`: dotted names of it (fnmatch patterns)."""

    package: str
    names: tuple[str, ...]
    removed: str


@entity
class Debug:
    """Switches that write whole requests and answers to the log or the screen, by dotted name.

    `assignments` are attributes set to True or "debug", `functions` are called with True (or with nothing, where their
    name begins with an underscore), `environment` are variables set to "debug".
    """

    assignments: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()

    @property
    def lasts(self) -> tuple[str, ...]:
        """The last part of the name of every attribute and function."""
        return tuple(name.rpartition(".")[2] for name in (*self.assignments, *self.functions))


@entity
class Exceptions:
    """The SDK's exceptions.

    Catching `base` or any of `covering` handles a failed call; `retried` are those that the SDK retries by itself when
    its retries are on, `always_retried` those that it retries in any case; `parents` are direct base classes. Where
    `base` came with a release of a package, `since` names both, and `before` what to catch by provider until then.
    """

    base: str = ""
    covering: tuple[str, ...] = ()
    retried: tuple[str, ...] = ()
    always_retried: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    since: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)


@entity
class Sdk:
    """One SDK file; see `llmlint.rulebook.sdk.load_sdk`.

    `module_root` is the module that is configured by assigning to its attributes (`module_settings`); with a
    `module_client` it offers the operations of that client too. `chain` says that objects combine with `|`,
    `translates` that parameters are put into the form that the model at hand takes, and left out where it takes none;
    `routes` that a model's id begins with the platform that it is on, as litellm has it; `deprecated` tells what to
    use instead of the whole SDK, empty while it is maintained. `beneath` names the SDKs whose clients a framework may
    call; `companions` are the further distributions that hold some of the names, and
    `in_step` those that need the same major version of the SDK as their own. `histories` are classes of memories that
    keep all turns of a conversation and send them whole, `own_client` functions that give the SDK a client of the
    program's own for all its calls, `text_parsers` what makes the text of an answer all that comes out of a chain which
    ends in it, `rejoining` functions that make one answer of the pieces of a stream. `whole_chunks` says that no piece
    of a stream comes without a choice, unless the usage is asked for.
    """

    name: str
    distribution: str
    companions: tuple[str, ...]
    in_step: tuple[str, ...]
    verified: tuple[str, ...]
    roots: tuple[str, ...]
    words: tuple[str, ...]
    chain: bool
    translates: bool
    routes: bool
    whole_chunks: bool
    deprecated: str
    beneath: tuple[str, ...]
    transparent: tuple[str, ...]
    aliases: Mapping[str, str]
    module_root: str
    module_client: Client | None
    module_settings: SettingTable
    clients: tuple[Client, ...]
    operations: tuple[Operation, ...]
    derivations: tuple[Derivation, ...]
    adapters: tuple[Adapter, ...]
    ambients: tuple[Ambient, ...]
    configurable: Configurable
    histories: tuple[str, ...]
    own_client: tuple[str, ...]
    text_parsers: tuple[str, ...]
    rejoining: tuple[str, ...]
    token_limits: tuple[TokenLimit, ...]
    routed: tuple[Routed, ...]
    retired_parameters: tuple[RetiredParameter, ...]
    new_parameters: tuple[NewParameter, ...]
    sent_defaults: tuple[SentDefault, ...]
    removed_names: tuple[RemovedNames, ...]
    removed_imports: tuple[RemovedImports, ...]
    exceptions: Exceptions
    debug: Debug
    operations_by_last: Mapping[str, tuple[Operation, ...]]
    factories: Mapping[str, tuple[Client, ...]]
    _classes: Mapping[str, Client]
    _functions: Mapping[str, Operation]

    def canonical(self, dotted: str) -> str:
        """The canonical name behind a public dotted path; an alias of a module or class covers all that is in it."""
        for _ in range(len(self.aliases) + 1):
            if dotted in self._classes or dotted in self._functions:
                return dotted
            prefix = dotted
            while prefix and prefix.removesuffix("()") not in self.aliases:
                prefix = prefix.rpartition(".")[0]
            if not prefix:
                return dotted
            name = prefix.removesuffix("()")
            dotted = self.aliases[name] + dotted[len(name) :]
        return dotted

    def client(self, dotted: str) -> Client | None:
        """The client that a class of this dotted path builds."""
        return self._classes.get(self.canonical(dotted))

    def built_by(self, factory: str, argument: str) -> Client | None:
        """The client that a factory of this dotted path builds when its first argument is `argument`.

        That is a text, or the dotted path of an object that is built, with brackets behind it.
        """
        built = argument.endswith("()")
        for client in self.factories.get(self.canonical(factory), ()):
            if any(fnmatchcase(argument, pattern) for pattern in client.arguments if pattern.endswith("()") == built):
                return client
        return None

    def function(self, dotted: str) -> Operation | None:
        """The operation that a function of this dotted path is."""
        return self._functions.get(self.canonical(dotted))
