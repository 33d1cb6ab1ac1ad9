"""Spaces of actions and observations, and actions from what a learner gives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._bases import Box, Discrete, MultiDiscrete
from ._native import CoopGenError
from .core import Played


def box(low: NDArray[np.float64], high: NDArray[np.float64]) -> Any:
    """A box in single precision that holds all of one in double precision."""
    least, most = low.astype(np.float32), high.astype(np.float32)
    least = np.where(least > low, np.nextafter(least, np.float32(-np.inf)), least)
    most = np.where(most < high, np.nextafter(most, np.float32(np.inf)), most)
    return Box(least, most, dtype=np.float32)


class Actions:
    """The actions of an environment: continuous ones as they are, finite ones by position among the values allowed.

    :ivar joint: space of a profile, shape ``(n·d,)``.
    :ivar single: space of each agent's action, shape ``(d,)``, or a number where a single finite dimension is all there is.
    """

    def __init__(self, played: Played) -> None:
        self._n, self._d = played.num_agents, played.action_dimensions
        self._choices = played.choices
        finite = [len(choices) > 0 for choices in played.choices]
        if any(finite) and not all(finite):
            names = ", ".join(played.action_names)
            raise CoopGenError(f"{played.id} mixes continuous and finite dimensions of action ({names}); play it with coopgen.Environment.")
        self.finite = all(finite)
        if self.finite:
            counts = [len(choices) for choices in played.choices]
            self.joint: Any = MultiDiscrete(counts * self._n)
            self.single: list[Any] = [Discrete(counts[0]) if self._d == 1 else MultiDiscrete(counts) for _ in range(self._n)]
        else:
            low, high = played.action_low.reshape(self._n, self._d), played.action_high.reshape(self._n, self._d)
            self.joint = box(played.action_low, played.action_high)
            self.single = [box(low[i], high[i]) for i in range(self._n)]

    def values(self, given: Any, shape: tuple[int, ...]) -> NDArray[Any]:
        """Actions as numbers to be played; the last axis are dimensions, agent by agent.

        :raises ValueError: the shape is another, or a position is not one of a choice.
        """
        try:
            actions = np.asarray(given)
            if actions.dtype == object:
                actions = actions.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise CoopGenError(f"Actions are {given!r}; they must be numbers of shape {shape}.") from error
        if actions.shape != shape:
            if actions.size != np.prod(shape) or actions.ndim > len(shape) + 1 or not (actions.shape[: len(shape) - 1] == shape[:-1]):
                raise CoopGenError(f"Actions of shape {actions.shape} are given; they must have shape {shape}.")
            actions = actions.reshape(shape)
        if not self.finite:
            if actions.dtype.kind not in "fiu":
                raise CoopGenError(f"Actions are of type {actions.dtype}; they must be numbers.")
            return actions
        if actions.dtype.kind not in "iu":
            raise CoopGenError(f"Actions are of type {actions.dtype}; they are positions among the values allowed, and must be whole numbers.")
        played = np.zeros(shape)
        for k, choices in enumerate(self._choices):
            positions = actions[..., k :: self._d]
            if positions.size and not (0 <= positions.min() and positions.max() < len(choices)):
                raise CoopGenError(f"An action is position {positions.max() if positions.min() >= 0 else positions.min()}; the positions are 0 to {len(choices) - 1}.")
            played[..., k :: self._d] = choices[positions]
        return played
