"""Environments and batches as they are, without the manners of another library."""

from __future__ import annotations

import ctypes
import json
import math
import secrets
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _catalog
from ._native import CoopGenError, Library, library
from ._report import ReportReader

if TYPE_CHECKING:
    from .solving import Solution

__all__ = ["Batch", "Environment"]

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

TERMINATED, TRUNCATED, CLIPPED = 1, 2, 4


def address(array: NDArray[Any]) -> int:
    """Where an array lies."""
    return int(array.ctypes.data)


def buffer(shape: int | tuple[int, ...], kind: Any) -> NDArray[Any]:
    """An array that stays where it lies: a view can't be resized."""
    return np.zeros(shape, kind)[...]


def fresh_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbits(63)


def checked_seed(seed: Any) -> int:
    """A seed between 0 and 2⁶⁴ − 1."""
    if isinstance(seed, (int, np.integer)) and not isinstance(seed, bool) and 0 <= seed < 2**64:
        return int(seed)
    raise CoopGenError(f"A seed is {seed!r}; it must be a whole number between 0 and {2**64 - 1}.")


def to_json(parameters: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """Parameters as the library reads them."""

    def plain(value: Any) -> Any:
        if isinstance(value, (np.generic, np.ndarray)):
            return value.tolist()
        raise CoopGenError(f"A parameter is {value!r}; it must be a number, a boolean, a text or a pair of numbers.")

    try:
        return json.dumps(parameters, default=plain, allow_nan=False).encode()
    except ValueError as error:
        raise error if isinstance(error, CoopGenError) else CoopGenError(f"A parameter is not a finite number: {parameters}.") from error


class Played:
    """What environments and batches have in common: a handle, sizes and spaces.

    :ivar id: the environment's id.
    :ivar num_agents: number of agents n.
    :ivar action_dimensions: dimensions d of an agent's action.
    :ivar agent_names: names of the agents.
    :ivar horizon: steps of an episode.
    :ivar parameters: the value of every parameter.
    :ivar choices: for each dimension of an action the values allowed; empty for a continuous one.
    :ivar action_low: least profile of actions, shape ``(n·d,)``, agent by agent; ``action_high`` the greatest.
    :ivar observation_low: least joint observation; ``observation_high`` the greatest.
    :ivar reward_low: least reward of each agent in a step; ``reward_high`` the greatest.
    """

    _library: Library
    _handle: int

    def _describe(self, what: dict[str, Any]) -> None:
        self.id: str = what["id"]
        self.num_agents: int = what["agents"]
        self.action_dimensions: int = what["action_dimensions"]
        self.agent_names: list[str] = what["agent_names"]
        self.horizon: int = what["horizon"]
        self.parameters: dict[str, Any] = what["parameters"]
        self.action_names: list[str] = [action["name"] for action in what["actions"]]
        self.choices: list[Doubles] = [np.array(action["choices"], np.float64) for action in what["actions"]]
        self.action_low, self.action_high = bounds(what["action_space"])
        self.observation_low, self.observation_high = bounds(what["observation_space"])
        self.reward_low, self.reward_high = bounds(what["reward_range"])
        self.observation_length: int = what["observation_length"]
        self._snapshot_bytes: int = what["snapshot_bytes"]

    def _adopt(self, found: Library, handle: int) -> None:
        self._library, self._handle = found, handle
        self._release = weakref.finalize(self, found.release, handle)

    def close(self) -> None:
        """Gives back the environment's memory and threads. It cannot be played afterwards; closing it again does nothing."""
        self._release()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _save(self, function: Any) -> bytes:
        snapshot = ctypes.create_string_buffer(self._snapshot_bytes)
        self._library.check(function(self._handle, ctypes.addressof(snapshot), self._snapshot_bytes))
        return snapshot.raw

    def _restore(self, function: Any, snapshot: bytes) -> None:
        if not isinstance(snapshot, bytes):
            raise CoopGenError(f"A snapshot is {type(snapshot).__name__}; it must be bytes, from save.")
        self._library.check(function(self._handle, ctypes.cast(ctypes.c_char_p(snapshot), ctypes.c_void_p), len(snapshot)))


def bounds(space: dict[str, list[float | None]]) -> tuple[Doubles, Doubles]:
    """Low and high of a space, infinite where there is no bound."""
    return (
        np.array([-math.inf if low is None else low for low in space["low"]], np.float64),
        np.array([math.inf if high is None else high for high in space["high"]], np.float64),
    )


class Environment(Played):
    """One environment, played in double precision.

    :param id: its id.
    :param parameters: values of some parameters by name.
    """

    def __init__(self, id: str, **parameters: Any) -> None:
        found, handle = _catalog.owner(id), ctypes.c_uint64()
        found.check(found.env_create(_catalog._text(id), to_json(parameters), ctypes.addressof(handle)))
        self._adopt(found, handle.value)
        self._given = parameters
        what = found.json(found.env_describe, handle.value)
        self._describe(what)
        self.state_length: int = what["state_length"]
        self.gradient_parameters: list[str] = what["gradient_parameters"]
        self._actions: Doubles = buffer(len(self.action_low), np.float64)
        self._rewards: Doubles = buffer(self.num_agents, np.float64)
        self._observation: Floats = buffer(self.observation_length, np.float32)
        self._ending = ctypes.c_uint8()
        self._report = ReportReader(found, handle.value, self.num_agents)
        self._asked: set[tuple[bytes, int]] = set()
        self._step = found.env_step
        self._places = (
            handle.value, address(self.actions), self.actions.size, address(self.rewards), self.rewards.size,
            address(self.observation), self.observation.size, ctypes.addressof(self._ending),
        )

    @property
    def actions(self) -> Doubles:
        """What will be played, shape ``(n·d,)``: its entries are written before :meth:`play`."""
        return self._actions

    @property
    def rewards(self) -> Doubles:
        """The rewards of the last step, shape ``(n,)``; written anew by every step."""
        return self._rewards

    @property
    def observation(self) -> Floats:
        """The joint observation; written anew by every step and reset."""
        return self._observation

    def reset(self, seed: int | None = None, clear: bool = False) -> None:
        """Starts an episode.

        :param seed: a seed, whose first episode this is; None for the next episode of the present one.
        :param clear: whether what outlives episodes is cleared too.
        """
        given = None if seed is None else ctypes.c_uint64(checked_seed(seed))
        self._library.check(self._library.env_reset(self._handle, None if given is None else ctypes.addressof(given), int(clear)))
        self._library.check(self._library.env_observe(self._handle, address(self.observation), self.observation.size))

    def play(self) -> int:
        """Plays :attr:`actions` and writes :attr:`rewards` and :attr:`observation`.

        :returns: 1 if the episode terminated, plus 2 if its horizon is reached, plus 4 if an action was clipped.
        """
        if status := self._step(*self._places):
            self._library.check(status)
        return self._ending.value

    def report(self) -> dict[str, Any]:
        """What an observer is told of the present state: numbers, booleans, words, arrays of shape ``(n,)`` and ``(n, n)``, lists of agents."""
        return self._report.read()

    def view(self, observation: str | Mapping[str, Any] = "realistic") -> tuple[int, list[tuple[Doubles, Doubles]]]:
        """The mask of the parts that agents are shown, and the bounds of each agent's observation."""
        config = {"preset": observation} if isinstance(observation, str) else observation
        parts = ctypes.c_uint64()
        what = self._library.json(self._library.env_view, self._handle, to_json(config), ctypes.addressof(parts))
        return parts.value, [bounds(agent["space"]) for agent in what["agents"]]

    def observe_agents(self, parts: int, rows: Floats) -> None:
        """Writes what every agent sees of its own, a row per agent."""
        self._library.check(self._library.env_observe_agents(self._handle, parts, address(rows), rows.size))

    def check_action(self, agent: int, action: Doubles) -> None:
        """Refuses an action of one agent that a step would refuse."""
        self._library.check(self._library.env_check_action(self._handle, agent, address(action), action.size))

    def payoffs(self, actions: ArrayLike) -> tuple[Doubles, Doubles]:
        """The one-shot game at the present state; nothing is played.

        :param actions: a profile of shape ``(n·d,)`` within the bounds.
        :returns: the payoffs, shape ``(n,)``, and their exact derivatives, shape ``(n, n·d)``.
        """
        profile = np.ascontiguousarray(actions, np.float64).reshape(-1)
        paid, slopes = np.zeros(self.num_agents), np.zeros((self.num_agents, len(self.action_low)))
        self._library.check(self._library.env_payoffs(self._handle, address(profile), profile.size, address(paid), paid.size, address(slopes), slopes.size))
        return paid, slopes

    def state(self) -> Doubles:
        """All that changes, as numbers, shape ``(state_length,)``: for :meth:`vjp` and :meth:`put_state`, and to look at."""
        state = np.zeros(self.state_length)
        self._library.check(self._library.env_state(self._handle, address(state), state.size))
        return state

    def put_state(self, state: ArrayLike) -> None:
        """Goes on from a state of an episode under way, perhaps with numbers changed.

        :param state: from :meth:`state`, shape ``(state_length,)``.
        :raises ValueError: it is no such state.
        """
        numbers = np.ascontiguousarray(state, np.float64).reshape(-1)
        self._library.check(self._library.env_put(self._handle, address(numbers), numbers.size))
        self._library.check(self._library.env_observe(self._handle, address(self.observation), self.observation.size))

    def vjp(self, before: ArrayLike, actions: ArrayLike, by_rewards: ArrayLike, by_state: ArrayLike) -> tuple[Doubles, Doubles, dict[str, float]]:
        """The vector-Jacobian product of one step; the environment stays where it is.

        :param before: the state before the step, from :meth:`state`.
        :param actions: the profile played, shape ``(n·d,)``.
        :param by_rewards: ∂L/∂reward, shape ``(n,)``.
        :param by_state: ∂L/∂(state after), shape ``(state_length,)``.
        :returns: ∂L/∂action, ∂L/∂(state before), and ∂L/∂parameter by name.
        """
        old, profile, paid = (np.ascontiguousarray(a, np.float64).reshape(-1) for a in (before, actions, by_rewards))
        state = np.array(by_state, np.float64).reshape(-1)
        slopes, parameters = np.zeros(len(self.action_low)), np.zeros(len(self.gradient_parameters))
        self._library.check(self._library.env_vjp(
            self._handle, address(old), old.size, address(profile), profile.size, address(paid), paid.size, address(state), state.size,
            address(slopes), slopes.size, address(parameters), parameters.size))
        return slopes, state, dict(zip(self.gradient_parameters, parameters.tolist()))

    def gradient(self, actions: Doubles, weights: Doubles, seed: int) -> tuple[Doubles, Doubles, Doubles]:
        """Plays an episode from a reset; see :func:`coopgen.grad`. Arrays must lie in one piece."""
        steps, n = len(actions), self.num_agents
        given = ctypes.c_uint64(checked_seed(seed))
        rewards, slopes, parameters = np.zeros((steps, n)), np.zeros(actions.shape), np.zeros(len(self.gradient_parameters))
        self._library.check(self._library.env_gradient(
            self._handle, ctypes.addressof(given), 1, steps, address(actions), actions.size, address(weights), weights.size, address(rewards), rewards.size,
            address(slopes), slopes.size, address(parameters), parameters.size))
        return rewards, slopes, parameters

    def solve(self, oracle: str = "OneShot", *, seed: int = 0, timeout: float | None = None, progress: Callable[[float, float], None] | None = None) -> Solution:
        """Solves; see :func:`coopgen.solve`. The environment stays where it is."""
        from .solving import Search, solution

        request = to_json({"oracle": oracle, "seed": checked_seed(seed)})
        Search(self, timeout, progress).run(lambda: self._library.check(self._library.env_solve(self._handle, request)))
        return solution(self._library.json(self._library.env_answer, self._handle))

    def act(self, policies: str | Sequence[str], *, seed: int = 0) -> Doubles:
        """What policies do next; nothing is played.

        :param policies: the name of one for all agents, or a name for each: ``"Random"``, ``"TitForTat"``, ``"Constant_00"`` to
            ``"Constant_100"``, or an oracle. Oracles over the episode are solved when they are first asked, which may take seconds;
            ``"Oracle_BestResponse"`` answers the others that are named.
        :param seed: the seed whose first episode oracles over the episode solve.
        :returns: shape ``(n·d,)``, agent by agent; perhaps beyond the bounds, to which a step clips.
        :raises ValueError: there is no such policy, it is not made for this environment, or no episode is under way.
        """
        names = [policies] if isinstance(policies, str) else policies
        if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
            raise CoopGenError(f"policies is {policies!r}; it must be the name of a policy, or a list with one for each agent.")
        asked = to_json(names)
        actions = np.zeros(len(self.action_low))
        place, size = address(actions), actions.size

        def ask() -> None:
            self._library.check(self._library.env_act(self._handle, asked, checked_seed(seed), place, size))

        if (asked, seed) in self._asked:
            ask()
        else:
            from .solving import Search

            Search(self).run(ask)
            self._asked.add((asked, seed))
        return actions

    def save(self) -> bytes:
        """A snapshot, from which play goes on bit for bit."""
        return self._save(self._library.env_save)

    def restore(self, snapshot: bytes) -> None:
        """Goes back to a snapshot of an environment with the same id and parameters.

        :raises ValueError: the bytes are no such snapshot.
        """
        self._restore(self._library.env_restore, snapshot)
        # Before the first reset there is nothing to see, and nothing goes wrong either.
        self._library.check(self._library.env_observe(self._handle, address(self.observation), self.observation.size))

    def __getstate__(self) -> dict[str, Any]:
        return {"id": self.id, "library": str(self._library.path), "given": self._given, "snapshot": self.save(), "actions": self.actions, "rewards": self.rewards}

    def __setstate__(self, state: dict[str, Any]) -> None:
        reload(state["library"], state["id"])
        self.__init__(state["id"], **state["given"])  # type: ignore[misc]
        self.restore(state["snapshot"])
        self.actions[:], self.rewards[:] = state["actions"], state["rewards"]


class Batch(Played):
    """Many environments, played together in single precision.

    :param id: their id.
    :param count: how many.
    :param autoreset: 0 in the next step, 1 in the same step, 2 never by itself.
    :param threads: most threads that a step is spread over; 0 for one per processor.
    :param variants: parameters of single environments, on top of the common ones.
    """

    def __init__(self, id: str, count: int, *, autoreset: int = 0, threads: int = 1, variants: Sequence[Mapping[str, Any]] | None = None, **parameters: Any) -> None:
        for name, number in (("num_envs", count), ("threads", threads)):
            if not isinstance(number, (int, np.integer)) or isinstance(number, bool) or not -(2**31) <= number < 2**31:
                raise CoopGenError(f"{name} is {number!r}; it must be a whole number.")
        if variants is not None and len(variants) != count:
            raise CoopGenError(f"{len(variants)} variants are given for {count} environments.")
        sets, which = unlike(parameters, variants)
        found, handle = _catalog.owner(id), ctypes.c_uint64()
        found.check(found.batch_create(_catalog._text(id), to_json(sets), None if which is None else address(which), int(count), autoreset, int(threads), ctypes.addressof(handle)))
        self._adopt(found, handle.value)
        self._made = {"id": id, "count": int(count), "autoreset": autoreset, "threads": threads, "variants": variants, **parameters}
        what = found.json(found.batch_describe, handle.value)
        self._describe(what)
        self.count: int = what["count"]
        self.report_names: list[str] = what["report_names"]
        self.gradient_parameters: list[str] = what["gradient_parameters"]
        self._actions: Floats = buffer((len(self.action_low), self.count), np.float32)
        self._rewards: Floats = buffer((self.num_agents, self.count), np.float32)
        self._endings: NDArray[np.uint8] = buffer(self.count, np.uint8)
        self._observations: Floats = buffer((self.count, self.observation_length), np.float32)
        self._finals: Floats = buffer((self.count if autoreset == 1 else 0, self.observation_length), np.float32)
        self.seeded = False
        self._step = found.batch_step
        common = (handle.value, address(self.actions), self.actions.size, address(self.rewards), self.rewards.size, address(self.endings), self.count)
        self._places = (*common, address(self.observations), self.observations.size, address(self.finals) if self.finals.size else None, self.finals.size)
        self._blind = (*common, None, 0, None, 0)

    @property
    def actions(self) -> Floats:
        """What will be played, shape ``(n·d, count)``: its entries are written before :meth:`play`."""
        return self._actions

    @property
    def rewards(self) -> Floats:
        """The rewards of the last step, shape ``(n, count)``; written anew by every step."""
        return self._rewards

    @property
    def endings(self) -> NDArray[np.uint8]:
        """How the last step of each ended, shape ``(count,)``: bits as in :meth:`Environment.play`."""
        return self._endings

    @property
    def observations(self) -> Floats:
        """Joint observations, shape ``(count, length)``; written anew by every step and by :meth:`observe`."""
        return self._observations

    @property
    def finals(self) -> Floats:
        """Where episodes are reset in the same step, the last observations of those that ended, in their rows."""
        return self._finals

    def reset(self, seeds: Sequence[int] | NDArray[np.uint64], clear: bool = True) -> None:
        """Starts the first episode of every environment under a seed of its own."""
        given = self._seeds(seeds)
        self._library.check(self._library.batch_reset(self._handle, address(given), given.size, int(clear)))
        self.seeded = True

    @staticmethod
    def _seeds(seeds: Sequence[int] | NDArray[np.uint64]) -> NDArray[np.uint64]:
        if isinstance(seeds, np.ndarray) and seeds.dtype == np.uint64:
            return np.ascontiguousarray(seeds)
        return np.array([checked_seed(seed) for seed in seeds], np.uint64)

    def reset_some(self, which: ArrayLike) -> None:
        """Starts the next episode of the environments for which ``which``, shape ``(count,)``, is true."""
        mask = np.ascontiguousarray(which, np.bool_)
        self._library.check(self._library.batch_reset_some(self._handle, address(mask), mask.size))

    def play(self, observe: bool = True) -> None:
        """Plays :attr:`actions` and writes :attr:`rewards`, :attr:`endings` and, if wanted, :attr:`observations`."""
        if status := self._step(*(self._places if observe else self._blind)):
            self._library.check(status)

    def observe(self) -> None:
        """Writes :attr:`observations`."""
        self._library.check(self._library.batch_observe(self._handle, address(self.observations), self.observations.size))

    def observe_agents(self, parts: int, rows: Floats) -> None:
        """Writes what every agent of every environment sees of its own, shape ``(n, count, length)``; the mask is from :meth:`Environment.view`."""
        self._library.check(self._library.batch_observe_agents(self._handle, parts, address(rows), rows.size))

    def gradient(self, actions: Floats, weights: Floats, seeds: Sequence[int] | NDArray[np.uint64], clear: bool = True) -> tuple[Floats, NDArray[np.uint8], Floats, Doubles]:
        """Plays steps from a reset and differentiates them; see :func:`coopgen.grad_vec`. Arrays are of single precision, lie in one piece, and are not copied.

        :param actions: shape ``(steps, n·d, count)``.
        :param weights: shape ``(n,)`` or ``(steps, n, count)``.
        :returns: rewards ``(steps, n, count)``, endings ``(steps, count)``, derivatives by actions ``(steps, n·d, count)``, and by
            :attr:`gradient_parameters` ``(count, how many)``.
        :raises ValueError: a shape or number is not allowed, the batch resets otherwise than in the next step, or the environment has no reverse.
        """
        for name, array in (("actions", actions), ("weights", weights)):
            if array.dtype != np.float32 or not array.flags.c_contiguous:
                raise CoopGenError(f"{name} are of type {array.dtype}{'' if array.flags.c_contiguous else ' and not in one piece'}; they must be of float32 and in one piece.")
        if actions.ndim != 3 or actions.shape[1:] != self.actions.shape:
            raise CoopGenError(f"Actions of shape {actions.shape} are given; they must have shape (steps, {len(self.action_low)}, {self.count}).")
        steps = len(actions)
        if weights.shape not in ((self.num_agents,), (steps, self.num_agents, self.count)):
            raise CoopGenError(f"Weights of shape {weights.shape} are given; they must have shape ({self.num_agents},) or ({steps}, {self.num_agents}, {self.count}).")
        given = self._seeds(seeds)
        rewards, slopes = np.zeros((steps, self.num_agents, self.count), np.float32), np.zeros(actions.shape, np.float32)
        endings, parameters = np.zeros((steps, self.count), np.uint8), np.zeros((self.count, len(self.gradient_parameters)))
        self._library.check(self._library.batch_gradient(
            self._handle, address(given), given.size, int(clear), steps, address(actions), actions.size, address(weights), weights.size, address(rewards), rewards.size,
            address(endings), endings.size, address(slopes), slopes.size, address(parameters), parameters.size))
        self.seeded = True
        return rewards, endings, slopes, parameters

    def report(self, name: str) -> Floats:
        """One number of the report of every environment, shape ``(count,)``: one of :attr:`report_names`."""
        if name not in self.report_names:
            raise CoopGenError(f"There is no number {name!r} in the report of {self.id}; there are {', '.join(self.report_names)}.")
        values = np.zeros(self.count, np.float32)
        self._library.check(self._library.batch_report(self._handle, self.report_names.index(name), address(values), values.size))
        return values

    def save(self) -> bytes:
        """A snapshot of the whole batch, from which play goes on bit for bit."""
        return self._save(self._library.batch_save)

    def restore(self, snapshot: bytes) -> None:
        """Goes back to a snapshot of a batch made in the same way.

        :raises ValueError: the bytes are no such snapshot.
        """
        self._restore(self._library.batch_restore, snapshot)

    def __getstate__(self) -> dict[str, Any]:
        kept = {name: getattr(self, name) for name in ("actions", "rewards", "endings", "observations", "finals")}
        return {"library": str(self._library.path), "made": self._made, "seeded": self.seeded, "snapshot": self.save(), "kept": kept}

    def __setstate__(self, state: dict[str, Any]) -> None:
        reload(state["library"], state["made"]["id"])
        self.__init__(**state["made"])  # type: ignore[misc]
        self.restore(state["snapshot"])
        self.seeded = state["seeded"]
        for name, values in state["kept"].items():
            getattr(self, name)[...] = values


def reload(path: str, id: str) -> None:
    """Loads the library that a pickled environment came from, where this process has not."""
    if id not in _catalog.ids() and library(path):
        _catalog.load(path)


def unlike(common: Mapping[str, Any], variants: Sequence[Mapping[str, Any]] | None) -> tuple[list[Mapping[str, Any]], NDArray[np.int32] | None]:
    """The sets of parameters that differ, and which each environment has."""
    if variants is None:
        return [common], None
    if not all(isinstance(variant, Mapping) for variant in variants):
        raise CoopGenError(f"variants is {variants!r}; it must be a list with the parameters of each environment by name.")
    sets: dict[bytes, int] = {}
    which = np.array([sets.setdefault(to_json({**common, **variant}), len(sets)) for variant in variants], np.int32)
    return [json.loads(text) for text in sets], which
