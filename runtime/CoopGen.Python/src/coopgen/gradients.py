"""Exact gradients of whole episodes, of one or of many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._native import CoopGenError
from .core import TERMINATED, TRUNCATED, Batch, Doubles, Environment, Floats
from .gym import batch_seeds

__all__ = ["BatchGradient", "Gradient"]


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


class BatchGradient(NamedTuple):
    """Steps of many environments, and the derivatives of the weighted sum of the rewards of each."""

    value: Doubles
    """The weighted sums, shape ``(num_envs,)``."""
    rewards: Floats
    """Shape ``(steps, num_envs, n)``; 0 in a step that resets."""
    ended: NDArray[np.bool_]
    """Which steps ended an episode, shape ``(steps, num_envs)``; the step after each is a reset, whose actions count for nothing."""
    actions: Floats
    """∂/∂action, of the shape in which the actions were given."""
    parameters: dict[str, Doubles]
    """∂/∂parameter of every real parameter, shape ``(num_envs,)``; those of a range as ``name.low`` and ``name.high``."""


def batch_gradient(id: str, actions: Any, weights: Any, seed: int | Sequence[int], variants: Sequence[Mapping[str, Any]] | None, parameters: Mapping[str, Any]) -> BatchGradient:
    """See :func:`coopgen.grad_vec`."""
    given = np.asarray(actions, np.float32)
    if given.ndim not in (3, 4):
        raise CoopGenError(f"Actions of shape {given.shape} are given; they must have shape (steps, num_envs, n·d) or (steps, num_envs, n, d).")
    steps, count = given.shape[:2]
    batch = Batch(id, count, variants=variants, **parameters)
    try:
        n, profile = batch.num_agents, len(batch.action_low)
        if given.shape[2:] not in ((profile,), (n, profile // n)):
            raise CoopGenError(f"Actions of shape {given.shape} are given; they must have shape (steps, {count}, {profile}) or (steps, {count}, {n}, {profile // n}).")
        counts = np.ones(n, np.float32) if weights is None else np.asarray(weights, np.float32)
        if counts.shape not in ((n,), (steps, count, n)):
            raise CoopGenError(f"Weights of shape {counts.shape} are given; they must have shape ({n},) or ({steps}, {count}, {n}).")
        # The library has the environments last; an array that lies like that is not copied.
        laid = np.ascontiguousarray(np.moveaxis(given.reshape(steps, count, profile), 1, 2))
        weighed = np.ascontiguousarray(counts if counts.ndim == 1 else np.moveaxis(counts, 1, 2))
        rewards, endings, slopes, tuned = batch.gradient(laid, weighed, batch_seeds(seed, count))
        paid = np.moveaxis(rewards, 2, 1)
        value = np.sum(paid * counts, axis=(0, 2), dtype=np.float64)
        return BatchGradient(
            value, paid, endings & (TERMINATED | TRUNCATED) != 0, np.moveaxis(slopes, 2, 1).reshape(given.shape), dict(zip(batch.gradient_parameters, tuned.T)))
    finally:
        batch.close()
