"""The game that Coopetition-Gym's building blocks are put together to: the library's ``Composed-v0``, whose memory is written before play."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .._native import CoopGenError
from ..core import Doubles, Environment

ID = "Composed-v0"
MOST_AGENTS = 64

# Numbers before the actions: step, episode, seed and whether an episode is under way.
_HEADER = 5


def compose(n: int, *, memory: Mapping[str, ArrayLike], **parameters: Any) -> Environment:
    """A composed game of n agents after a reset, with memory as given; see :func:`write`.

    :raises ValueError: a parameter or a shape is not allowed.
    """
    environment = Environment(ID, n_agents=n, **parameters)
    environment.reset(seed=0)
    write(environment, memory)
    return environment


def write(environment: Environment, memory: Mapping[str, ArrayLike]) -> None:
    """Writes memory: ``actions``, ``Baseline``, ``Endowment`` and ``Share`` of shape ``(n,)``, ``Dependence``, ``R`` and ``T`` of shape ``(n, n)``."""
    state = environment.state()
    for name, values in memory.items():
        place, shape = _place(environment, name)
        numbers = np.asarray(values, np.float64)
        if numbers.shape != shape:
            raise CoopGenError(f"{name} of shape {numbers.shape} is given; it must have shape {shape}.")
        state[place] = numbers.reshape(-1)
    environment.put_state(state)


def read(environment: Environment, name: str) -> Doubles:
    """Reads memory."""
    place, shape = _place(environment, name)
    return environment.state()[place].reshape(shape)


def _place(environment: Environment, name: str) -> tuple[slice, tuple[int, ...]]:
    """Where memory lies: after the actions, the actions as given and the rewards, by name."""
    n, at = environment.num_agents, _HEADER
    one, pairs = (n,), (n, n)
    layout = {"actions": one, "given": one, "rewards": one, "Baseline": one, "Dependence": pairs, "Endowment": one, "R": pairs, "Share": one, "T": pairs}
    for known, shape in layout.items():
        if known == name:
            return slice(at, at + int(np.prod(shape))), shape
        at += int(np.prod(shape))
    raise KeyError(name)
