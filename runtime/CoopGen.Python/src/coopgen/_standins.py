"""What the environments stand on where Gymnasium or PettingZoo is not installed: as much of their classes as is used here."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np


class Env:
    """Stands for ``gymnasium.Env``."""

    metadata: dict[str, Any] = {}
    spec: Any = None
    _np_random: np.random.Generator | None = None

    @property
    def unwrapped(self) -> Any:
        """The environment itself."""
        return self

    @property
    def np_random(self) -> np.random.Generator:
        """A generator that follows the seed of the last reset."""
        if self._np_random is None:
            self._np_random = np.random.default_rng()
        return self._np_random

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        """Seeds the generator."""
        if seed is not None:
            self._np_random = np.random.default_rng(seed)

    def close(self) -> None:
        """Nothing to give back."""

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


class VectorEnv(Env):
    """Stands for ``gymnasium.vector.VectorEnv``."""

    closed = False

    def close(self, **_: Any) -> None:
        """Closes once."""
        if not self.closed:
            self.close_extras()
            self.closed = True

    def close_extras(self) -> None:
        """Nothing to give back."""


class AutoresetMode(Enum):
    """Stands for ``gymnasium.vector.AutoresetMode``."""

    NEXT_STEP = "NextStep"
    SAME_STEP = "SameStep"
    DISABLED = "Disabled"


class ParallelEnv:
    """Stands for ``pettingzoo.ParallelEnv``."""

    @property
    def unwrapped(self) -> Any:
        """The environment itself."""
        return self


class AECEnv(ParallelEnv):
    """Stands for ``pettingzoo.AECEnv``."""


class Space:
    """Stands for ``gymnasium.spaces.Space``."""

    def __init__(self, shape: tuple[int, ...], dtype: Any) -> None:
        self.shape, self.dtype = shape, np.dtype(dtype)
        self._rng: np.random.Generator | None = None

    def seed(self, seed: int | None = None) -> None:
        """Seeds what :meth:`sample` draws."""
        self._rng = np.random.default_rng(seed)

    @property
    def np_random(self) -> np.random.Generator:
        """What :meth:`sample` draws from."""
        if self._rng is None:
            self._rng = np.random.default_rng()
        return self._rng

    def contains(self, x: Any) -> bool:
        """Whether x lies in the space."""
        raise NotImplementedError

    def __contains__(self, x: Any) -> bool:
        return self.contains(x)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.shape}, {self.dtype})"


class Box(Space):
    """Stands for ``gymnasium.spaces.Box``."""

    def __init__(self, low: Any, high: Any, shape: tuple[int, ...] | None = None, dtype: Any = np.float32) -> None:
        super().__init__(np.shape(low) if shape is None else shape, dtype)
        self.low = np.array(np.broadcast_to(low, self.shape), dtype)
        self.high = np.array(np.broadcast_to(high, self.shape), dtype)

    def sample(self, mask: Any = None) -> Any:
        """Uniform between the bounds; standard normal where there are none."""
        bounded = np.isfinite(self.low) & np.isfinite(self.high)
        low, high = np.where(bounded, self.low, 0.0), np.where(bounded, self.high, 1.0)
        drawn = np.where(bounded, self.np_random.uniform(low, high), self.np_random.standard_normal(self.shape))
        return drawn.astype(self.dtype)

    def contains(self, x: Any) -> bool:
        """Whether x is such an array between the bounds."""
        return isinstance(x, np.ndarray) and np.can_cast(x.dtype, self.dtype) and x.shape == self.shape and bool(np.all((x >= self.low) & (x <= self.high)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Box) and self.shape == other.shape and bool(np.array_equal(self.low, other.low) and np.array_equal(self.high, other.high))

    __hash__ = None  # type: ignore[assignment]


class MultiDiscrete(Space):
    """Stands for ``gymnasium.spaces.MultiDiscrete``."""

    def __init__(self, nvec: Any) -> None:
        self.nvec = np.array(nvec, np.int64)
        super().__init__(self.nvec.shape, np.int64)

    def sample(self, mask: Any = None) -> Any:
        """Uniform."""
        return self.np_random.integers(0, self.nvec)

    def contains(self, x: Any) -> bool:
        """Whether x has a position for every entry."""
        return np.shape(x) == self.shape and np.issubdtype(np.asarray(x).dtype, np.integer) and bool(np.all((np.asarray(x) >= 0) & (np.asarray(x) < self.nvec)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MultiDiscrete) and bool(np.array_equal(self.nvec, other.nvec))

    __hash__ = None  # type: ignore[assignment]


class Discrete(Space):
    """Stands for ``gymnasium.spaces.Discrete``."""

    def __init__(self, n: int) -> None:
        self.n = n
        super().__init__((), np.int64)

    def sample(self, mask: Any = None) -> Any:
        """Uniform."""
        return np.int64(self.np_random.integers(self.n))

    def contains(self, x: Any) -> bool:
        """Whether x is a position."""
        return isinstance(x, (int, np.integer)) and 0 <= int(x) < self.n

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Discrete) and self.n == other.n

    __hash__ = None  # type: ignore[assignment]
