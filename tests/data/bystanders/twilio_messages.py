"""Text messages with Twilio: `client.messages.create` is its method too."""

import json
import os

from twilio.rest import Client

client = Client(os.environ["TWILIO_SID"], os.environ["TWILIO_TOKEN"])


def remind(number: str, text: str) -> dict:
    message = client.messages.create(to=number, from_="+15005550006", body=text)
    return json.loads(message.body)


def call(number: str) -> str:
    return client.calls.create(to=number, from_="+15005550006", url="http://localhost/voice.xml").sid
