"""Many copies of a multi-agent environment at once, which PettingZoo has no interface for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._native import CoopGenError
from ._spaces import Actions, box
from .core import TERMINATED, TRUNCATED, Batch, Environment, Floats
from .gym import autoreset, reset_batch

__all__ = ["ParallelVec"]


class ParallelVec:
    """Many copies of a ``parallel_env``, stepped together; as ``coopgen.parallel_vec`` makes them.

    What PettingZoo has for an agent, here is an array over environments: observations ``(num_envs, length)``, rewards,
    terminations and truncations ``(num_envs,)``. All are this environment's own and are written anew by the next step.

    :ivar agents: ``"agent_0"``, ``"agent_1"`` and so on. :ivar agent_names: what the game calls them.
    :ivar observations: all agents' observations as one array, shape ``(n, num_envs, length)``.
    :ivar rewards: all agents' rewards as one array, shape ``(n, num_envs)``.
    """

    def __init__(
        self, id: str, num_envs: int = 1, *, observation: str | Mapping[str, Any] = "realistic", threads: int = 1, autoreset_mode: Any = "NextStep",
        variants: Sequence[Mapping[str, Any]] | None = None, **parameters: Any,
    ) -> None:
        self._mode = autoreset(autoreset_mode)
        self.batch = Batch(id, num_envs, autoreset=self._mode, threads=threads, variants=variants, **parameters)
        one = Environment(id, **{**parameters, **(variants[0] if variants else {})})
        self._parts, seen = one.view(observation)
        one.close()
        self.num_envs, self._n, self._d = self.batch.count, self.batch.num_agents, self.batch.action_dimensions
        self._actions = Actions(self.batch)
        self.agents = self.possible_agents = [f"agent_{i}" for i in range(self._n)]
        self.agent_names = dict(zip(self.agents, self.batch.agent_names))
        self.observation_spaces = {agent: box(low, high) for agent, (low, high) in zip(self.agents, seen)}
        self.action_spaces = dict(zip(self.agents, self._actions.single))
        self.observations: Floats = np.zeros((self._n, self.num_envs, len(seen[0][0])), np.float32)
        self.rewards: Floats = self.batch.rewards
        self.terminations = np.zeros(self.num_envs, np.bool_)
        self.truncations = np.zeros(self.num_envs, np.bool_)
        # (n·d, num_envs) seen as (n, num_envs, d).
        self._into = self.batch.actions.reshape(self._n, self._d, self.num_envs).transpose(0, 2, 1)

    def observation_space(self, agent: str) -> Any:
        """What an agent sees in one environment."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """What an agent can do in one environment."""
        return self.action_spaces[agent]

    def reset(self, seed: int | Sequence[int | None] | None = None, options: Mapping[str, Any] | None = None) -> tuple[dict[str, Floats], dict[str, dict[str, Any]]]:
        """Starts episodes; ``seed`` and ``options`` as in :meth:`coopgen.gym.GymVectorEnv.reset`."""
        reset_batch(self.batch, seed, options)
        self._watch()
        return self._by_agent(self.observations), {agent: {} for agent in self.agents}

    def step(
        self, actions: Mapping[str, Any] | NDArray[Any],
    ) -> tuple[dict[str, Floats], dict[str, Floats], dict[str, NDArray[np.bool_]], dict[str, NDArray[np.bool_]], dict[str, dict[str, Any]]]:
        """Plays a step of all environments.

        :param actions: shape ``(num_envs, d)`` for every agent, or one array of shape ``(n, num_envs, d)``.
        :returns: observations, rewards, terminations, truncations and infos, by agent.
        :raises ValueError: an action is missing or not allowed, or an environment waits for its reset.
        """
        if isinstance(actions, Mapping):
            if set(actions) != set(self.agents):
                raise CoopGenError(f"Actions of {', '.join(map(str, actions)) or 'nobody'} are given; they are needed of {', '.join(self.agents)}.")
            for i, agent in enumerate(self.agents):
                self._into[i] = self._actions.values(actions[agent], (self.num_envs, self._d))
        else:
            self._into[...] = self._actions.values(actions, (self._n, self.num_envs, self._d))
        self.batch.play(observe=False)
        self._watch()
        np.not_equal(self.batch.endings & TERMINATED, 0, out=self.terminations)
        np.not_equal(self.batch.endings & TRUNCATED, 0, out=self.truncations)
        return (
            self._by_agent(self.observations), self._by_agent(self.rewards), dict.fromkeys(self.agents, self.terminations),
            dict.fromkeys(self.agents, self.truncations), {agent: {} for agent in self.agents},
        )

    def state(self) -> Floats:
        """The joint observations, shape ``(num_envs, length)``."""
        self.batch.observe()
        return self.batch.observations

    def close(self) -> None:
        """Gives back memory and threads."""
        self.batch.close()

    def _watch(self) -> None:
        self.batch.observe_agents(self._parts, self.observations)

    def _by_agent(self, rows: NDArray[Any]) -> dict[str, NDArray[Any]]:
        return dict(zip(self.agents, rows))

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("_into", "rewards")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.rewards = self.batch.rewards
        self._into = self.batch.actions.reshape(self._n, self._d, self.num_envs).transpose(0, 2, 1)
