from __future__ import annotations

import ast
import sys
import sysconfig
import warnings
from pathlib import Path

import libcst as cst
import pytest

from llmlint.source.newer_syntax import TOO_DEEP, Refusal, parse_newer
from llmlint.source.read import SourceText, decode_source

LIBRARY = Path(sysconfig.get_path("stdlib"))
SAMPLE = [
    "_collections_abc",
    "_weakrefset",
    "abc",
    "antigravity",
    "ast",
    "base64",
    "bisect",
    "calendar",
    "cmd",
    "code",
    "codecs",
    "colorsys",
    "contextlib",
    "copy",
    "dis",
    "enum",
    "fnmatch",
    "fractions",
    "functools",
    "getopt",
    "heapq",
    "html/entities",
    "json/decoder",
    "keyword",
    "operator",
    "opcode",
    "queue",
    "sched",
    "string",
    "textwrap",
    "this",
    "token",
    "tokenize",
    "types",
    "weakref",
    "asyncio/tasks",
    "asyncio/queues",
    "email/_policybase",
    "importlib/_abc",
    "wsgiref/util",
    "xml/sax/xmlreader",
]
UNPARENTHESIZED = "try:\n  pass\nexcept A, B:\n  pass\n"
EVERYTHING = Path(__file__).with_name("every_syntax.txt")


def converted(text: str) -> ast.Module:
    tree = parse_newer(text)
    assert isinstance(tree, ast.Module), tree
    return tree


def same(tree: ast.Module, older: str) -> bool:
    return ast.dump(tree) == ast.dump(ast.parse(older))


def comparable(tree: ast.Module) -> str:
    """The tree in full, but for what only 3.13 gets right.

    Inside an f-string older versions place nodes at the string's start or beside their text, and 3.12 adds an empty
    constant behind a nested format.
    """
    if sys.version_info < (3, 13):
        for string in [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]:
            string.values = [each for each in string.values if not (isinstance(each, ast.Constant) and not each.value)]
            for node in ast.walk(string):
                if node is not string and isinstance(node, ast.expr):
                    node.lineno = node.col_offset = node.end_lineno = node.end_col_offset = 0
    return ast.dump(tree, include_attributes=True)


def difference(path: Path) -> str:
    """Empty if the conversion of a file gives the tree of `ast`; what `ast` or LibCST refuses is not compared."""
    source = decode_source(str(path), path.read_bytes())
    if not isinstance(source, SourceText):
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = ast.parse(source.text)
    except SyntaxError:
        return ""
    tree = parse_newer(source.text)
    if isinstance(tree, Refusal):
        return tree.message
    return "" if comparable(tree) == comparable(expected) else "differs"


@pytest.mark.parametrize("name", SAMPLE)
def test_the_standard_library_converts_to_the_tree_of_ast(name: str) -> None:
    assert difference(LIBRARY / f"{name}.py") == ""


def test_odd_spacing_parentheses_and_commas_convert_to_the_tree_of_ast() -> None:
    assert difference(EVERYTHING) == ""


@pytest.mark.slow
def test_the_whole_standard_library_converts_to_the_tree_of_ast() -> None:
    # LibCST refuses `(x): int`, and one file of topics concatenates thousands of strings.
    known = {"pydoc_data/topics.py": TOO_DEEP, "test/test_grammar.py": "invalid syntax"}
    known |= {f"test/{name}ann_module.py": "invalid syntax" for name in ("", "typinganndata/")}
    files = [path for path in LIBRARY.rglob("*.py") if "site-packages" not in path.parts]
    assert len(files) > 500
    failures = {path.relative_to(LIBRARY).as_posix(): reason for path in files if (reason := difference(path))}
    assert {path: reason for path, reason in failures.items() if known.get(path) != reason} == {}


def test_a_quote_reused_inside_an_f_string() -> None:
    assert same(converted('f"{a["b"]}"'), "f\"{a['b']}\"")


def test_a_backslash_and_a_comment_inside_a_field() -> None:
    tree = converted("f'{\"\\n\".join(x)}{\n y  # why\n}'")
    assert [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)] == ["\n"]
    assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} == {"x", "y"}


