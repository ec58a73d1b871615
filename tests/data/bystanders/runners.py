"""asyncio.Runner, unittest's runner and a web server's `run`: agents without models."""

import asyncio
import unittest
from http.server import HTTPServer, SimpleHTTPRequestHandler


class Agent:
    def __init__(self, name: str, tools: list[str], model: str) -> None:
        self.name = name
        self.tools = tools
        self.model = model

    async def run(self, prompt: str) -> str:
        return f"{self.name}: {prompt}"

    def run_sync(self, prompt: str) -> str:
        with asyncio.Runner() as runner:
            return runner.run(self.run(prompt))


def main() -> None:
    Agent("port scanner", ["nmap"], "fast").run_sync("localhost")
    unittest.TextTestRunner().run(unittest.TestSuite())
    HTTPServer(("localhost", 8000), SimpleHTTPRequestHandler).serve_forever()
