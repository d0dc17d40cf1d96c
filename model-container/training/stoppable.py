"""Putting a run down when a signal asks for it: SIGTERM is what SageMaker sends before it takes a machine, SIGINT is Ctrl-C."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from checkpoint import Progress, save


class Stopped(Exception):
    """Asked to stop; what was done lies in the checkpoint."""


class Stop:
    asked = False
    waits = False  # in the midst of a step, whose half would be lost


def obey_signals() -> None:
    for asking in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asking, ask_to_stop)


def ask_to_stop(*_: object) -> None:
    Stop.asked = True
    if not Stop.waits:
        raise Stopped("stopped; the same command goes on")


@contextmanager
def whole_steps() -> Iterator[None]:
    """Inside, a signal waits for the end of the step, where `StoppableProgress` obeys it."""
    Stop.waits = True
    try:
        yield
    finally:
        Stop.waits = False


@dataclass
class StoppableProgress(Progress):
    file: Path | None = None  # its checkpoint

    def count(self, loss: float, minutes: float) -> None:
        super().count(loss, minutes)
        if Stop.asked:
            save(self.file, self)
            raise Stopped(f"stopped at {self.line()}; the same command goes on there")
