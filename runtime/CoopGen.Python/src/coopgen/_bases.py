"""Base classes and spaces: Gymnasium's and PettingZoo's where they are installed, else stand-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._standins import AECEnv, AutoresetMode, Box, Discrete, Env, MultiDiscrete, ParallelEnv, VectorEnv
else:
    try:
        import gymnasium
    except ModuleNotFoundError as error:
        if error.name != "gymnasium":
            raise
        from ._standins import AutoresetMode, Box, Discrete, Env, MultiDiscrete, VectorEnv
    else:
        from gymnasium import Env
        from gymnasium.spaces import Box, Discrete, MultiDiscrete
        from gymnasium.vector import AutoresetMode, VectorEnv
    try:
        import pettingzoo
    except ModuleNotFoundError as error:
        if error.name not in ("pettingzoo", "gymnasium"):
            raise
        from ._standins import AECEnv, ParallelEnv
    else:
        from pettingzoo import AECEnv, ParallelEnv

__all__ = ["AECEnv", "AutoresetMode", "Box", "Discrete", "Env", "MultiDiscrete", "ParallelEnv", "VectorEnv"]
