"""Small networks around an imported one, so that what goes into the ONNX file answers as the pipeline asks."""

import torch
from torch import Tensor, nn


class Mean(nn.Module):
    """The mean of several folds' logits, as nnU-Net's own ensemble has it."""

    def __init__(self, networks: list[nn.Module]):
        super().__init__()
        self.networks = nn.ModuleList(networks)

    def forward(self, image: Tensor) -> Tensor:
        return sum(network(image) for network in self.networks) / len(self.networks)


class LabelLogits(nn.Module):
    """Softmax logits -> log-odds of labels: the sigmoid of what comes out is the sum of the softmax over the heads of a label.

    With l the logits and H a label's heads, p = sum of softmax(l) over H, so log(p / (1 - p)) = lse(l in H) - lse(l not in H).
    """

    def __init__(self, network: nn.Module, heads: int, groups: tuple[tuple[int, ...], ...]):
        super().__init__()
        self.network = network
        self.groups = [(list(g), [n for n in range(heads) if n not in g]) for g in groups]

    def forward(self, image: Tensor) -> Tensor:  # N x C x D x H x W -> N x labels x D x H x W
        logits = self.network(image)
        return torch.cat([log_sum(logits[:, i]) - log_sum(logits[:, o]) for i, o in self.groups], 1)


def log_sum(logits: Tensor) -> Tensor:
    """log of the sum of exponentials over channels, which stay as one. Written out, so that every runtime subtracts the largest first."""
    most = logits.max(1, keepdim=True).values
    return most + (logits - most).exp().sum(1, keepdim=True).log()
