"""A file's bytes as text, decoded the way Python itself would."""

from __future__ import annotations

from llmlint.records import record
from llmlint.source.cells import Cells
from llmlint.source.errors import SourceError

MAX_BYTES = 5_000_000
UTF8_BOM = b"\xef\xbb\xbf"


@record
class SourceText:
    """A source file.

    `data` is the file as it lies on disk. `text` is `data` decoded, without the byte order mark and with the line
    endings of the file, which may mix them. `encoding` is Python's name for the encoding ("utf-8" with or without
    `bom`). Of a notebook both are the program that its `cells` make.
    """

    path: str
    data: bytes
    text: str
    encoding: str
    bom: bool
    cells: Cells | None = None


def decode_source(path: str, data: bytes) -> SourceText | SourceError:
    """`data`, from a file or an editor, as the source text of `path`."""
    if len(data) > MAX_BYTES:
        return SourceError(path, _too_large(len(data)))
    if b"\0" in data:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return SourceError(path, "is UTF-16; Python source must be in an ASCII-compatible encoding such as UTF-8")
        return SourceError(
            path, f"contains a null byte at line {_line(data, data.index(0))}, so it is not Python source"
        )
    encoding = _encoding(path, data)
    if isinstance(encoding, SourceError):
        return encoding
    bom = data.startswith(UTF8_BOM)
    try:
        text = str(data[len(UTF8_BOM) :] if bom else data, encoding)
    except UnicodeDecodeError as error:
        start = error.start + (len(UTF8_BOM) if bom else 0)
        return SourceError(path, _undecodable(data, start, encoding))
    except (LookupError, ValueError):
        return SourceError(path, f"declares the encoding {encoding!r}, which is not a text encoding")
    return SourceText(path, data, text, encoding, bom)


def _encoding(path: str, data: bytes) -> str | SourceError:
    second = data.find(b"\n", data.find(b"\n") + 1)
    if b"coding" not in data[: second if second > 0 else None]:
        return "utf-8"
    import io
    import tokenize

    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except SyntaxError as error:
        if "unknown encoding" not in str(error.msg) and "encoding problem" not in str(error.msg):
            return "utf-8"  # a declaration that is not UTF-8 itself: decoding will say where
        return SourceError(path, "declares an encoding that is unknown or contradicts its byte order mark")
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _undecodable(data: bytes, start: int, encoding: str) -> str:
    place = f"byte 0x{data[start]:02x} at line {_line(data, start)}"
    if encoding != "utf-8":
        return f"is not {encoding}, which it declares: {place}; correct the declaration or the file"
    return f"is not UTF-8: {place}; declare the encoding in a comment on line 1 or 2, or save the file as UTF-8"


def _too_large(size: int) -> str:
    return f"is {size / 1e6:.1f} MB; files over {MAX_BYTES // 1_000_000} MB are not read"


def _line(data: bytes, offset: int) -> int:
    before = data[:offset]
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1
