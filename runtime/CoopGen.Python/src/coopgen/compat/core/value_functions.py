"""TR-1: what agents create alone and together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..._native import CoopGenError
from ...core import Doubles, Environment
from .._composed import MOST_AGENTS, compose

__all__ = [
    "ValueFunctionParameters", "ValueSpecification", "batch_total_value", "create_power_parameters", "create_slcd_parameters", "individual_value",
    "logarithmic_value", "marginal_synergy", "marginal_value", "power_value", "synergistic_surplus", "synergy_function", "total_value",
]


class ValueSpecification(Enum):
    """How an agent creates value by itself."""

    POWER = "power"
    LOGARITHMIC = "logarithmic"


@dataclass(frozen=True)
class ValueFunctionParameters:
    """What value depends on: f(a) = θ·ln(1 + a) or a^β alone, γ·g(a) together."""

    specification: ValueSpecification = ValueSpecification.LOGARITHMIC
    beta: float = 0.75
    theta: float = 20.0
    gamma: float = 0.65
    epsilon: float = 1e-10

    def __post_init__(self) -> None:
        for name, value, low, high in (("beta", self.beta, 0.01, 1.0), ("gamma", self.gamma, 0.0, 1.0), ("theta", self.theta, 1e-12, 1e6)):
            if not low <= value <= high:
                raise CoopGenError(f"{name} is {value}; it must be between {low} and {high}.")
        if self.epsilon != 1e-10:
            raise CoopGenError(f"epsilon is {self.epsilon}; the formulas are compiled with 1e-10.")

    def chosen(self) -> dict[str, Any]:
        """The same as parameters of the composed game."""
        return {"value": self.specification.value, "beta": self.beta, "theta": self.theta, "gamma": self.gamma}


def power_value(action: ArrayLike, beta: float = 0.75, epsilon: float = 1e-10) -> Any:
    """a^β, of a number or of every entry of an array; actions below 0 count as 0."""
    return individual_value(action, ValueFunctionParameters(ValueSpecification.POWER, beta=beta, epsilon=epsilon))


def logarithmic_value(action: ArrayLike, theta: float = 20.0, epsilon: float = 1e-10) -> Any:
    """θ·ln(1 + a), of a number or of every entry of an array; actions below 0 count as 0."""
    return individual_value(action, ValueFunctionParameters(theta=theta, epsilon=epsilon))


def individual_value(action: ArrayLike, params: ValueFunctionParameters) -> Any:
    """What an agent creates by itself, of a number or of every entry of an array."""
    actions = np.maximum(np.asarray(action, np.float64), 0)
    values = np.concatenate([_alone(part, params)[0] for part in _parts(actions)])[: actions.size].reshape(actions.shape)
    return float(values) if values.ndim == 0 else values


def synergy_function(actions: ArrayLike, epsilon: float = 1e-10) -> float:
    """The geometric mean of all actions, 0 if anyone does nothing."""
    profile = np.asarray(actions, np.float64).reshape(-1)
    if profile.size == 0:
        return 0.0
    return float(_together(profile)[0][0])


def total_value(actions: ArrayLike, params: ValueFunctionParameters) -> float:
    """The value that all create: alone, summed, and together."""
    profile = np.asarray(actions, np.float64).reshape(-1)
    environment = _composed(profile, params)
    try:
        environment.actions[:] = profile
        environment.play()
        return float(environment.report()["total_value"])
    finally:
        environment.close()


def batch_total_value(actions_batch: ArrayLike, params: ValueFunctionParameters) -> Doubles:
    """The total value of every row."""
    return np.array([total_value(row, params) for row in np.asarray(actions_batch, np.float64)])


def synergistic_surplus(actions: ArrayLike, params: ValueFunctionParameters) -> float:
    """What is shared: γ times the synergy."""
    return params.gamma * synergy_function(actions)


def marginal_value(action: float, params: ValueFunctionParameters) -> float:
    """The derivative of the individual value."""
    return float(_alone(np.array([max(action, params.epsilon), 1.0]), params)[1][0])


def marginal_synergy(actions: ArrayLike, agent_index: int, params: ValueFunctionParameters) -> float:
    """The derivative of the synergy by one agent's action."""
    return float(_together(np.asarray(actions, np.float64).reshape(-1))[1][agent_index])


def create_slcd_parameters() -> ValueFunctionParameters:
    """Those of Samsung and Sony."""
    return ValueFunctionParameters(theta=20.0, gamma=0.65)


def create_power_parameters(beta: float = 0.75, gamma: float = 0.50) -> ValueFunctionParameters:
    """The power value."""
    return ValueFunctionParameters(ValueSpecification.POWER, beta=beta, gamma=gamma)


def _composed(profile: Doubles, params: ValueFunctionParameters, **memory: Doubles) -> Environment:
    """Agents who have what they give, so that they keep nothing of it."""
    greatest = max(float(profile.max(initial=0)), 1.0)
    return compose(len(profile), reward_type="private", greatest_endowment=greatest, **params.chosen(), memory={"Endowment": profile, **memory})


def _alone(profile: Doubles, params: ValueFunctionParameters) -> tuple[Doubles, Doubles]:
    """Values without any share in the synergy, and their derivatives."""
    environment = _composed(profile, params, Share=np.zeros(len(profile)))
    try:
        paid, slopes = environment.payoffs(profile)
        # What an agent gives it doesn't keep: a unit each.
        return paid, np.diag(slopes) + 1
    finally:
        environment.close()


def _together(profile: Doubles) -> tuple[Doubles, Doubles]:
    """The synergy that one agent receives whole, where nobody creates value alone, and its derivatives."""
    environment = compose(
        len(profile), reward_type="private", greatest_endowment=max(float(profile.max()), 1.0), theta=0.0, gamma=1.0,
        memory={"Endowment": profile, "Share": np.eye(len(profile))[0]})
    try:
        paid, slopes = environment.payoffs(profile)
        return paid, slopes[0] + np.eye(len(profile))[0]
    finally:
        environment.close()


def _parts(actions: NDArray[Any]) -> list[Doubles]:
    """Profiles of two agents at least and not too many; what is missing is 0."""
    flat = actions.reshape(-1)
    padded = np.concatenate([flat, np.zeros(max(0, 2 - flat.size))])
    if padded.size % MOST_AGENTS == 1:
        padded = np.concatenate([padded, np.zeros(1)])
    return [padded[k : k + MOST_AGENTS] for k in range(0, padded.size, MOST_AGENTS)]
