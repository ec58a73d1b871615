"""Other SDKs with resources that are created, completed and searched."""

import json

import stripe
from elasticsearch import Elasticsearch
from github import Github
from slack_sdk import WebClient

search = Elasticsearch("http://localhost:9200")
slack = WebClient(token="xoxb")
stripe.max_network_retries = 2


def pay(amount: int) -> str:
    return stripe.PaymentIntent.create(amount=amount, currency="eur").id


def find(text: str) -> dict:
    hits = search.search(index="chat", query={"match": {"content": text}})
    return json.loads(hits["hits"]["hits"][0]["_source"]["content"])


def say(text: str) -> None:
    slack.chat_postMessage(channel="#chat", text=text)
    Github().get_repo("a/b").create_issue(title=text)
