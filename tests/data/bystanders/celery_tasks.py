"""Background work: `.run`, `.delay`, `chain` and `.invoke` of a task queue."""

import json

from celery import Celery, chain

app = Celery("tasks", broker="redis://localhost/0")


@app.task(bind=True, autoretry_for=(ConnectionError,))
def fetch(self, url: str) -> str:
    return url


@app.task
def parse(text: str) -> dict:
    return json.loads(text)


def work(url: str) -> dict:
    pipeline = fetch.s(url) | parse.s()
    agent = fetch
    agent.run(url)
    return chain(fetch.s(url), parse.s()).apply_async().get() or pipeline.delay().get()
