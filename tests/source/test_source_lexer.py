from __future__ import annotations

import pytest

from llmlint.source.lexer import Kind, tokens


def read(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text)]


def comments(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text) if token.kind is Kind.COMMENT]


def test_words_operators_brackets_and_comments() -> None:
    text = "x = f(1)  # why\n"
    assert [(token.kind.name, text[token.start : token.end]) for token in tokens(text)] == [
        ("WORD", "x"),
        ("OPERATOR", "="),
        ("WORD", "f"),
        ("OPEN", "("),
        ("WORD", "1"),
        ("CLOSE", ")"),
        ("COMMENT", "# why"),
        ("NEWLINE", "\n"),
    ]


@pytest.mark.parametrize(
    "string",
    [
        "'#'",
        '"#"',
        "'\\'#'",
        "r'\\'#'",
        "b'#'",
        "'''#\n'#'''",
        '"""#""#\\""""',
        "'a\\\n#'",
        "'a\\\r\n#'",
        "''",
        "Rb'#'",
    ],
)
def test_a_string_is_one_token(string: str) -> None:
    assert read(f"{string} # c") == [string, "# c"]


@pytest.mark.parametrize(
    ("string", "expected"),
    [
        ("f'#{a}#'", ["f'", "{", "a", "}"]),
        ("f'{{#}}'", ["f'"]),
        ("f'{a:#>{b}}'", ["f'", "{", "a", ":", "{", "b", "}", "}"]),
        ("f'{a:\"^10}'", ["f'", "{", "a", ":", "}"]),
        ('f"{a["#"]}"', ['f"', "{", "a", "[", '"#"', "]", "}"]),
        ("f'{f'{a}'}'", ["f'", "{", "f'", "{", "a", "}", "}"]),
        ("f'''{\na\n}'#'''", ["f'''", "{", "\n", "a", "\n", "}"]),
        ("f'\\{a}'", ["f'", "{", "a", "}"]),
        ("f'\\N{DASH}#'", ["f'"]),
        ("rf'\\N{a}#'", ["rf'", "{", "a", "}"]),
        ("f'{ {1: 2}[a] }'", ["f'", "{", "{", "1", ":", "2", "}", "[", "a", "]", "}"]),
        ("t'{a!r}#'", ["t'", "{", "a", "!", "r", "}"]),
        ("f'{a:%H:%M}'", ["f'", "{", "a", ":", "}"]),
    ],
)
def test_only_the_fields_of_an_f_string_are_code(string: str, expected: list[str]) -> None:
    assert read(f"{string} # c") == [*expected, "# c"]


def test_a_comment_in_a_field_is_a_comment() -> None:
    assert comments('f"""{\na # one\n}# text"""  # two') == ["# one", "# two"]


@pytest.mark.parametrize("text", ["'a\n# c", "'''a\n# c", "f'a\n# c", "f'{a}\n# c", "f'''a # c", "f'{a:'# c"])
def test_tokens_end_where_a_string_is_never_closed(text: str) -> None:
    assert comments(text) == []


def test_a_line_that_goes_on_after_a_backslash_has_no_newline() -> None:
    assert read("a \\\n b\r\nc\rd") == ["a", "b", "\r\n", "c", "\r", "d"]
