"""Gymnasium's interfaces: one environment, and many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._bases import AutoresetMode, Box, Env, MultiDiscrete, VectorEnv
from ._native import CoopGenError
from ._render import MODES, History
from ._spaces import Actions, box
from .core import CLIPPED, TERMINATED, TRUNCATED, Batch, Doubles, Environment, Floats, checked_seed, fresh_seed

__all__ = ["GymEnv", "GymVectorEnv"]


class GymEnv(Env):
    """One environment: one decision for all agents, as ``coopgen.make`` makes it.

    Actions have shape ``(n·d,)``, agent by agent; those outside their bounds are clipped, and ``info["clipped"]`` says
    so. The reward is the sum over agents; ``info["rewards"]``, shape ``(n,)``, has each agent's. Observations are the
    joint ones, in single precision; everything else is played in double precision. ``info`` is what an observer is told.

    :ivar environment: the environment itself.
    :ivar num_agents: number of agents n. :ivar agent_names: their names.
    """

    metadata: dict[str, Any] = {"render_modes": list(MODES), "render_fps": 10}

    # What a copy has beside the environment's own state.
    _kept: tuple[str, ...] = ("_np_random", "_np_random_seed", "_cached_spec", "spec")

    def __init__(self, id: str, *, render_mode: str | None = None, **parameters: Any) -> None:
        self.environment = Environment(id, **parameters)
        self.num_agents, self.agent_names = self.environment.num_agents, self.environment.agent_names
        self._actions = Actions(self.environment)
        self.action_space = self._actions.joint
        self.observation_space = box(self.environment.observation_low, self.environment.observation_high)
        self.render_mode = render_mode
        self._history = History(self.environment, render_mode)
        self._draws = render_mode is not None
        self._seeded = False
        self._continuous = not self._actions.finite
        self._buffer, self._play, self._report = self.environment.actions, self.environment.play, self.environment.report
        self._seen, self._paid, self._shape = self.environment.observation, self.environment.rewards, self.environment.actions.shape

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Floats, dict[str, Any]]:
        """Starts an episode.

        :param seed: a whole number from 0; the same seed gives the same episode, whatever was played before. Without one, the next
            episode of the present seed; the first time, of one that nobody chose.
        :param options: ``{"clear": bool}`` says whether what outlives episodes is cleared; by default it is when a seed is given.
        :returns: the observation, and what an observer is told.
        """
        super().reset(seed=seed if seed is None else checked_seed(seed))
        if seed is None and not self._seeded:
            seed = fresh_seed()
        clear = bool((options or {}).get("clear", seed is not None))
        self.environment.reset(seed, clear)
        self._seeded = True
        info = self._report()
        self._history.start(info)
        return self._seen.copy(), info

    def step(self, action: ArrayLike) -> tuple[Floats, float, bool, bool, dict[str, Any]]:
        """Plays a step.

        :param action: shape ``(n·d,)``, agent by agent.
        :returns: observation, sum of rewards, terminated, truncated, and what an observer is told.
        :raises ValueError: an action is not a number or not allowed, or the episode has not begun or is over.
        """
        if self._continuous and type(action) is np.ndarray and action.shape == self._shape and action.dtype.kind == "f":
            self._buffer[:] = action
        else:
            self._buffer[:] = self._actions.values(action, self._shape)
        ending = self._play()
        info = self._report()
        info["rewards"] = paid = self._paid.copy()
        info["clipped"] = ending & CLIPPED != 0
        if self._draws:
            self._history.add(info)
        return self._seen.copy(), sum(paid.tolist()), ending & TERMINATED != 0, ending & TRUNCATED != 0, info

    def render(self) -> Any:
        """The episode so far: a text with ``render_mode="ansi"``, a picture of shape ``(height, width, 3)`` with ``"rgb_array"``."""
        return self._history.render()

    def close(self) -> None:
        """Gives back its memory."""
        self.environment.close()

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: self.__dict__[name] for name in self._kept if name in self.__dict__}
        return {"environment": self.environment, "render_mode": self.render_mode, "history": self._history.kept(), "seeded": self._seeded, "spaces": (self.action_space, self.observation_space), "kept": kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        environment = state["environment"]
        GymEnv.__init__(self, environment.id, render_mode=state["render_mode"], **environment._given)
        self.environment.restore(environment.save())
        self.environment.rewards[:] = environment.rewards
        self._history.put(state["history"])
        self._seeded = state["seeded"]
        self.action_space, self.observation_space = state["spaces"]
        self.__dict__.update(state["kept"])


def autoreset(mode: Any) -> int:
    """The library's number of an autoreset mode."""
    value = getattr(mode, "value", mode)
    try:
        return ["NextStep", "SameStep", "Disabled"].index(value)
    except ValueError:
        raise CoopGenError(f"autoreset_mode is {mode!r}; it must be one of NextStep, SameStep, Disabled.") from None


