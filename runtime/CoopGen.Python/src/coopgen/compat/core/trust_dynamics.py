"""TR-2: how trust and reputation damage move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..._native import CoopGenError
from ...core import Doubles
from .._composed import compose, read

__all__ = ["TrustDynamicsModel", "TrustParameters", "TrustState"]


@dataclass
class TrustParameters:
    """Rates of TR-2, and what an episode begins with."""

    lambda_plus: float = 0.10
    lambda_minus: float = 0.30
    mu_R: float = 0.60
    delta_R: float = 0.03
    xi: float = 0.50
    kappa: float = 1.0
    initial_trust: float = 0.50
    initial_reputation: float = 0.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            high = 100 if name in ("xi", "kappa") else 1
            low = 1e-12 if name in ("lambda_plus", "lambda_minus", "kappa") else 0
            if not low <= value <= high:
                raise CoopGenError(f"{name} is {value}; it must be between {low} and {high}.")

    @property
    def negativity_ratio(self) -> float:
        """How much faster trust erodes than it builds."""
        return self.lambda_minus / self.lambda_plus

    def with_updates(self, **changes: float) -> TrustParameters:
        """The same with some values changed."""
        return replace(self, **changes)


@dataclass
class TrustState:
    """Trust and reputation damage between all ordered pairs, shape ``(n, n)`` each."""

    trust_matrix: Doubles
    reputation_matrix: Doubles

    def __post_init__(self) -> None:
        if np.shape(self.trust_matrix) != np.shape(self.reputation_matrix) or np.ndim(self.trust_matrix) != 2:
            raise CoopGenError(f"Trust of shape {np.shape(self.trust_matrix)} and reputation damage of shape {np.shape(self.reputation_matrix)} are given; both must be (n, n).")
        self.trust_matrix = np.clip(np.array(self.trust_matrix, np.float64), 0, 1)
        self.reputation_matrix = np.clip(np.array(self.reputation_matrix, np.float64), 0, 1)
        np.fill_diagonal(self.trust_matrix, 1)
        np.fill_diagonal(self.reputation_matrix, 0)

    @property
    def n_agents(self) -> int:
        """Number of agents."""
        return len(self.trust_matrix)

    @property
    def trust_ceiling(self) -> Doubles:
        """How far trust can come back."""
        return 1 - self.reputation_matrix

    def get_trust(self, i: int, j: int) -> float:
        """Trust of agent i in agent j."""
        return float(self.trust_matrix[i, j])

    def get_reputation_damage(self, i: int, j: int) -> float:
        """Damage that agent i records of agent j."""
        return float(self.reputation_matrix[i, j])

    def get_effective_trust(self, i: int, j: int) -> float:
        """Trust as far as its ceiling."""
        return float(min(self.trust_matrix[i, j], 1 - self.reputation_matrix[i, j]))

    def mean_trust(self) -> float:
        """Over all ordered pairs."""
        return float(self.trust_matrix[~np.eye(self.n_agents, dtype=bool)].mean())

    def mean_reputation_damage(self) -> float:
        """Over all ordered pairs."""
        return float(self.reputation_matrix[~np.eye(self.n_agents, dtype=bool)].mean())

    def copy(self) -> TrustState:
        """A copy of its own."""
        return TrustState(self.trust_matrix, self.reputation_matrix)


class TrustDynamicsModel:
    """Moves trust by the compiled rule."""

    def __init__(self, params: TrustParameters | None = None) -> None:
        self.params = params or TrustParameters()

    def create_initial_state(self, n_agents: int) -> TrustState:
        """What an episode begins with."""
        return TrustState(np.full((n_agents, n_agents), self.params.initial_trust), np.full((n_agents, n_agents), self.params.initial_reputation))

    def cooperation_signal(self, action: float, baseline: float) -> float:
        """How far an action departs from what is expected, −1 to 1."""
        # Where there is neither trust nor damage, at full rates, kindness becomes trust whole and a slight becomes damage whole.
        whole = TrustDynamicsModel(replace(self.params, lambda_plus=1.0, mu_R=1.0))
        nothing = np.zeros((2, 2))
        after = whole.update(TrustState(nothing, nothing), [baseline, action], [baseline, baseline], nothing)
        return after.get_trust(0, 1) - after.get_reputation_damage(0, 1)

    def update(self, state: TrustState, actions: ArrayLike, baselines: ArrayLike, interdependence: ArrayLike) -> TrustState:
        """The state after all have acted; the one given stays as it is."""
        profile, expected = (np.asarray(numbers, np.float64).reshape(-1) for numbers in (actions, baselines))
        rates: dict[str, Any] = {name: value for name, value in vars(self.params).items() if not name.startswith("initial_")}
        environment = compose(state.n_agents, greatest_endowment=max(float(profile.max()), 1.0), **rates, memory={
            "Baseline": expected, "Dependence": np.asarray(interdependence, np.float64), "T": state.trust_matrix, "R": state.reputation_matrix})
        try:
            environment.actions[:] = profile
            environment.play()
            return TrustState(read(environment, "T"), read(environment, "R"))
        finally:
            environment.close()
