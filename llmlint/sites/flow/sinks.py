"""Sinks: calls that run text as code, keep it, or build a template of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from llmlint.index.tree import last_name, parent, scope_of
from llmlint.index.values import Const, Result, Sequence, alternatives, dotted, text_of
from llmlint.patterns import regex

if TYPE_CHECKING:
    from llmlint.index.evaluate import Evaluator

CODE = {
    "builtins.eval": "eval",
    "builtins.exec": "exec",
    "os.system": "os.system",
    "os.popen": "os.popen",
    "subprocess.getoutput": "subprocess.getoutput",
    "subprocess.getstatusoutput": "subprocess.getstatusoutput",
    "asyncio.create_subprocess_shell": "asyncio.create_subprocess_shell",
    "pickle.loads": "pickle.loads",
    "dill.loads": "dill.loads",
    "cloudpickle.loads": "cloudpickle.loads",
    "jinja2.Template": "jinja2.Template",
    "flask.render_template_string": "render_template_string",
}
SHELLS = regex(r"(^|/)(ba|z|da|k|fi)?sh$|^(cmd|powershell|pwsh)(\.exe)?$|(^|/)i?python3?$")
STARTING = frozenset({"subprocess.Popen", "asyncio.create_subprocess_shell", "asyncio.create_subprocess_exec"})
SHELL = frozenset({"run", "call", "Popen", "check_output", "check_call"})
QUERIES = frozenset(
    {"pandas.read_sql", "pandas.read_sql_query", "sqlalchemy.text", "sqlalchemy.sql.text", "duckdb.sql"}
)
EXECUTING = frozenset({"execute", "executescript", "exec_driver_sql", "execute_sql", "exec_sql"})
DATABASE = regex(r"(?i)(^|_)(cur|cursor|conn|connection|db|database|session|engine|con|tx|duckdb)\d?$")
LANGCHAIN = ("run", "run_no_throw", "_execute")
CLIENTS = {
    "langchain.SQLDatabase.": LANGCHAIN,
    "langchain.sql_database.SQLDatabase.": LANGCHAIN,
    "langchain.utilities.SQLDatabase.": LANGCHAIN,
    "langchain_community.utilities.SQLDatabase.": LANGCHAIN,
    "langchain_community.utilities.sql_database.SQLDatabase.": LANGCHAIN,
    "neo4j.": ("run", "execute_query"),
    "asyncpg.": ("execute", "fetch", "fetchrow", "fetchval", "cursor"),
    "google.cloud.bigquery.": ("query", "query_and_wait"),
    "clickhouse_connect.": ("query", "command", "query_df"),
    "duckdb.": ("execute", "sql", "query"),
    "pyspark.sql.": ("sql",),
    "snowflake.snowpark.": ("sql",),
}
"""The methods of a database's own client that run a query."""

ROWS = frozenset(  # names that only stores and queues give to a method
    {"insert_one", "insert_many", "update_one", "replace_one", "bulk_create", "add_documents", "lpush", "rpush", "xadd"}
    | {"hset", "setex", "put_object", "put_item", "get_or_create", "update_or_create"}
)
KEEPING = ROWS | frozenset(
    {"write", "write_text", "write_bytes", "upsert", "add_texts", "publish", "writerow", "writerows", "insert"}
)
WRITING = frozenset({"write", "write_text", "write_bytes", "writerow", "writerows", "dump", "safe_dump"})  # of files
MAY_KEEP = KEEPING | {"set", "execute", "executemany", "create"}  # depending on what they are called on
VECTORS = ("langchain_community.vectorstores", "langchain_chroma", "langchain_pinecone", "langchain_qdrant")
FILLING = {"add": ("mem0.",), "from_texts": VECTORS, "from_documents": VECTORS}  # by whose method it is
CACHES = regex(r"(?i)cache|redis|memcache|shelf|kv")
SCREENS = ("streamlit",)  # what its `write` is given is shown
STREAMS = regex(r"(?i)stdout|stderr|console|buffer|websocket|ws$|response|buf$|out$|output$")
DUMPS = frozenset({"json.dump", "pickle.dump", "yaml.dump", "yaml.safe_dump", "joblib.dump"})


def of_call(ev: Evaluator, call: ast.Call, text: ast.expr) -> str | None:
    """The sink that a call is for `text`, one of its arguments: what it is called; None where it is none."""
    first = bool(call.args) and call.args[0] is text
    for option in alternatives(ev.evaluate(call.func)):
        path = dotted(option)
        if first and path in CODE:
            return CODE[path]
        if first and path in QUERIES:
            return path
        if path.startswith("subprocess.") and path.removeprefix("subprocess.") in SHELL and _runs(ev, call, text):
            return path
        if first and any(path.startswith(root) and last_name(call.func) in CLIENTS[root] for root in CLIENTS):
            return "a Cypher query" if path.startswith("neo4j.") else f"a SQL query ({last_name(call.func)})"
    func = call.func
    if first and isinstance(func, ast.Attribute):
        receiver = func.value
        name = last_name(receiver)
        if isinstance(receiver, ast.Call):
            inner = receiver.func
            name = last_name(inner)
        if func.attr in EXECUTING and DATABASE.search(name):
            return f"{name}.{func.attr}"
        if func.attr == "write" and isinstance(receiver, ast.Attribute) and receiver.attr == "stdin":
            return f"{last_name(receiver.value)}.stdin.write" if _is_shell(ev, receiver.value) else None
        if func.attr == "from_string" and "env" in name.lower():
            return "a template"
    return None


