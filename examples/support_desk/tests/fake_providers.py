"""A server on this machine that answers like OpenAI, Anthropic and Gemini do, on the wire."""

from __future__ import annotations

import base64
import json
import re
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What OpenAI answers a request with one of these names with: 400, "unsupported_parameter".
REFUSED = {"/v1/chat/completions": {"max_output_tokens"}, "/v1/responses": {"max_tokens", "max_completion_tokens"}}


class Providers(ThreadingHTTPServer):
    """The server; `requests` holds the path and body of what it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.failing = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def sent(self, path: str) -> list[dict[str, Any]]:
        """The bodies of the requests to a path."""
        return [body for each, body in self.requests if each == path]


@contextmanager
def running() -> Iterator[Providers]:
    server = Providers()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: Providers
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = self.path.partition("?")[0]
        self.server.requests.append((path, body))
        if self.server.failing:
            self._json({"error": {"message": "overloaded", "type": "server_error"}}, 400)
        elif REFUSED.get(path, set()) & body.keys():
            self._json({"error": {"message": "Unsupported parameter", "code": "unsupported_parameter"}}, 400)
        elif path == "/v1/chat/completions" and body.get("stream"):
            self._events([*(("", chunk) for chunk in _chunks(body)), ("", "[DONE]")])
        elif path == "/v1/chat/completions":
            self._json(_chat(body))
        elif path == "/v1/responses":
            self._json(_response(body))
        elif path == "/v1/embeddings":
            self._json(_embeddings(body))
        elif path == "/v1/messages" and body.get("stream"):
            self._events([(event["type"], event) for event in _message_events(body)])
        elif path == "/v1/messages":
            self._json(_message(body))
        elif path.endswith(":generateContent"):
            self._json(_gemini(body))
        else:
            self._json({"error": {"message": f"no {path}"}}, 404)

    def _json(self, value: Any, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _events(self, events: list[tuple[str, Any]]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for name, value in events:
            data = value if isinstance(value, str) else json.dumps(value)
            head = f"event: {name}\n" if name else ""
            self.wfile.write(f"{head}data: {data}\n\n".encode())
            self.wfile.flush()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


def _family(body: dict[str, Any]) -> str:
    """The model without the date of a snapshot."""
    return re.sub(r"-\d{4}-?\d{2}-?\d{2}$", "", body["model"])


def _system(body: dict[str, Any]) -> str:
    return "\n".join(str(m["content"]) for m in body["messages"] if m["role"] in ("system", "developer"))


def _chat(body: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": _text(body), "refusal": None}
    asked_before = any(m["role"] == "tool" for m in body["messages"])
    finish = "stop"
    if body.get("tools") and not asked_before and body.get("response_format") is None:
        function = {"name": "search_help", "arguments": json.dumps({"question": "tent"})}
        message |= {"content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
        finish = "tool_calls"
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": body["model"],
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": finish}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12},
    }


def _text(body: dict[str, Any]) -> str:
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("name", "")
    if schema == "OrderReference":
        return json.dumps({"order_number": "4711", "articles": ["tent"]})
    if schema == "Promises":
        return json.dumps({"items": ["a refund by Friday"]})
    if '"topic"' in _system(body) or "JSON" in _system(body):
        return '```json\n{"topic": "delivery", "team": "logistics", "priority": "high"}\n```'
    if body.get("max_completion_tokens") == 5:
        return "2"
    return f"answer of {_family(body)}"


def _chunks(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": body["model"]}
    for delta in ({"role": "assistant", "content": ""}, {"content": "Hello"}, {"content": " there"}):
        yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    yield {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    if (body.get("stream_options") or {}).get("include_usage"):
        # The last chunk has no choice.
        yield {**head, "choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}}


def _response(body: dict[str, Any]) -> dict[str, Any]:
    text = {"type": "output_text", "text": f"report of {_family(body)}", "annotations": []}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": body["model"],
        "status": "completed",
        "output": [message],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": 9,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 3,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 12,
        },
    }


def _embeddings(body: dict[str, Any]) -> dict[str, Any]:
    """One vector for each text: how often it has the letters t, s and o."""
    data = []
    for index, text in enumerate(body["input"]):
        vector = [1.0 + text.count(letter) for letter in "tso"]
        packed = base64.b64encode(struct.pack("<3f", *vector)).decode()
        given: Any = packed if body.get("encoding_format") == "base64" else vector
        data.append({"object": "embedding", "index": index, "embedding": given})
    usage = {"prompt_tokens": 9, "total_tokens": 9}
    return {"object": "list", "data": data, "model": body["model"], "usage": usage}


def _message(body: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {"type": "text", "text": f"letter of {_family(body)}"}
    if body.get("tools"):
        decision = {"outcome": "refund", "amount": 20.0, "reason": "it leaks"}
        content = {"type": "tool_use", "id": "toolu_1", "name": "record_decision", "input": decision}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [content],
        "stop_reason": "tool_use" if body.get("tools") else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 3},
    }


def _message_events(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    empty = {**_message(body), "content": [], "stop_reason": None}
    yield {"type": "message_start", "message": empty}
    yield {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
    for text in ("Dear ", "customer"):
        yield {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}
    yield {"type": "content_block_stop", "index": 0}
    end = {"stop_reason": "end_turn", "stop_sequence": None}
    yield {"type": "message_delta", "delta": end, "usage": {"output_tokens": 2}}
    yield {"type": "message_stop"}


def _gemini(body: dict[str, Any]) -> dict[str, Any]:
    said = json.dumps(body)
    text = "Hallo" if "systemInstruction" in said or "system_instruction" in said else "de"
    candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "finishReason": "STOP", "index": 0}
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 1, "totalTokenCount": 10}
    return {"candidates": [candidate], "usageMetadata": usage, "modelVersion": "gemini-2.5-flash"}
