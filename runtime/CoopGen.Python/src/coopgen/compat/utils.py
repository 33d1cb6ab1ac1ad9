"""``coopetition_gym.utils``: running episodes, and simple policies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["EpisodeResult", "make_constant_policy", "make_proportional_policy", "run_episode"]

Policy = Callable[[Any], Any]


@dataclass
class EpisodeResult:
    """How an episode went."""

    total_steps: int
    total_rewards: NDArray[Any]
    mean_reward_per_step: NDArray[Any]
    final_trust: float
    mean_cooperation_rate: float
    actions_history: list[NDArray[Any]]
    rewards_history: list[NDArray[Any]]
    trust_history: list[float]
    terminated: bool
    truncated: bool


def run_episode(env: Any, policy: Policy | None = None, seed: int | None = None) -> EpisodeResult:
    """Plays an episode with a policy, or with random actions."""
    observation, info = env.reset(seed=seed)
    actions: list[NDArray[Any]] = []
    rewards: list[NDArray[Any]] = []
    trust = [info.get("mean_trust", 1.0)]
    terminated = truncated = False
    while not (terminated or truncated):
        action = np.asarray(env.action_space.sample() if policy is None else policy(observation))
        observation, paid, terminated, truncated, info = env.step(action)
        actions.append(action)
        rewards.append(np.asarray(paid))
        trust.append(info.get("mean_trust", 1.0))
    return EpisodeResult(
        len(actions), np.sum(rewards, axis=0), np.mean(rewards, axis=0), trust[-1], float(np.mean(np.array(actions) / env.endowments)),
        actions, rewards, trust, terminated, truncated,
    )


def make_constant_policy(level: float) -> Policy:
    """Both of two agents always invest so much."""
    return lambda observation: np.array([level, level])


def make_proportional_policy(fraction: float = 0.5) -> Policy:
    """Both of two agents always invest so much of 100."""
    return lambda observation: np.array([100.0 * fraction, 100.0 * fraction])
