"""Solutions of games, with their certificates."""

from __future__ import annotations

import ctypes
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ._native import CoopGenError
from .core import Doubles, Environment

__all__ = ["Equilibrium", "Solution"]

Progress = Callable[[float, float], None]


@dataclass(frozen=True)
class Equilibrium:
    """An equilibrium of the one-shot game, or a profile that a solver proposes for one."""

    actions: Doubles
    """Shape ``(n·d,)``, agent by agent."""
    payoffs: Doubles
    """What each agent is paid, shape ``(n,)``."""
    residual: float | None
    """Greatest rate, in payoff per unit of action, at which an agent gains by moving a little; None where nothing is certified."""
    largest_gain: float | None
    """Most that any agent gains by its best response, in payoff."""
    payoff_scale: float | None
    """Greatest absolute payoff that an agent sees."""
    certified: bool
    """Whether residual and gains are within the solver's tolerances."""
    stability: Mapping[str, Any]
    """Whether best responses come back (``stable``), whether there is no other close by (``isolated``), and by what numbers; empty of an oracle's answer."""


@dataclass(frozen=True)
class Solution(Equilibrium):
    """What a solver found; :attr:`document` is all of it, as ``coopgen solve --format json`` writes it."""

    oracle: str
    """Whose answer it is."""
    equilibria: list[Equilibrium]
    """Of ``"OneShot"``: all equilibria found, the greatest sum of payoffs first; else empty."""
    cycle: list[Doubles]
    """Profiles that best responses lead through again and again, where no equilibrium was found."""
    returns: Doubles | None
    """What an episode of it earns each agent, shape ``(n,)``."""
    plan: Doubles | None
    """Of an oracle over the episode: what is played, shape ``(steps, n·d)``."""
    upper_bound: float
    """Of the dynamic optimum: what no sum of returns exceeds; else, or where rewards have no bound, infinite."""
    interrupted: bool
    """Whether the search was ended by ``timeout``."""
    seconds: float
    """How long it took."""
    document: Mapping[str, Any] = field(repr=False)
    """The whole answer."""


def solve(id: str, oracle: str, seed: int, timeout: float | None, progress: Progress | None, parameters: Mapping[str, Any]) -> Solution:
    """See :func:`coopgen.solve`."""
    environment = Environment(id, **parameters)
    try:
        return environment.solve(oracle, seed=seed, timeout=timeout, progress=progress)
    finally:
        environment.close()


def solution(document: Mapping[str, Any]) -> Solution:
    """A solution from the library's words."""
    plan, returns, bound = document.get("plan"), document.get("returns"), document.get("upper_bound")
    return Solution(
        **_profile(document), oracle=document["oracle"], equilibria=[Equilibrium(**_profile(found)) for found in document.get("equilibria", [])],
        cycle=[np.array(profile) for profile in document.get("cycle", [])], returns=None if returns is None else np.array(returns),
        plan=None if plan is None else np.array(plan), upper_bound=math.inf if bound is None else bound,
        interrupted=document.get("interrupted", False), seconds=document["seconds"], document=document,
    )


def _profile(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "actions": np.array(found["actions"]), "payoffs": np.array(found["payoffs"]), "residual": found["residual"], "largest_gain": found["largest_gain"],
        "payoff_scale": found.get("payoff_scale"), "certified": found["certified"], "stability": found.get("stability", {}),
    }


class Search:
    """Something long that the library does for an environment: Ctrl-C and a timeout end it."""

    def __init__(self, environment: Environment, timeout: float | None = None, progress: Progress | None = None) -> None:
        if timeout is not None and not (isinstance(timeout, (int, float)) and timeout > 0):
            raise CoopGenError(f"timeout is {timeout!r}; it must be a number of seconds above 0, or None.")
        self._library, self._handle = environment._library, environment._handle
        self._timeout, self._progress = timeout, progress
        self._error: BaseException | None = None

    def run(self, work: Callable[[], None]) -> None:
        """Does it in a thread of its own, so that this one can be interrupted."""

        def worker() -> None:
            try:
                work()
            except BaseException as error:
                self._error = error

        thread = threading.Thread(target=worker, name="coopgen search", daemon=True)
        thread.start()
        end = math.inf if self._timeout is None else time.monotonic() + self._timeout
        try:
            while thread.is_alive():
                thread.join(0.05)
                if self._progress is not None:
                    self._tell(self._progress)
                if time.monotonic() >= end:
                    break
        finally:
            # Also after an interrupt: the handle is free again only when the call has returned.
            while thread.is_alive():
                self._library.env_cancel(self._handle)
                thread.join(0.02)
        if self._error is not None:
            raise self._error

    def _tell(self, progress: Progress) -> None:
        share, value = ctypes.c_double(), ctypes.c_double()
        self._library.check(self._library.env_progress(self._handle, ctypes.addressof(share), ctypes.addressof(value)))
        progress(share.value, value.value)
