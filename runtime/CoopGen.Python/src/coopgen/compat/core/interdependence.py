"""TR-1: who depends on whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np

from ..._native import CoopGenError
from ...core import Doubles, Environment

__all__ = [
    "Dependency", "DependencyType", "InterdependenceMatrix", "build_interdependence_matrix", "compute_interdependence_coefficient",
    "compute_power_index", "compute_vulnerability_index",
    "create_asymmetric_interdependence", "create_renault_nissan_interdependence", "create_slcd_interdependence", "create_symmetric_interdependence",
]


class DependencyType(Enum):
    """What i* tells apart."""

    GOAL = "goal"
    TASK = "task"
    RESOURCE = "resource"
    SOFTGOAL = "softgoal"


@dataclass
class Dependency:
    """That one actor depends on another for something."""

    depender: str
    dependee: str
    dependum: str
    dep_type: DependencyType = DependencyType.RESOURCE
    importance: float = 1.0
    criticality: float = 1.0

    def __post_init__(self) -> None:
        for name, value in (("importance", self.importance), ("criticality", self.criticality)):
            if not 0 <= value <= 1:
                raise CoopGenError(f"{name} is {value}; it must be between 0 and 1.")


@dataclass
class InterdependenceMatrix:
    """How much agent i depends on agent j, shape ``(n, n)``; the diagonal is 0."""

    matrix: Doubles
    agent_names: list[str] | None = None
    metadata: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.matrix = np.array(self.matrix, np.float64)
        if self.matrix.ndim != 2 or self.matrix.shape[0] != self.matrix.shape[1]:
            raise CoopGenError(f"An interdependence of shape {self.matrix.shape} is given; it must be square.")
        np.fill_diagonal(self.matrix, 0)
        if self.agent_names is None:
            self.agent_names = [f"Agent_{i}" for i in range(self.n_agents)]

    @property
    def n_agents(self) -> int:
        """Number of agents."""
        return len(self.matrix)

    def get_dependency(self, i: int | str, j: int | str) -> float:
        """How much one depends on the other."""
        return float(self.matrix[self._number(i), self._number(j)])

    def total_dependency(self, agent: int | str) -> float:
        """How much an agent depends on all others."""
        return float(self.matrix[self._number(agent)].sum())

    def total_dependability(self, agent: int | str) -> float:
        """How much all others depend on an agent."""
        return float(self.matrix[:, self._number(agent)].sum())

    def asymmetry(self, i: int | str, j: int | str) -> float:
        """How much more i depends on j than the other way round."""
        return self.get_dependency(i, j) - self.get_dependency(j, i)

    def _number(self, agent: int | str) -> int:
        if isinstance(agent, str):
            names = self.agent_names or []
            if agent not in names:
                raise CoopGenError(f"There is no agent {agent!r}; there are {', '.join(names)}.")
            return names.index(agent)
        return agent


def compute_interdependence_coefficient(dependencies: Sequence[Dependency], depender: str, dependee: str) -> float:
    """Criticality weighted by importance over all that one needs of the other; 0 if there is nothing."""
    needed = [d for d in dependencies if (d.depender, d.dependee) == (depender, dependee) and d.importance > 0]
    return float(np.average([d.criticality for d in needed], weights=[d.importance for d in needed])) if needed else 0.0


def build_interdependence_matrix(dependencies: Sequence[Dependency], agent_names: Sequence[str]) -> InterdependenceMatrix:
    """All coefficients."""
    return InterdependenceMatrix(
        np.array([[0.0 if i == j else compute_interdependence_coefficient(dependencies, i, j) for j in agent_names] for i in agent_names]), list(agent_names))


def compute_power_index(D: InterdependenceMatrix) -> Doubles:
    """How much others depend on each, against how much it depends on them, shape ``(n,)``."""
    return np.array([D.total_dependability(i) / (1 + D.total_dependency(i)) for i in range(D.n_agents)])


def compute_vulnerability_index(D: InterdependenceMatrix) -> Doubles:
    """How much each depends on others, against how much they depend on it, shape ``(n,)``."""
    return np.array([D.total_dependency(i) / (1 + D.total_dependability(i)) for i in range(D.n_agents)])


def create_symmetric_interdependence(n_agents: int, dependency_strength: float = 0.5) -> InterdependenceMatrix:
    """Everyone depends alike on everyone."""
    return InterdependenceMatrix(np.full((n_agents, n_agents), dependency_strength))


def create_asymmetric_interdependence(strong_dependency: float = 0.85, weak_dependency: float = 0.35) -> InterdependenceMatrix:
    """Of two agents, the second depends on the first more than the other way round."""
    return InterdependenceMatrix(np.array([[0, weak_dependency], [strong_dependency, 0]]))


def create_slcd_interdependence() -> InterdependenceMatrix:
    """That of Samsung and Sony."""
    return _observed("SLCD-v0")


def create_renault_nissan_interdependence(phase: str = "mature") -> InterdependenceMatrix:
    """That of Nissan and Renault in a phase: formation, mature, crisis or strained."""
    return _observed("RenaultNissan-v0", phase=phase)


def _observed(id: str, **parameters: Any) -> InterdependenceMatrix:
    """What an environment shows of it: after actions, trust and reputation damage, in single precision, of which seven digits are meant."""
    environment = Environment(id, **parameters)
    try:
        n = environment.num_agents
        environment.reset(seed=0)
        return InterdependenceMatrix(environment.observation[n + 2 * n * n : n + 3 * n * n].reshape(n, n).round(7).astype(np.float64).round(7), environment.agent_names)
    finally:
        environment.close()
