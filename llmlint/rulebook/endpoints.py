"""Plain HTTP: the hosts of providers, the endpoints that reach a model, and the libraries that send requests."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from llmlint.records import entity
from llmlint.rulebook.data import read_data
from llmlint.rulebook.sdk_model import KINDS, PROVISIONS, SETTINGS, Response
from llmlint.rulebook.sdk_reader import read_responses

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from llmlint.rulebook.table import Table


@entity
class Endpoint:
    """Paths (fnmatch patterns) that reach a model on the hosts of `providers`, empty for all.

    With `telling` the path says enough on any host, with `telling_with` it does where the request has these settings.
    `kind` is an operation's, `response` describes the decoded body, `discontinued`, `replacement` and `gives` are
    those of an operation, too.
    """

    paths: tuple[str, ...]
    providers: tuple[str, ...]
    kind: str
    telling: bool
    telling_with: tuple[str, ...]
    response: Response
    discontinued: str
    replacement: str
    gives: frozenset[str] = frozenset()


@entity
class Endpoints:
    """What `rules/http/endpoints.toml` says.

    `hosts` maps patterns of hosts to providers, `caps` a provider and a kind of call to the tokens that an answer has
    at most where a request says nothing of it, `address_variables` a provider to the environment variables that send
    its SDK to another host.
    """

    hosts: Mapping[str, str]
    endpoints: tuple[Endpoint, ...]
    caps: Mapping[tuple[str, str], int]
    address_variables: Mapping[str, tuple[str, ...]]

    def provider(self, host: str) -> str | None:
        """The provider behind a host, with its port where one is given."""
        return next((name for pattern, name in self.hosts.items() if fnmatchcase(host, pattern)), None)

    def endpoint(self, path: str, provider: str | None, has: Callable[[str], bool]) -> Endpoint | None:
        """The endpoint at a path of the provider's hosts; on an unknown host only one that tells by itself.

        `has` says whether the request is certain to have a setting.
        """
        for one in self.endpoints:
            known = one.telling or one.telling_with if provider is None else _of(one, provider)
            if known and any(fnmatchcase(path, pattern) for pattern in one.paths):
                if provider is not None or one.telling or all(has(name) for name in one.telling_with):
                    return one
        return None


def _of(endpoint: Endpoint, provider: str) -> bool:
    return not endpoint.providers or provider in endpoint.providers


@cache
def load_endpoints() -> Endpoints:
    """The rulebook's endpoints. Raises RulebookError if the file is absent or breaks the format."""
    top = read_data("http/endpoints.toml")
    hosts = top.table("hosts")
    providers = {pattern: hosts.text(pattern) for pattern in hosts.remaining()}
    responses = read_responses(top.table("response"))
    found = []
    for table in top.tables("endpoint"):
        names = table.texts("providers", among=set(providers.values()))
        kind = table.text("kind", None, among=KINDS)
        response = responses[table.text("response", among=responses)]
        gone, instead = table.text("discontinued"), table.text("replacement")
        gives = frozenset(table.texts("gives", among=PROVISIONS))
        telling, settings = table.flag("telling"), table.texts("telling-with", among=SETTINGS)
        paths = table.texts("paths")
        found.append(Endpoint(paths, names, kind, telling, settings, response, gone, instead, gives))
        table.close()
    caps = _caps(top, set(providers.values()))
    variables = top.table("address-variables")
    named = {provider: variables.texts(provider) for provider in variables.remaining()}
    top.close()
    return Endpoints(providers, tuple(found), caps, named)


def _caps(top: Table, known: set[str]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for table in top.tables("cap"):
        tokens = table.number("tokens")
        if tokens is None or not table.text("source", None).startswith("https://"):
            raise table.error("a cap has `tokens` and the `source` that says so")
        pairs = product(table.texts("providers", among=known), table.texts("kinds", among=KINDS))
        found |= {pair: int(tokens) for pair in pairs}
        table.close()
    return found
