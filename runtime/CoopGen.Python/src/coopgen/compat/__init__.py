"""Coopetition-Gym's names, so that its scripts run by changing one import.

>>> import coopgen.compat as coopetition_gym
>>> env = coopetition_gym.make("TrustDilemma-v0", max_steps=50)
>>> observation, rewards, terminated, truncated, info = env.step([50.0, 50.0])  # after a reset

As there, ``make`` returns every agent's reward, and what outlives episodes stays at a reset unless
``options={"reset_reputation": True}``. Unlike there, all three interfaces play the same step, and SynergySearch draws from
the seed. Not here: its building blocks (``core``) and environments composed of them by an ``EnvironmentConfig``.
"""

from __future__ import annotations

from . import envs, utils
from .envs import *  # noqa: F403
from .envs import __all__ as _names

__version__ = "1.0.6"

__all__ = ["envs", "info", "utils", "version", *_names]


def version() -> str:
    """The version of Coopetition-Gym whose names these are."""
    return __version__


def info() -> None:
    """Prints what this is."""
    print(f"COOPETITION-GYM v{__version__} by CoopGen | {len(envs.list_environments())} environments")
