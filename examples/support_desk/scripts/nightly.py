"""Label the tickets of the day and print a report: python -m scripts.nightly tickets.jsonl labels.csv"""

from __future__ import annotations

import argparse
import csv
import json
import logging
from collections import Counter
from pathlib import Path

from tenacity import RetryCallState, retry, stop_after_attempt, wait_exponential

from desk import prompts, settings
from desk.assistant import SupportAssistant
from desk.classify import classify, mood
from desk.clients import openai_client
from desk.summaries import promises

logger = logging.getLogger(__name__)


def plain_report(state: RetryCallState) -> str:
    """Return the bare numbers, for nights on which no model can be reached."""
    (counts,) = state.args
    return "\n".join(f"{topic}: {count}" for topic, count in counts.most_common())


@retry(stop=stop_after_attempt(3), wait=wait_exponential(max=60), retry_error_callback=plain_report)
def write_report(counts: Counter[str]) -> str:
    """Return a paragraph about the day for the team lead."""
    client = openai_client().with_options(timeout=90.0, max_retries=0)
    response = client.responses.create(
        model=settings.CHAT_MODEL,
        instructions=prompts.REPORT,
        input="\n".join(f"{topic}: {count}" for topic, count in counts.most_common()),
        max_output_tokens=600,
    )
    return response.output_text


def label(tickets: list[dict[str, str]], target: Path) -> Counter[str]:
    """Write a row for each ticket and return how often each topic came up."""
    assistant = SupportAssistant()
    counts: Counter[str] = Counter()
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "topic", "priority", "mood", "promises"])
        for ticket in tickets:
            text = ticket["text"]
            try:
                labels = classify(text)
            except Exception:
                logger.warning("skipping ticket %s", ticket["id"])
                continue
            counts[labels["topic"]] += 1
            promised = promises([text])
            feeling = mood(text)
            writer.writerow(
                [
                    ticket["id"],
                    assistant.title(text),
                    labels["topic"],
                    labels["priority"],
                    "unknown" if feeling is None else feeling,
                    "not read" if promised is None else "; ".join(promised),
                ]
            )
    return counts


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tickets", type=Path)
    parser.add_argument("target", type=Path)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    tickets = [json.loads(line) for line in options.tickets.read_text(encoding="utf-8").splitlines() if line]
    counts = label(tickets, options.target)
    print(write_report(counts))


if __name__ == "__main__":
    main()
