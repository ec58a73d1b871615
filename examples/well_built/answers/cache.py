"""Answers of the models, kept on disk."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path


class Cache:
    """A table of texts by key; safe to share between processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connect() as db:
            db.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, value TEXT NOT NULL)")

    @staticmethod
    def key(*parts: str) -> str:
        """Return a key that differs when any of the parts differs."""
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def get(self, key: str) -> str | None:
        """Return the text under the key, or None."""
        with self._connect() as db:
            row = db.execute("SELECT value FROM answers WHERE key = ?", (key,)).fetchone()
        return None if row is None else row[0]

    def set(self, key: str, value: str) -> None:
        """Keep the text under the key."""
        with self._connect() as db:
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, value))

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)
