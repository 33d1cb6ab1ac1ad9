"""Exact gradients of whole episodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from ._native import CoopGenError
from .core import Doubles, Environment

__all__ = ["Gradient"]


class Gradient(NamedTuple):
    """An episode and the derivatives of the weighted sum of its rewards."""

    value: float
    """The weighted sum."""
    rewards: Doubles
    """Shape ``(steps, n)``."""
    actions: Doubles
    """∂/∂action, of the shape in which the actions were given."""
    parameters: dict[str, float]
    """∂/∂parameter, of every real parameter; those of a range as ``name.low`` and ``name.high``."""


def gradient(id: str, actions: Any, weights: Any, seed: int, parameters: Mapping[str, Any]) -> Gradient:
    """See :func:`coopgen.grad`."""
    environment = Environment(id, **parameters)
    try:
        n, profile = environment.num_agents, len(environment.action_low)
        given = np.array(actions, np.float64, order="C")
        if given.ndim < 2 or given.shape[1:] not in ((profile,), (n, profile // n)):
            raise CoopGenError(f"Actions of shape {given.shape} are given; they must have shape (steps, {profile}) or (steps, {n}, {profile // n}).")
        counts = np.ones(n) if weights is None else np.array(weights, np.float64, order="C")
        if counts.shape not in ((n,), (len(given), n)):
            raise CoopGenError(f"Weights of shape {counts.shape} are given; they must have shape ({n},) or ({len(given)}, {n}).")
        rewards, slopes, tuned = environment.gradient(given.reshape(len(given), profile), counts, seed)
        return Gradient(float(np.sum(rewards * counts)), rewards, slopes.reshape(given.shape), dict(zip(environment.gradient_parameters, tuned.tolist())))
    finally:
        environment.close()