def batch_seeds(seed: Any, count: int) -> Sequence[int] | NDArray[np.uint64]:
    """A seed per environment: as given, or as Gymnasium does: the seed, the seed + 1, and so on."""
    if isinstance(seed, (Sequence, np.ndarray)):
        if len(seed) != count:
            raise CoopGenError(f"{len(seed)} seeds are given for {count} environments.")
        return [fresh_seed() if s is None else s for s in seed]
    first = checked_seed(seed)
    if first + count > 2**64:
        raise CoopGenError(f"The seed is {first}; {count} environments need seeds up to {first + count - 1}, which must be below 2**64.")
    return np.uint64(first) + np.arange(count, dtype=np.uint64)


def reset_batch(batch: Batch, seed: Any, options: Mapping[str, Any] | None) -> None:
    """Starts episodes as :meth:`GymVectorEnv.reset` says."""
    options = options or {}
    mask = options.get("reset_mask")
    if mask is not None:
        if seed is not None:
            raise CoopGenError("Environments of a mask go on to their next episode: reset them all for new seeds.")
        if np.shape(mask) != (batch.count,):
            raise CoopGenError(f"reset_mask has shape {np.shape(mask)}; it must have shape {(batch.count,)}.")
        if not batch.seeded:
            raise CoopGenError(f"No episode of {batch.id} is under way; reset all environments before some.")
        batch.reset_some(mask)
    elif seed is None and batch.seeded:
        batch.reset_some(np.ones(batch.count, np.bool_))
    else:
        batch.reset([fresh_seed() for _ in range(batch.count)] if seed is None else batch_seeds(seed, batch.count), bool(options.get("clear", True)))


def tiled(space: Any, count: int) -> Any:
    """The space of so many elements of a space."""
    if isinstance(space, MultiDiscrete):
        return MultiDiscrete(np.repeat(space.nvec[None], count, axis=0))
    return Box(np.repeat(space.low[None], count, axis=0), np.repeat(space.high[None], count, axis=0), dtype=np.float32)


