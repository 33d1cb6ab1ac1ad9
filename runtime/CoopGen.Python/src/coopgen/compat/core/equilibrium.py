"""TR-1 and TR-2: what agents are paid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..._native import CoopGenError
from ...core import Doubles
from .._composed import compose
from .interdependence import InterdependenceMatrix, create_symmetric_interdependence
from .trust_dynamics import TrustState
from .value_functions import ValueFunctionParameters

__all__ = [
    "PayoffParameters", "compute_all_integrated_utilities", "compute_all_private_payoffs", "compute_cooperation_surplus", "compute_integrated_utility",
    "compute_private_payoff",
    "compute_rewards", "compute_social_welfare", "create_symmetric_payoff_params",
]


@dataclass
class PayoffParameters:
    """What payoffs depend on; endowments and bargaining shares have shape ``(n,)``."""

    value_params: ValueFunctionParameters
    endowments: Doubles
    alpha: Doubles
    interdependence: InterdependenceMatrix

    def __post_init__(self) -> None:
        self.endowments, self.alpha = np.array(self.endowments, np.float64), np.array(self.alpha, np.float64)
        n = len(self.endowments)
        if len(self.alpha) != n or self.interdependence.n_agents != n:
            raise CoopGenError(f"{n} endowments, {len(self.alpha)} shares and an interdependence of {self.interdependence.n_agents} agents are given; they must be as many.")
        # As there: shares that are clearly off are made to sum to 1.
        if not np.isclose(self.alpha.sum(), 1, rtol=1e-3):
            self.alpha = self.alpha / self.alpha.sum()

    @property
    def n_agents(self) -> int:
        """Number of agents."""
        return len(self.endowments)


def compute_rewards(
    actions: ArrayLike, params: PayoffParameters, trust_state: TrustState | None = None, reward_type: str = "integrated", normalize: bool = False, reward_scale: float = 1.0,
) -> Doubles:
    """What every agent is paid, shape ``(n,)``; without a trust state, others count as far as one depends on them."""
    profile, n = np.asarray(actions, np.float64).reshape(-1), params.n_agents
    trust = trust_state or TrustState(np.ones((n, n)), np.zeros((n, n)))
    # Nothing moves, so that what is paid is paid at the trust that is given.
    still: dict[str, Any] = dict.fromkeys(("lambda_plus", "lambda_minus", "mu_R", "delta_R"), 0.0)
    environment = compose(
        n, reward_type=reward_type, greatest_endowment=float(max(params.endowments.max(), profile.max())), reward_scale=reward_scale, **params.value_params.chosen(), **still,
        memory={"Endowment": params.endowments, "Share": params.alpha, "Dependence": params.interdependence.matrix, "T": trust.trust_matrix, "R": trust.reputation_matrix})
    try:
        paid, _ = environment.payoffs(profile)
        rewards: Doubles = paid / params.endowments.max() if normalize else paid
        return rewards
    finally:
        environment.close()


def compute_all_private_payoffs(actions: ArrayLike, params: PayoffParameters) -> Doubles:
    """Private payoffs, shape ``(n,)``."""
    return compute_rewards(actions, params, reward_type="private")


def compute_private_payoff(agent_idx: int, actions: ArrayLike, params: PayoffParameters) -> float:
    """An agent's private payoff."""
    return float(compute_all_private_payoffs(actions, params)[agent_idx])


def compute_all_integrated_utilities(actions: ArrayLike, params: PayoffParameters, trust_state: TrustState | None = None) -> Doubles:
    """Integrated utilities, shape ``(n,)``."""
    return compute_rewards(actions, params, trust_state)


def compute_integrated_utility(agent_idx: int, actions: ArrayLike, params: PayoffParameters, trust_state: TrustState | None = None) -> float:
    """An agent's integrated utility."""
    return float(compute_rewards(actions, params, trust_state)[agent_idx])


def compute_social_welfare(actions: ArrayLike, params: PayoffParameters) -> float:
    """The sum of private payoffs."""
    return float(compute_all_private_payoffs(actions, params).sum())


def compute_cooperation_surplus(actions: ArrayLike, params: PayoffParameters) -> float:
    """Welfare above that where nobody does anything."""
    return compute_social_welfare(actions, params) - compute_social_welfare(np.zeros(params.n_agents), params)


def create_symmetric_payoff_params(n_agents: int = 2, endowment: float = 100.0, gamma: float = 0.65, dependency: float = 0.5) -> PayoffParameters:
    """All agents alike."""
    return PayoffParameters(
        ValueFunctionParameters(gamma=gamma), np.full(n_agents, endowment), np.full(n_agents, 1 / n_agents), create_symmetric_interdependence(n_agents, dependency))