def _is_shell(ev: Evaluator, process: ast.expr) -> bool:
    """Whether a process is a shell or an interpreter, which runs what it reads: `Popen(["bash"], stdin=PIPE)`."""
    for option in alternatives(ev.evaluate(process)):
        if not isinstance(option, Result) or dotted(option.callee) not in STARTING or option.call is None:
            continue
        for command in alternatives(ev.evaluate(option.call.args[0], option.frame)) if option.call.args else ():
            program = command.item(0) if isinstance(command, Sequence) and command.parts else command
            words = (text_of(program) or "").split()
            if words and SHELLS.search(words[0]):
                return True
    return False


def _runs(ev: Evaluator, call: ast.Call, text: ast.expr) -> bool:
    """Whether text decides which program runs: it is the whole command, or the program, or a shell reads it."""
    if not call.args:
        return False
    command = call.args[0]
    if command is text:
        return True
    if isinstance(command, (ast.List, ast.Tuple)) and any(part is text for part in command.elts):
        return command.elts[0] is text or _shell_script(ev, command)
    return False


def is_command(ev: Evaluator, call: ast.Call, words: ast.expr) -> bool:
    """Whether a call runs the words of a text, its first argument, so that the text chooses the program."""
    if not call.args or call.args[0] is not words:
        return False
    paths = [dotted(option) for option in alternatives(ev.evaluate(call.func))]
    spread = isinstance(words, ast.Starred)
    wanted = {"asyncio.create_subprocess_exec"} if spread else {f"subprocess.{name}" for name in SHELL}
    return any(path in wanted for path in paths) and _split(words.value if isinstance(words, ast.Starred) else words)


def _split(node: ast.expr | None) -> bool:
    """Whether an expression is a text that was cut into words, or a name that holds nothing else."""
    if isinstance(node, ast.Call):
        return last_name(node.func) == "split"
    owner = scope_of(node).lookup(node.id) if isinstance(node, ast.Name) else None
    bound = [binding.value for binding in owner.bindings[node.id]] if owner and isinstance(node, ast.Name) else []
    return bool(bound) and all(isinstance(value, ast.Call) and last_name(value.func) == "split" for value in bound)


def _shell_script(ev: Evaluator, command: ast.List | ast.Tuple) -> bool:
    """`["bash", "-c", text]`: the program is a shell or an interpreter that is told what to do."""
    words = [
        "python" if dotted(option) == "sys.executable" else getattr(option, "value", "")
        for part in command.elts[:2]
        for option in alternatives(ev.evaluate(part))
        if isinstance(option, Const) or dotted(option) == "sys.executable"
    ]
    return len(words) == 2 and words[1] in ("-c", "/c", "-lc", "-Command", "-e")


def keeps(ev: Evaluator, call: ast.Call, text: ast.expr) -> bool:
    """Whether the call keeps `text`, one of its arguments, outside the process: a file, database, queue or cache."""
    if any(dotted(option) in DUMPS for option in alternatives(ev.evaluate(call.func))):
        return bool(call.args) and call.args[0] is text
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in FILLING and _fills(ev, func):
        return True
    if not isinstance(func, ast.Attribute) or func.attr not in MAY_KEEP:
        return False
    receiver = ast.unparse(func.value)
    if func.attr in KEEPING:
        if func.attr == "insert" and len(call.args) == 2 and not call.keywords:
            return False  # a list's
        shown = any(dotted(option).startswith(SCREENS) for option in alternatives(ev.evaluate(func.value)))
        return not shown and not STREAMS.search(receiver)
    if func.attr == "set":
        return bool(CACHES.search(receiver)) and not (call.args and call.args[0] is text)
    if func.attr in ("execute", "executemany"):
        return bool(DATABASE.search(receiver.rpartition(".")[2])) and not (call.args and call.args[0] is text)
    return func.attr == "create" and receiver.endswith(".objects")


def passes(ev: Evaluator, call: ast.Call) -> bool:
    """Whether what a call writes goes to a temporary file, which keeps nothing: an editor or a program reads it."""
    places = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return any(
        dotted(o).startswith("tempfile.") for place in (*places, *call.args) for o in alternatives(ev.evaluate(place))
    )


def files(ev: Evaluator, call: ast.Call, text: ast.expr) -> bool:
    """Whether the call writes `text`, one of its arguments, to a file."""
    return last_name(call.func) in WRITING and keeps(ev, call, text)


def _fills(ev: Evaluator, func: ast.Attribute) -> bool:
    """Whether a method fills the memory of agents, or builds a vector store."""
    paths = [dotted(option) for option in alternatives(ev.evaluate(func))]
    return any(path.startswith(FILLING[func.attr]) for path in paths)


def kept_by_key(node: ast.Subscript) -> bool:
    """Whether an assignment to this item goes to a cache that outlives the process."""
    return bool(CACHES.search(ast.unparse(node.value))) and isinstance(parent(node), ast.Assign)
