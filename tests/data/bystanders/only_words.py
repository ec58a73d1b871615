"""How to call a model.

    from openai import OpenAI
    client = OpenAI()
    client.chat.completions.create(model="gpt-4o", messages=[...])

This module does not: it renders the page that explains it.
"""

# response = client.chat.completions.create(model="gpt-4o", messages=messages)
# return json.loads(response.choices[0].message.content)

SNIPPET = """
import anthropic

message = anthropic.Anthropic().messages.create(model="claude-sonnet-4-6", max_tokens=100, messages=[])
print(message.content[0].text)
"""

ENDPOINT = "https://api.openai.com/v1/chat/completions"


def page() -> str:
    """Return the page; litellm.completion(...) and genai.Client() are explained further down."""
    return f"<pre>{SNIPPET}</pre><p>client.responses.create(input='…') posts to {ENDPOINT}</p>"
