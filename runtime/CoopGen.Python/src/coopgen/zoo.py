"""PettingZoo's interfaces: every agent sees and acts for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ._bases import AECEnv, ParallelEnv
from ._native import CoopGenError
from ._render import MODES, History
from ._spaces import Actions, box
from .core import TERMINATED, TRUNCATED, Environment, Floats, checked_seed, fresh_seed

__all__ = ["AecEnvironment", "ParallelEnvironment"]

NOT_MOVED = -1.0


class _Agents:
    """What both interfaces share: the environment, its agents, their spaces, and what they see."""

    possible_agents: list[str]
    agents: list[str]

    def __init__(self, id: str, *, observation: str | Mapping[str, Any] = "realistic", render_mode: str | None = None, max_cycles: int | None = None, **parameters: Any) -> None:
        if max_cycles is not None:
            if "max_steps" in parameters:
                raise CoopGenError("max_cycles and max_steps say the same; give one of them.")
            parameters["max_steps"] = max_cycles
        self.environment = Environment(id, **parameters)
        self._observation = observation
        self._parts, self._bounds = self.environment.view(observation)
        n = self.environment.num_agents
        self._rows: Floats = np.zeros((n, len(self._bounds[0][0])), np.float32)
        self._actions = Actions(self.environment)
        self.possible_agents = [f"agent_{i}" for i in range(n)]
        self.agents = []
        self._number = {agent: i for i, agent in enumerate(self.possible_agents)}
        self.agent_names = dict(zip(self.possible_agents, self.environment.agent_names))
        self.action_spaces = dict(zip(self.possible_agents, self._actions.single))
        self.observation_spaces = dict(zip(self.possible_agents, (box(*self._seen(low, high)) for low, high in self._bounds)))
        self.render_mode = render_mode
        self.metadata: dict[str, Any] = {"render_modes": list(MODES), "name": id, "is_parallelizable": True, "render_fps": 10}
        self._history = History(self.environment, render_mode)
        self._seeded = False

    def _seen(self, low: Any, high: Any) -> tuple[Any, Any]:
        """The bounds of what an agent sees."""
        return low, high

    def observation_space(self, agent: str) -> Any:
        """What an agent sees: a box in single precision."""
        return self.observation_spaces[agent]

    def action_space(self, agent: str) -> Any:
        """What an agent can do: a box of shape ``(d,)``, or positions among finite choices."""
        return self.action_spaces[agent]

    def state(self) -> Floats:
        """The joint observation, for training with a central critic."""
        return self.environment.observation.copy()

    @property
    def state_space(self) -> Any:
        """The space of :meth:`state`."""
        return box(self.environment.observation_low, self.environment.observation_high)

    def render(self) -> Any:
        """The episode so far: a text with ``render_mode="ansi"``, a picture of shape ``(height, width, 3)`` with ``"rgb_array"``."""
        return self._history.render()

    def close(self) -> None:
        """Gives back its memory."""
        self.environment.close()

    def _start(self, seed: int | None, options: Mapping[str, Any] | None) -> dict[str, Any]:
        seed = None if seed is None else checked_seed(seed)
        if seed is None and not self._seeded:
            seed = fresh_seed()
        self.environment.reset(seed, bool((options or {}).get("clear", seed is not None)))
        self._seeded = True
        self.agents = self.possible_agents[:]
        info = self.environment.report()
        self._history.start(info)
        return info

    def _action(self, agent: str, action: Any) -> None:
        """Puts the action of an agent where it will be played from."""
        d = self.environment.action_dimensions
        i = self._number[agent]
        shape = () if self._actions.finite and d == 1 and np.ndim(action) == 0 else (d,)
        values = self._actions.values(np.reshape(action, -1) if shape == () else action, (d,))
        self.environment.actions[i * d : (i + 1) * d] = values

    def _watch(self) -> None:
        self.environment.observe_agents(self._parts, self._rows)

    def __str__(self) -> str:
        return self.environment.id

    def __getstate__(self) -> dict[str, Any]:
        state = {name: value for name, value in self.__dict__.items() if name not in ("_rows", "_history")}
        return {**state, "_history": self._history.kept()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        history = state.pop("_history")
        self.__dict__.update(state)
        self._rows = np.zeros((self.environment.num_agents, len(self._bounds[0][0])), np.float32)
        self._history = History(self.environment, self.render_mode)
        self._history.put(history)


class ParallelEnvironment(_Agents, ParallelEnv):
    """All agents act at once, and each sees its own observation; as ``coopgen.parallel_env`` makes it.

    Agents are ``"agent_0"``, ``"agent_1"`` and so on; :attr:`agent_names` has what the game calls them. ``infos`` holds
    for every agent what an observer of the experiment is told.
    """

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[dict[str, Floats], dict[str, dict[str, Any]]]:
        """Starts an episode; ``seed`` and ``options`` as in :meth:`coopgen.gym.GymEnv.reset`."""
        info = self._start(seed, options)
        return self._observations(), {agent: dict(info) for agent in self.agents}

    def step(self, actions: Mapping[str, Any]) -> tuple[dict[str, Floats], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]:
        """Plays a step.

        :param actions: an action of shape ``(d,)`` for every agent.
        :returns: observations, rewards, terminations, truncations and infos, by agent. When the episode ends, ``agents`` is empty.
        :raises ValueError: an action is missing or not allowed, or the episode has not begun or is over.
        """
        if self.agents and set(actions) != set(self.agents):
            raise CoopGenError(f"Actions of {', '.join(map(str, actions)) or 'nobody'} are given; they are needed of {', '.join(self.agents)}.")
        for agent in self.agents:
            self._action(agent, actions[agent])
        ending = self.environment.play()
        info = self.environment.report()
        self._history.add(info)
        live = self.agents
        terminated, truncated = ending & TERMINATED != 0, ending & TRUNCATED != 0
        results = (
            self._observations(), dict(zip(live, self.environment.rewards.tolist())), dict.fromkeys(live, terminated),
            dict.fromkeys(live, truncated), {agent: dict(info) for agent in live},
        )
        if terminated or truncated:
            self.agents = []
        return results

    def _observations(self) -> dict[str, Floats]:
        self._watch()
        return dict(zip(self.possible_agents, self._rows.copy()))


class AecEnvironment(_Agents, AECEnv):
    """Agents move one after the other in fixed order; when the last has moved, the round is played as one step.

    An agent sees its own observation and then, for every agent, what it did in this round, or −1 if it has not moved.
    As ``coopgen.aec_env`` makes it.
    """

    agent_selection: str

    def __init__(self, id: str, **options: Any) -> None:
        super().__init__(id, **options)
        self.rewards: dict[str, float] = {}
        self.terminations: dict[str, bool] = {}
        self.truncations: dict[str, bool] = {}
        self.infos: dict[str, dict[str, Any]] = {}
        self._cumulative_rewards: dict[str, float] = {}
        self.agent_selection = self.possible_agents[0]

    def _seen(self, low: Any, high: Any) -> tuple[Any, Any]:
        e = self.environment
        return np.concatenate([low, np.minimum(e.action_low, NOT_MOVED)]), np.concatenate([high, np.maximum(e.action_high, NOT_MOVED)])

    def reset(self, seed: int | None = None, options: dict[str, Any] | None = None) -> None:
        """Starts an episode; ``seed`` and ``options`` as in :meth:`coopgen.gym.GymEnv.reset`."""
        info = self._start(seed, options)
        self._watch()
        self.rewards = dict.fromkeys(self.agents, 0.0)
        self._cumulative_rewards = dict.fromkeys(self.agents, 0.0)
        self.terminations, self.truncations = dict.fromkeys(self.agents, False), dict.fromkeys(self.agents, False)
        self.infos = {agent: dict(info) for agent in self.agents}
        self.agent_selection = self.agents[0]

    def step(self, action: Any) -> None:
        """Lets the agent :attr:`agent_selection` move; after the last of the round, the step is played.

        :param action: shape ``(d,)``; None of an agent whose episode is over, which then leaves.
        :raises ValueError: the action is not allowed, or the episode has not begun or is over.
        """
        if not self.agents:
            raise CoopGenError(f"No episode of {self.environment.id} is under way; call reset.")
        agent = self.agent_selection
        if self.terminations[agent] or self.truncations[agent]:
            self._leave(agent, action)
            return
        i, d = self._number[agent], self.environment.action_dimensions
        slot = self.environment.actions[i * d : (i + 1) * d]
        before = slot.copy()
        try:
            self._action(agent, action)
            self.environment.check_action(i, slot)
        except CoopGenError:
            slot[:] = before
            raise
        self._cumulative_rewards[agent] = 0.0
        self.rewards = dict.fromkeys(self.agents, 0.0)
        if i + 1 < len(self.possible_agents):
            self.agent_selection = self.possible_agents[i + 1]
            return
        ending = self.environment.play()
        self._watch()
        info = self.environment.report()
        self._history.add(info)
        self.rewards = dict(zip(self.agents, self.environment.rewards.tolist()))
        for name, paid in self.rewards.items():
            self._cumulative_rewards[name] += paid
        self.terminations = dict.fromkeys(self.agents, ending & TERMINATED != 0)
        self.truncations = dict.fromkeys(self.agents, ending & TRUNCATED != 0)
        self.infos = {name: dict(info) for name in self.agents}
        self.agent_selection = self.agents[0]

    def observe(self, agent: str) -> Floats:
        """What an agent sees: its own observation, then n·d actions revealed in this round."""
        e = self.environment
        moved = self._number[self.agent_selection] * e.action_dimensions if self.agents and not self._over() else 0
        revealed = np.full(len(e.actions), NOT_MOVED, np.float32)
        revealed[:moved] = e.actions[:moved]
        return np.concatenate([self._rows[self._number[agent]], revealed])

    def last(self, observe: bool = True) -> tuple[Floats | None, float, bool, bool, dict[str, Any]]:
        """Observation, reward since it moved last, terminated, truncated and info of the agent :attr:`agent_selection`."""
        agent = self.agent_selection
        seen = self.observe(agent) if observe else None
        return seen, self._cumulative_rewards[agent], self.terminations[agent], self.truncations[agent], self.infos[agent]

    def agent_iter(self, max_iter: int = 2**63) -> Iterator[str]:
        """The agents as they come to move, until the episode is over and all have left, or so many times."""
        while self.agents and max_iter > 0:
            max_iter -= 1
            yield self.agent_selection

    def _over(self) -> bool:
        agent = self.agent_selection
        return self.terminations[agent] or self.truncations[agent]

    def _leave(self, agent: str, action: Any) -> None:
        if action is not None:
            raise CoopGenError(f"The episode of {agent} is over: its action must be None, not {action!r}.")
        self.agents = [other for other in self.agents if other != agent]
        del self.terminations[agent], self.truncations[agent], self.infos[agent], self._cumulative_rewards[agent]
        self.rewards = dict.fromkeys(self.agents, 0.0)
        if self.agents:
            self.agent_selection = self.agents[0]

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        if self.agents:
            self._watch()
