"""Embeddings that a local layer looks up."""

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.embeddings = nn.Embedding(size, 32)
        self.chat = nn.Linear(32, 2)

    def create(self, input: torch.Tensor, model: str = "small") -> torch.Tensor:
        return self.chat(self.embeddings(input))


encoder = Encoder(1000)


def vectors(ids: list[int]) -> list[float]:
    return encoder.create(input=torch.tensor(ids), model="small").mean(0).tolist()
