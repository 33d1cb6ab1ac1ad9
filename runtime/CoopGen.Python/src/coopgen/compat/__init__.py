"""Coopetition-Gym's names, so that its scripts run by changing one import.

>>> import coopgen.compat as coopetition_gym
>>> env = coopetition_gym.make("TrustDilemma-v0", max_steps=50)
>>> observation, rewards, terminated, truncated, info = env.step([50.0, 50.0])  # after a reset

As there, ``make`` returns every agent's reward, and what outlives episodes stays at a reset unless
``options={"reset_reputation": True}``. Unlike there, all three interfaces play the same step, and SynergySearch draws from
the seed. ``core`` and an ``EnvironmentConfig`` put games of TR-1 and TR-2 together; both are computed by compiled formulas, too. Not
here: the models of TR-3 and TR-4 as objects, which are internals of their environments there.
"""

from __future__ import annotations

from . import core, envs, utils
from .core import *  # noqa: F403
from .core import __all__ as _core
from .envs import *  # noqa: F403
from .envs import __all__ as _envs

__version__ = "1.0.6"

__all__ = ["core", "envs", "info", "utils", "version", *_core, *_envs]


def version() -> str:
    """The version of Coopetition-Gym whose names these are."""
    return __version__


def info() -> None:
    """Prints what this is."""
    print(f"COOPETITION-GYM v{__version__} by CoopGen | {len(envs.list_environments())} environments")
