"""Where a run stands, and how it is put down and taken up again."""

import copy
import os
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import nn

from settings import Settings


@dataclass
class Progress:
    settings: Settings
    network: nn.Module
    average: nn.Module  # running mean of the network's weights: smoother than any single step
    optimiser: torch.optim.Optimizer
    step: int = 0
    minutes: float = 0.0
    loss: float = float("nan")  # running mean

    @staticmethod
    def fresh(network: nn.Module, settings: Settings) -> "Progress":
        optimiser = torch.optim.AdamW(network.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
        return Progress(settings, network, copy.deepcopy(network).requires_grad_(False).eval(), optimiser)

    def start_from(self, weights: dict) -> None:
        self.network.load(weights)
        self.average.load(weights)

    def count(self, loss: float, minutes: float) -> None:
        """One more step taken. The mean starts short, or the random first weights would linger in it."""
        self.step += 1
        self.minutes += minutes
        self.loss = loss if self.step == 1 else 0.98 * self.loss + 0.02 * loss
        keep = min(self.settings.average, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for mean, now in zip(self.average.parameters(), self.network.parameters()):
                mean.lerp_(now, 1 - keep)

    def line(self) -> str:
        return f"step {self.step}  {self.minutes:.1f} min  loss {self.loss:.3f}"


def save(file: Path, progress: Progress) -> None:
    """Whole or not at all: a job killed while writing finds the one before."""
    file.parent.mkdir(parents=True, exist_ok=True)
    state = {
        "settings": asdict(progress.settings),
        "network": progress.network.state_dict(),
        "average": progress.average.state_dict(),
        "optimiser": progress.optimiser.state_dict(),
        "step": progress.step, "minutes": progress.minutes, "loss": progress.loss,
    }
    torch.save(state, file.with_suffix(".part"))
    os.replace(file.with_suffix(".part"), file)


def resume(file: Path, progress: Progress) -> None:
    """Goes on from `file` where there is one. Patches depend on seed and step alone, so they go on too."""
    if not file.exists():
        return
    state = torch.load(file, weights_only=True, map_location="cpu")
    then, now = state["settings"], asdict(progress.settings)
    # A budget may grow between two runs; what the weights mean may not.
    for key in ("rank", "channels", "patch", "batch", "seed"):
        if then[key] != now[key]:
            raise ValueError(f"{file.name} was made with {key} {then[key]}, this run asks for {now[key]}")
    progress.network.load_state_dict(state["network"])
    progress.average.load_state_dict(state["average"])
    progress.optimiser.load_state_dict(state["optimiser"])
    progress.step, progress.minutes, progress.loss = state["step"], state["minutes"], state["loss"]
    print(f"goes on at {progress.line()}", flush=True)
