"""Local forward passes: no service, no timeout, no price."""

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, pipeline

NAME = "distilgpt2"
tokenizer = AutoTokenizer.from_pretrained(NAME)
model = AutoModelForCausalLM.from_pretrained(NAME)
writer = pipeline("text-generation", model=NAME)


@torch.no_grad()
def generate(prompt: str) -> str:
    inputs = tokenizer(prompt, return_tensors="pt")
    output = model.generate(**inputs, max_new_tokens=40, temperature=0.0)
    return tokenizer.decode(output[0])


def score(prompt: str) -> int:
    return int(writer(prompt)[0]["generated_text"])
