def complete(prompt, engine=None, **parameters):
    return prompt
