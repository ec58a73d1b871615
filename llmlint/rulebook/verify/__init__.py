"""The rulebook checked against the packages that it describes: `python -m llmlint.rulebook.verify`.

A tool for those who maintain `rules/sdk`; the linter itself neither imports an SDK nor reaches for a network.
"""
