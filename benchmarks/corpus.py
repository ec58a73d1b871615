"""A made-up Python project, the same on every machine: part of its files call models, the rest know nothing of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random
from textwrap import dedent

NOUNS = [
    "order",
    "customer",
    "invoice",
    "parcel",
    "ticket",
    "review",
    "article",
    "payment",
    "store",
    "route",
    "stock",
    "report",
    "account",
    "basket",
]
VERBS = [
    "load",
    "merge",
    "check",
    "score",
    "update",
    "collect",
    "group",
    "filter",
    "prepare",
    "export",
    "rank",
    "split",
    "close",
    "assign",
]
FILE_LINES = 220

Piece = Callable[[Random, str], str]


def write(root: Path, lines: int, seed: int, pieces: tuple[Piece, ...], head: str) -> int:
    """Write modules of about 220 lines below `root` until they hold that many lines; returns how many they hold."""
    random = Random(seed)
    root.mkdir(parents=True, exist_ok=True)
    (root / "pyproject.toml").write_text('[project]\nname = "corpus"\nversion = "1"\n')
    written = 0
    number = 0
    while written < lines:
        package = root / "app" / f"part_{number // 25:03}"
        package.mkdir(parents=True, exist_ok=True)
        (package / "__init__.py").touch()
        text = dedent(head).lstrip()
        while text.count("\n") < FILE_LINES:
            name = f"{random.choice(VERBS)}_{random.choice(NOUNS)}_{random.randrange(1000)}"
            text += "\n\n" + dedent(random.choice(pieces)(random, name)).lstrip()
        (package / f"module_{number:05}.py").write_text(text)
        written += text.count("\n")
        number += 1
    return written


PLAIN_HEAD = '''
    """Part of the shop."""

    from __future__ import annotations

    import logging
    from dataclasses import dataclass, field
    from datetime import datetime, timedelta

    logger = logging.getLogger(__name__)
    LIMIT = 250
'''


def _function(random: Random, name: str) -> str:
    noun, other = random.sample(NOUNS, 2)
    return f'''
    def {name}({noun}s: list[dict[str, object]], since: datetime, limit: int = LIMIT) -> dict[str, list[object]]:
        """Return the {noun}s since that moment, by {other}."""
        found: dict[str, list[object]] = {{}}
        for {noun} in {noun}s:
            created = {noun}.get("created")
            if not isinstance(created, datetime) or created < since - timedelta(days={random.randrange(1, 30)}):
                continue
            key = str({noun}.get("{other}", "")).strip().lower() or "unknown"
            found.setdefault(key, []).append({noun})
            if len(found[key]) > limit:
                logger.warning("more than %d {noun}s for {other} %s", limit, key)
                break
        return {{key: sorted(values, key=str) for key, values in found.items()}}
    '''


def _class(random: Random, name: str) -> str:
    noun, other = random.sample(NOUNS, 2)
    title = "".join(part.title() for part in name.split("_"))
    return f'''
    @dataclass
    class {title}:
        """A {noun} and its {other}s."""

        number: int
        {other}s: list[str] = field(default_factory=list)
        total: float = {random.random() * 100:.2f}
        closed: datetime | None = None

        def add(self, {other}: str, amount: float) -> None:
            """Add a {other} unless the {noun} is closed."""
            if self.closed is not None:
                raise ValueError(f"{noun} {{self.number}} is closed")
            self.{other}s.append({other})
            self.total += round(amount * {random.randrange(100, 125) / 100}, 2)

        def lines(self) -> list[str]:
            """Return a line for each {other}."""
            width = max((len({other}) for {other} in self.{other}s), default=0)
            return [f"{{{other}:<{{width}}}} {{self.total:>10.2f}}" for {other} in self.{other}s]
    '''


def _table(random: Random, name: str) -> str:
    rows = "".join(
        f'        "{random.choice(NOUNS)}_{i}": ({random.randrange(100)}, "{random.choice(VERBS)}"),\n'
        for i in range(12)
    )
    return f"\n    {name.upper()} = {{\n{rows}    }}\n"


CALLING_HEAD = '''
    """Part of the shop that asks models."""

    from __future__ import annotations

    import json
    import logging
    from dataclasses import dataclass, field
    from datetime import datetime, timedelta

    import anthropic
    from openai import OpenAI

    logger = logging.getLogger(__name__)
    LIMIT = 250
    MODEL = "gpt-5.4-mini"
    client = OpenAI(max_retries=1)
    claude = anthropic.Anthropic(timeout=20)
'''


def _chat(random: Random, name: str) -> str:
    noun, other = random.sample(NOUNS, 2)
    cap = f"\n            max_completion_tokens={random.randrange(100, 900)}," if random.random() < 0.5 else ""
    return f'''
    def {name}({noun}: str, {other}s: list[str]) -> dict[str, str]:
        """Ask the model about a {noun}."""
        prompt = f"Here is a {noun}: {{{noun}}}. It belongs to " + ", ".join({other}s)
        response = client.chat.completions.create(
            model=MODEL,
            messages=[
                {{"role": "system", "content": "You know every {noun} and every {other}. Answer as JSON."}},
                {{"role": "user", "content": prompt}},
            ],{cap}
        )
        logger.info("asked about a {noun}: %s", response.usage)
        return json.loads(response.choices[0].message.content or "{{}}")
    '''


def _assistant(random: Random, name: str) -> str:
    noun, other = random.sample(NOUNS, 2)
    title = "".join(part.title() for part in name.split("_"))
    return f'''
    class {title}:
        """Writes about a {noun}."""

        def __init__(self, model: str = "claude-sonnet-4-6") -> None:
            self.model = model
            self.client = claude

        def _ask(self, text: str, max_tokens: int = {random.randrange(200, 900)}) -> str:
            try:
                message = self.client.messages.create(
                    model=self.model,
                    max_tokens=max_tokens,
                    system="You write about a {noun} and its {other}.",
                    messages=[{{"role": "user", "content": text}}],
                )
            except anthropic.APIError:
                logger.exception("no text about the {noun}")
                return ""
            return "".join(block.text for block in message.content if block.type == "text")

        def describe(self, {noun}: str) -> str:
            """Return a paragraph."""
            return self._ask(f"Describe this {noun}: {{{noun}}}")

        def compare(self, {noun}: str, {other}: str) -> str:
            """Return a comparison."""
            return self._ask(f"Compare {{{noun}}} with {{{other}}}", max_tokens=300)
    '''


def _vectors(random: Random, name: str) -> str:
    noun = random.choice(NOUNS)
    return f'''
    def {name}({noun}s: list[str]) -> list[list[float]]:
        """Return a vector for each {noun}."""
        response = client.embeddings.create(model="text-embedding-3-small", input={noun}s)
        return [item.embedding for item in response.data]
    '''


PLAIN: tuple[Piece, ...] = (_function, _function, _class, _table)
CALLING: tuple[Piece, ...] = (_chat, _assistant, _vectors, _function, _function, _class)


def plain(root: Path, lines: int) -> int:
    """Write modules that import no SDK; returns their number of lines."""
    return write(root, lines, 1, PLAIN, PLAIN_HEAD)


def calling(root: Path, lines: int) -> int:
    """Write modules that each import two SDKs and call them every forty lines or so; returns their number of lines."""
    return write(root, lines, 2, CALLING, CALLING_HEAD)