class GymVectorEnv(VectorEnv):
    """Many environments, stepped together, as ``coopgen.make_vec`` makes them.

    Actions have shape ``(num_envs, n·d)``. They are played in single precision; environment k does what a single one
    with its seed does, to about 1e-5 a step. All arrays that ``reset`` and ``step`` return are this environment's own and
    written anew by the next step: copy what is to be kept.

    ``infos["rewards"]``, shape ``(num_envs, n)``, has each agent's rewards. Where episodes are reset in the same step,
    ``infos["final_obs"]`` has their last observations in the rows that the mask ``infos["_final_obs"]`` tells.

    :ivar batch: the environments themselves; ``batch.report(name)`` has a number of the report of each.
    """

    metadata: dict[str, Any] = {"render_modes": [], "autoreset_mode": AutoresetMode.NEXT_STEP}

    def __init__(
        self, id: str, num_envs: int = 1, *, threads: int = 1, autoreset_mode: Any = "NextStep", variants: Sequence[Mapping[str, Any]] | None = None,
        render_mode: str | None = None, **parameters: Any,
    ) -> None:
        if render_mode is not None:
            raise CoopGenError(f"render_mode is {render_mode!r}; many environments at once are not drawn.")
        self._mode = autoreset(autoreset_mode)
        self.batch = Batch(id, num_envs, autoreset=self._mode, threads=threads, variants=variants, **parameters)
        self.metadata = {**self.metadata, "autoreset_mode": list(AutoresetMode)[self._mode]}
        self.num_envs, self.num_agents, self.render_mode = self.batch.count, self.batch.num_agents, None
        self._actions = Actions(self.batch)
        self.single_action_space = self._actions.joint
        self.single_observation_space = box(self.batch.observation_low, self.batch.observation_high)
        self.action_space = tiled(self.single_action_space, self.num_envs)
        self.observation_space = tiled(self.single_observation_space, self.num_envs)
        self._shape = (self.num_envs, len(self.batch.action_low))
        self._into = self.batch.actions.T
        self._rewards: Doubles = np.zeros(self.num_envs)
        self._terminations = np.zeros(self.num_envs, np.bool_)
        self._truncations = np.zeros(self.num_envs, np.bool_)
        self._ended = np.zeros(self.num_envs, np.bool_)
        self._bits = np.zeros(self.num_envs, np.uint8)

    def reset(self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None) -> tuple[Floats, dict[str, Any]]:
        """Starts episodes.

        :param seed: environment k has seed + k, as in Gymnasium; or a seed for each. Without, the next episode of the present seeds.
        :param options: ``{"reset_mask": mask}``, shape ``(num_envs,)``: only these are reset, to their next episode;
            ``{"clear": bool}`` as in :meth:`GymEnv.reset`.
        :returns: observations of shape ``(num_envs, length)``, and an empty dictionary.
        """
        if isinstance(seed, (int, np.integer)):
            super().reset(seed=checked_seed(seed))
        reset_batch(self.batch, seed, options)
        self.batch.observe()
        return self.batch.observations, {}

    def step(self, actions: ArrayLike) -> tuple[Floats, Doubles, NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Plays a step of all environments.

        :param actions: shape ``(num_envs, n·d)``.
        :returns: observations ``(num_envs, length)``, sums of rewards ``(num_envs,)``, terminations, truncations, and infos.
        :raises ValueError: an action is not a number or not allowed, or an environment waits for its reset.
        """
        batch = self.batch
        np.copyto(self._into, self._actions.values(actions, self._shape), casting="unsafe")
        batch.play()
        np.sum(batch.rewards, axis=0, dtype=np.float64, out=self._rewards)
        np.not_equal(np.bitwise_and(batch.endings, TERMINATED, out=self._bits), 0, out=self._terminations)
        np.not_equal(np.bitwise_and(batch.endings, TRUNCATED, out=self._bits), 0, out=self._truncations)
        infos: dict[str, Any] = {"rewards": batch.rewards.T}
        if self._mode == 1:
            np.logical_or(self._terminations, self._truncations, out=self._ended)
            if self._ended.any():
                infos["final_obs"], infos["_final_obs"] = batch.finals, self._ended
        return batch.observations, self._rewards, self._terminations, self._truncations, infos

    def close_extras(self, **_: Any) -> None:
        """Gives back memory and threads."""
        self.batch.close()

    def __getstate__(self) -> dict[str, Any]:
        return {"batch": self.batch, "kept": {name: self.__dict__[name] for name in ("_np_random", "_np_random_seed", "spec") if name in self.__dict__}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        made = dict(state["batch"]._made)
        self.__init__(made.pop("id"), made.pop("count"), autoreset_mode=["NextStep", "SameStep", "Disabled"][made.pop("autoreset")], **made)  # type: ignore[misc]
        self.batch.restore(state["batch"].save())
        self.batch.seeded = state["batch"].seeded
        for name in ("actions", "rewards", "endings", "observations", "finals"):
            getattr(self.batch, name)[...] = getattr(state["batch"], name)
        self.__dict__.update(state["kept"])
