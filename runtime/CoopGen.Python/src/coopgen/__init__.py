"""Mixed-motive multi-agent environments compiled from formulas, at compiled speed.

>>> import coopgen
>>> env = coopgen.make("TrustDilemma-v0")
>>> observation, info = env.reset(seed=42)
>>> observation, reward, terminated, truncated, info = env.step([50.0, 60.0])

======================  ==========================================================================
``make``                one environment, Gymnasium's ``Env``: one decision for all agents
``make_vec``            thousands side by side, Gymnasium's ``VectorEnv``
``parallel_env``        PettingZoo's ``ParallelEnv``: every agent sees and acts for itself
``aec_env``             PettingZoo's ``AECEnv``: agents move one after the other
``parallel_vec``        many copies of ``parallel_env`` at once
``solve``               equilibria, optima and what oracles play, with certificates
``grad``, ``grad_vec``  the exact gradient of an episode, or of many at once
``list``, ``formulas``  what there is, and what it computes
``load``                adds the environments of a project of one's own
======================  ==========================================================================

All of them play the same step. Errors are ``ValueError`` with the runtime's text.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._later import when_imported

if TYPE_CHECKING:
    import builtins
    import os

    from ._catalog import Formula
    from ._native import CoopGenError
    from .core import Batch, Environment
    from .gradients import BatchGradient, Gradient
    from .gym import GymEnv, GymVectorEnv
    from .solving import Progress, Solution
    from .vec import ParallelVec
    from .zoo import AecEnvironment, ParallelEnvironment

__version__ = "0.1.0"

__all__ = [
    "Batch", "CoopGenError", "Environment", "aec_env", "formulas", "grad", "grad_vec", "list", "load",
    "make", "make_vec", "manifest", "parallel_env", "parallel_vec", "register", "solve",
]


def make(id: str, *, render_mode: str | None = None, reward_type: str | None = None, max_steps: int | None = None, **parameters: Any) -> GymEnv:
    """One environment as a Gymnasium ``Env``: one decision for all agents.

    :param id: its id, such as ``"TrustDilemma-v0"``; ``coopgen.list()`` lists all.
    :param render_mode: ``"ansi"``, ``"rgb_array"`` or None.
    :param reward_type: ``"private"``, ``"integrated"`` (the default) or ``"cooperative"``.
    :param max_steps: steps of an episode.
    :param parameters: further parameters by name; ``coopgen.manifest(id)["parameters"]`` lists them.
    :returns: an environment with actions of shape ``(n·d,)``, joint observations, the sum of all agents' rewards as
        reward, and each agent's in ``info["rewards"]``.
    :raises ValueError: there is no such environment or parameter, or a value is not allowed.
    """
    from .gym import GymEnv

    return GymEnv(id, render_mode=render_mode, **_given(reward_type, max_steps, parameters))


def make_vec(
    id: str, num_envs: int = 1, *, threads: int = 1, autoreset_mode: Any = "NextStep", variants: Sequence[Mapping[str, Any]] | None = None,
    reward_type: str | None = None, max_steps: int | None = None, **parameters: Any,
) -> GymVectorEnv:
    """Many environments, stepped together, as a Gymnasium ``VectorEnv``.

    :param num_envs: how many.
    :param threads: most threads that a step is spread over; 0 for one per processor.
    :param autoreset_mode: Gymnasium's ``AutoresetMode`` or its value: ``"NextStep"``, ``"SameStep"`` or ``"Disabled"``.
    :param variants: parameters of single environments, on top of ``parameters``; one mapping per environment.
    :returns: an environment with actions of shape ``(num_envs, n·d)``. The arrays it returns are its own and are written
        anew by the next step.
    :raises ValueError: there is no such environment or parameter, or a value is not allowed.
    """
    from .gym import GymVectorEnv

    return GymVectorEnv(id, num_envs, threads=threads, autoreset_mode=autoreset_mode, variants=variants, **_given(reward_type, max_steps, parameters))


def parallel_env(
    id: str, *, observation: str | Mapping[str, Any] = "realistic", render_mode: str | None = None,
    reward_type: str | None = None, max_steps: int | None = None, **parameters: Any,
) -> ParallelEnvironment:
    """One environment as a PettingZoo ``ParallelEnv``: all agents act at once, each sees its own observation.

    :param observation: ``"minimal"``, ``"realistic"`` or ``"full"``, or a mapping with any of ``preset``, ``with`` and
        ``without``, the latter two lists of parts from ``coopgen.manifest(id)["agent_observation_parts"]``.
    :raises ValueError: there is no such environment, part or parameter, or a value is not allowed.
    """
    from .zoo import ParallelEnvironment

    return ParallelEnvironment(id, observation=observation, render_mode=render_mode, **_given(reward_type, max_steps, parameters))


def aec_env(
    id: str, *, observation: str | Mapping[str, Any] = "realistic", render_mode: str | None = None,
    reward_type: str | None = None, max_steps: int | None = None, **parameters: Any,
) -> AecEnvironment:
    """One environment as a PettingZoo ``AECEnv``: agents move in fixed order, and see who has moved in this round and how.

    :param observation: as in :func:`parallel_env`.
    :raises ValueError: there is no such environment, part or parameter, or a value is not allowed.
    """
    from .zoo import AecEnvironment

    return AecEnvironment(id, observation=observation, render_mode=render_mode, **_given(reward_type, max_steps, parameters))


def parallel_vec(
    id: str, num_envs: int = 1, *, observation: str | Mapping[str, Any] = "realistic", threads: int = 1, autoreset_mode: Any = "NextStep",
    variants: Sequence[Mapping[str, Any]] | None = None, reward_type: str | None = None, max_steps: int | None = None, **parameters: Any,
) -> ParallelVec:
    """Many copies of :func:`parallel_env`, stepped together.

    :param observation: as in :func:`parallel_env`; the others as in :func:`make_vec`.
    :raises ValueError: there is no such environment, part or parameter, or a value is not allowed.
    """
    from .vec import ParallelVec

    return ParallelVec(id, num_envs, observation=observation, threads=threads, autoreset_mode=autoreset_mode, variants=variants, **_given(reward_type, max_steps, parameters))


def grad(id: str, actions: Any, weights: Any = None, *, seed: int = 0, reward_type: str | None = None, max_steps: int | None = None, **parameters: Any) -> Gradient:
    """Plays an episode and differentiates it: the exact gradient of a weighted sum of rewards, by reverse mode.

    :param actions: shape ``(steps, n·d)`` or ``(steps, n, d)``: what all agents do in every step.
    :param weights: shape ``(n,)`` or ``(steps, n)``: what a reward counts; 1 if not given, so that the sum is the return of all.
    :param seed: the episode's seed.
    :returns: rewards, and the derivatives with respect to every action and every real parameter.
    :raises ValueError: a shape or a value is not allowed, or the environment has no reverse.
    """
    from .gradients import gradient

    return gradient(id, actions, weights, seed, _given(reward_type, max_steps, parameters))


def grad_vec(
    id: str, actions: Any, weights: Any = None, *, seed: int | Sequence[int] = 0, variants: Sequence[Mapping[str, Any]] | None = None,
    reward_type: str | None = None, max_steps: int | None = None, **parameters: Any,
) -> BatchGradient:
    """Many gradients at once: plays environments side by side in single precision, and differentiates each by itself.

    An episode that ends is followed by the next one, in the step after; gradients do not reach across.

    :param actions: shape ``(steps, num_envs, n·d)`` or ``(steps, num_envs, n, d)``.
    :param weights: shape ``(n,)`` or ``(steps, num_envs, n)``: what a reward counts; 1 if not given.
    :param seed: environment k has seed + k; or a seed for each.
    :param variants: parameters of single environments, on top of ``parameters``; one mapping per environment.
    :returns: rewards, and the derivatives with respect to every action and every real parameter.
    :raises ValueError: a shape or a value is not allowed, the environment has no reverse, or the states of all steps take more than 2 GiB.
    """
    from .gradients import batch_gradient

    return batch_gradient(id, actions, weights, seed, variants, _given(reward_type, max_steps, parameters))


def solve(
    id: str, oracle: str = "OneShot", *, seed: int = 0, timeout: float | None = None, progress: Progress | None = None,
    reward_type: str | None = None, max_steps: int | None = None, **parameters: Any,
) -> Solution:
    """Solves a game, and certifies what it finds. Ctrl-C ends it.

    :param oracle: ``"OneShot"`` for the equilibria of the one-shot game after the reset; ``"Oracle_DynamicOptimum"`` for the greatest sum of
        returns of an episode, ``"Oracle_BestResponse"`` for responses to one another; or one of the benchmark's oracles, such as
        ``"Oracle_Equilibrium"``.
    :param seed: the seed: the one-shot game is that after its reset, the episode the first one of it.
    :param timeout: seconds after which a search over the episode gives the best found so far; any other is given up.
    :param progress: called now and then with the share of the work that is done and the best value so far (not a number if there is none).
    :returns: actions, payoffs, their certificate, and what else there is to be said.
    :raises ValueError: there is no such environment, oracle or parameter, the oracle is not made for it, or it was given up.
    """
    from .solving import solve

    return solve(id, oracle, seed, timeout, progress, _given(reward_type, max_steps, parameters))


def list() -> builtins.list[str]:
    """The ids of all environments, those that were loaded included."""
    from ._catalog import ids

    return ids()


def manifest(id: str) -> dict[str, Any]:
    """What is known of an environment with default parameters: parameters, agents, spaces, formulas.

    :raises ValueError: there is no such environment.
    """
    from ._catalog import manifest

    return manifest(id)


def formulas(id: str) -> builtins.list[Formula]:
    """The formulas of an environment, each with its published equation, meaning, and LaTeX with and without numbers.

    :raises ValueError: there is no such environment.
    """
    from ._catalog import formulas

    return formulas(id)


def load(path: str | os.PathLike[str]) -> builtins.list[str]:
    """Adds the environments of a native library, such as ``dotnet publish`` leaves of a project of one's own.

    :param path: the library.
    :returns: the ids that it adds.
    :raises ValueError: it cannot be loaded, has another version of the interface, or adds an id that there is already.
    """
    from ._catalog import load

    ids = load(path)
    if "gymnasium" in sys.modules:
        register()
    return ids


def register() -> None:
    """Registers all environments with Gymnasium, as ``coopgen/TrustDilemma-v0`` and so on.

    Once both packages have been imported, in either order, this has been called.
    """
    from ._catalog import register

    register()


def _given(reward_type: str | None, max_steps: int | None, parameters: dict[str, Any]) -> dict[str, Any]:
    if reward_type is not None:
        parameters["reward_type"] = reward_type
    if max_steps is not None:
        parameters["max_steps"] = max_steps
    return parameters


def __getattr__(name: str) -> Any:
    # Loaded when first asked for, so that importing the package costs next to nothing.
    if name in ("Environment", "Batch"):
        from . import core

        return getattr(core, name)
    if name == "CoopGenError":
        from ._native import CoopGenError

        return CoopGenError
    raise AttributeError(f"module 'coopgen' has no attribute '{name}'")


when_imported("gymnasium", register)