def test_positions_inside_an_f_string_are_exact() -> None:
    text = 'é = f"é{a["é"]!r:>{b}}" f"{c}"\n'
    nodes = {type(node).__name__ + getattr(node, "id", ""): node for node in ast.walk(converted(text))}
    spelled = {name: ast.get_source_segment(text, node) for name, node in nodes.items() if hasattr(node, "lineno")}
    assert spelled["Subscript"] == 'a["é"]'
    assert spelled["Namea"] == "a"
    assert spelled["Nameb"] == "b"
    assert spelled["Namec"] == "c"
    assert spelled["Assign"] == text.rstrip()


@pytest.mark.parametrize(
    "text", ['f"a{{b}}{x}\\x41"', 'rf"\\d{x}"', 'f"{x = }"', 'f"{x=!s:>3}"', "'a' f'b' 'c'", "f''", "f'{x:{y}z}'"]
)
def test_f_strings_have_the_values_of_ast(text: str) -> None:
    assert same(converted(text), text)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ("def f[T: int, *Ts, **P](x: T) -> T: pass", "def f(x: T) -> T: pass"),
        ("class A[T = int](B): pass", "class A(B): pass"),
        ("type X = list[int]", "X = list[int]"),
        ("type X[T] = list[T]", "X = list[T]"),
    ],
)
@pytest.mark.skipif(sys.version_info >= (3, 12), reason="ast has nodes for type parameters")
def test_what_ast_has_no_node_for_becomes_the_nearest_older_thing(newer: str, older: str) -> None:
    assert same(converted(newer), older)


@pytest.mark.parametrize(
    "text",
    [
        "def f[T: int, *Ts, **P](x: T) -> T: pass",
        "class A[T: (int, str)](B[T]): pass",
        "type X[T] = list[T]",
    ],
)
@pytest.mark.skipif(sys.version_info < (3, 12), reason="ast has no nodes for type parameters")
def test_type_parameters_are_kept_where_ast_has_nodes_for_them(text: str) -> None:
    assert ast.dump(converted(text), include_attributes=True) == ast.dump(ast.parse(text), include_attributes=True)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="ast has no field for the default")
def test_defaults_of_type_parameters_are_kept_where_ast_has_a_field_for_them() -> None:
    text = "def f[T: int = bool, *Ts = *tuple[int], **P = [int]](): pass"
    assert ast.dump(converted(text), include_attributes=True) == ast.dump(ast.parse(text), include_attributes=True)


@pytest.mark.skipif(isinstance(parse_newer(UNPARENTHESIZED), Refusal), reason="this LibCST is older than PEP 758")
def test_exceptions_without_parentheses() -> None:
    tree = converted(UNPARENTHESIZED)
    assert same(tree, "try:\n  pass\nexcept (A, B):\n  pass\n")


@pytest.mark.skipif(not hasattr(cst, "TemplatedString"), reason="this LibCST does not know template strings")
def test_a_template_string_becomes_an_f_string() -> None:
    assert same(converted("t'a{x!r:>9}{y}'"), "f'a{x!r:>9}{y}'")


@pytest.mark.skipif(not hasattr(cst, "LazyImport"), reason="this LibCST does not know lazy imports")
def test_a_lazy_import_becomes_an_import() -> None:
    assert same(converted("lazy import a\nlazy from b import c\n"), "import a\nfrom b import c\n")


def test_the_tree_of_newer_syntax_can_be_compiled() -> None:
    text = """type X[T] = list[T]
def f[T](x: T) -> T:
    return f"{x["a"]}"
class C[T]: ...
"""
    compile(converted(text), "a.py", "exec")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("x = 1\ny = = 1\n", Refusal(2, 5, "invalid syntax")),
        ("\nx = 'a\n", Refusal(1, 1, "unterminated string literal")),
    ],
)
def test_what_libcst_cannot_parse_is_refused(text: str, refusal: Refusal) -> None:
    assert parse_newer(text) == refusal


def test_a_literal_that_means_nothing_is_refused() -> None:
    found = parse_newer("x = '\\xg'\n")
    assert isinstance(found, Refusal)
    assert "unicodeescape" in found.message
