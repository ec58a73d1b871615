"""Programs that are run, with text that comes back and is parsed."""

import json
import subprocess


def describe(path: str) -> dict:
    response = subprocess.run(["ffprobe", "-print_format", "json", path], capture_output=True, text=True)
    return json.loads(response.stdout)


def generate(prompt: str) -> str:
    try:
        return subprocess.check_output(["figlet", prompt], text=True)
    except Exception:
        return ""
