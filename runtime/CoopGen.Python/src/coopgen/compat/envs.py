"""``coopetition_gym.envs``: making environments, and its environments as classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import _composed
from .._catalog import ids
from .._native import CoopGenError
from ..core import CLIPPED, TERMINATED, TRUNCATED, Doubles, Environment
from ..gym import GymEnv
from ..zoo import AecEnvironment, ParallelEnvironment, _Agents
from .core import TrustParameters, ValueFunctionParameters, create_symmetric_interdependence

_CLASSES = [
    "TrustDilemma", "PartnerHoldUp", "PlatformEcosystem", "DynamicPartnerSelection", "RecoveryRace", "SynergySearch", "SLCD", "RenaultNissan",
    "CooperativeNegotiation", "ReputationMarket", "TeamProduction", "LoyaltyTeam", "CoalitionFormation", "ApacheProject", "PublicGoods",
    "ReciprocalDilemma", "GiftExchange", "IndirectReciprocity", "GraduatedSanction", "AppleAppStore",
]

__all__ = ["CoopetitionAECEnv", "CoopetitionEnv", "CoopetitionParallelEnv", "EnvironmentConfig", "ObservationConfig", "list_environments", "make", "make_aec", "make_parallel", *(f"{name}Env" for name in _CLASSES)]


@dataclass
class ObservationConfig:
    """What agents see of their own: Coopetition-Gym's switches."""

    own_actions_visible: bool = True
    others_actions_visible: bool = True
    action_history_depth: int = 1
    own_trust_row_visible: bool = True
    others_trust_toward_self_visible: bool = False
    full_trust_matrix_visible: bool = False
    own_reputation_visible: bool = True
    public_reputation_visible: bool = True
    interdependence_visible: bool = True
    step_count_visible: bool = True
    private_info_keys: list[str] = field(default_factory=list)

    @classmethod
    def full_observability(cls) -> ObservationConfig:
        """The whole trust matrix."""
        return cls(full_trust_matrix_visible=True)

    @classmethod
    def realistic_asymmetry(cls) -> ObservationConfig:
        """Everybody's actions, one's own trust: the default."""
        return cls()

    @classmethod
    def minimal(cls) -> ObservationConfig:
        """One's own action and trust."""
        return cls(True, False, 1, True, False, False, False, False, False, False)

    def parts(self) -> dict[str, list[str]]:
        """The same in CoopGen's words.

        :raises ValueError: a history of more than one round, or private information, is asked for.
        """
        if self.action_history_depth != 1 or self.private_info_keys:
            raise CoopGenError("Agents see the actions of one round, and no private information: action_history_depth must be 1 and private_info_keys empty.")
        shown = {
            "own_action": self.own_actions_visible, "others_actions": self.others_actions_visible, "trust_matrix": self.full_trust_matrix_visible,
            "own_trust": self.own_trust_row_visible and not self.full_trust_matrix_visible,
            "trust_toward_me": self.others_trust_toward_self_visible and not self.full_trust_matrix_visible,
            "own_reputation_damage": self.own_reputation_visible, "others_mean_reputation_damage": self.public_reputation_visible,
            "own_dependence": self.interdependence_visible, "progress": self.step_count_visible,
        }
        return {"with": [part for part, visible in shown.items() if visible], "without": [part for part, visible in shown.items() if not visible]}


def _info(env: Any, info: dict[str, Any]) -> dict[str, Any]:
    """What an observer is told, in Coopetition-Gym's types: pairs as ``{"0->1": …}``, lists instead of arrays."""
    n = env.environment.num_agents
    told: dict[str, Any] = {}
    for name, value in info.items():
        if isinstance(value, np.ndarray) and value.ndim == 2:
            told[name] = {f"{i}->{j}": float(value[i, j]) for i in range(n) for j in range(n) if i != j}
        else:
            told[name] = value
    told["step"] = int(told.get("step", 0))
    told.setdefault("agent_names", env.environment.agent_names)
    return told


class _Sizes:
    """Attributes that Coopetition-Gym's environments have."""

    environment: Any

    @property
    def n_agents(self) -> int:
        """Number of agents."""
        return int(self.environment.num_agents)

    @property
    def endowments(self) -> Any:
        """Most that each agent can invest, shape ``(n,)``."""
        return self.environment.action_high.astype(np.float32)

    @property
    def max_steps(self) -> int:
        """Steps of an episode."""
        return int(self.environment.horizon)

    @property
    def reward_type(self) -> str:
        """``"private"``, ``"integrated"`` or ``"cooperative"``."""
        return str(self.environment.parameters["reward_type"])


class _Human:
    """``render_mode="human"`` prints the text."""

    def __init__(self, *arguments: Any, render_mode: str | None = None, **rest: Any) -> None:
        self._prints = render_mode == "human"
        rest["render_mode"] = "ansi" if self._prints else render_mode
        super().__init__(*arguments, **rest)

    def render(self) -> Any:
        """The episode so far."""
        drawn = super().render()  # type: ignore[misc]
        if not self._prints:
            return drawn
        print(drawn)
        return None


class _Env(_Sizes, _Human, GymEnv):
    """An environment of Coopetition-Gym; ``step`` returns every agent's reward, shape ``(n,)``, in single precision."""

    _kept = (*GymEnv._kept, "_prints", "agents", "config", "possible_agents")

    def __init__(self, id: str, **parameters: Any) -> None:
        super().__init__(id, **_plain(parameters))
        self.possible_agents = [f"agent_{i}" for i in range(self.num_agents)]
        self.agents = self.possible_agents[:]

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        options = options or {}
        observation, info = super().reset(seed=seed, options={"clear": options.get("reset_reputation", False)})
        return observation, _info(self, info)

    def step(self, action: Any) -> Any:
        self._buffer[:] = self._actions.values(action, self._shape)
        ending = self._play()
        info = self._report()
        self._history.add(info)
        info["clipped"] = ending & CLIPPED != 0
        return self._seen.copy(), self._paid.astype(np.float32), ending & TERMINATED != 0, ending & TRUNCATED != 0, _info(self, info)


    @property
    def value_params(self) -> ValueFunctionParameters:
        """θ and γ of TR-1, read off the values that the compiled formulas give.

        :raises ValueError: they are hidden.
        """
        if self.environment.id.startswith("SynergySearch"):
            raise CoopGenError("The gamma of SynergySearch is hidden, and another in every episode.")
        level = float(self.environment.action_high.min()) / 2
        alone, together = (self._value(np.full(self.num_agents, level) * who) for who in (np.arange(self.num_agents) == 0, 1))
        return ValueFunctionParameters(theta=alone / np.log1p(level), gamma=(together - self.num_agents * alone) / level)

    def _value(self, profile: Doubles) -> float:
        environment = Environment(self.environment.id, **self.environment._given)
        try:
            environment.reset(seed=0)
            environment.actions[:] = profile
            environment.play()
            return float(environment.report()["total_value"])
        finally:
            environment.close()


@dataclass
class EnvironmentConfig:
    """A game of TR-1 and TR-2 put together: who has, is expected to give and bargains for what, shape ``(n,)``, and who depends on whom, ``(n, n)``."""

    n_agents: int = 2
    max_steps: int = 100
    endowments: Any = None
    alpha: Any = None
    interdependence_matrix: Any = None
    value_params: ValueFunctionParameters | None = None
    trust_params: TrustParameters | None = None
    trust_enabled: bool = True
    baselines: Any = None
    reward_type: str = "integrated"
    normalize_rewards: bool = False
    reward_scale: float = 1.0
    render_mode: str | None = None

    def __post_init__(self) -> None:
        n = self.n_agents
        self.endowments = np.array(np.full(n, 100.0) if self.endowments is None else self.endowments, np.float64)
        self.alpha = np.array(np.full(n, 1 / n) if self.alpha is None else self.alpha, np.float64)
        self.interdependence_matrix = np.array(create_symmetric_interdependence(n).matrix if self.interdependence_matrix is None else self.interdependence_matrix, np.float64)
        self.baselines = np.array(0.3 * self.endowments if self.baselines is None else self.baselines, np.float64)
        self.value_params = self.value_params or ValueFunctionParameters()
        self.trust_params = self.trust_params or TrustParameters()

    def chosen(self) -> dict[str, Any]:
        """Parameters of the composed game."""
        assert self.value_params is not None and self.trust_params is not None
        rates = vars(self.trust_params) if self.trust_enabled else {
            **dict.fromkeys(("lambda_plus", "lambda_minus", "mu_R", "delta_R", "initial_reputation"), 0.0), "initial_trust": 1.0}
        return {
            "n_agents": self.n_agents, "max_steps": self.max_steps, "greatest_endowment": float(self.endowments.max()), "reward_type": self.reward_type,
            "normalize_rewards": self.normalize_rewards, "reward_scale": self.reward_scale, **self.value_params.chosen(), **rates,
        }

    def memory(self) -> dict[str, Any]:
        """What an episode begins with."""
        # As there: shares that are clearly off are made to sum to 1.
        shares = self.alpha if np.isclose(self.alpha.sum(), 1, rtol=1e-3) else self.alpha / self.alpha.sum()
        return {"actions": self.baselines, "Baseline": self.baselines, "Endowment": self.endowments, "Share": shares, "Dependence": self.interdependence_matrix}


class CoopetitionEnv(_Env):
    """An environment of a configuration, played by the compiled formulas; or of its arguments."""

    def __init__(self, config: EnvironmentConfig | None = None, **kwargs: Any) -> None:
        self.config = config or EnvironmentConfig(**_plain(kwargs))
        super().__init__(_composed.ID, render_mode=self.config.render_mode, **self.config.chosen())

    @property
    def endowments(self) -> Any:
        """Most that each agent can invest, shape ``(n,)``."""
        return self.config.endowments.astype(np.float32)

    @property
    def value_params(self) -> ValueFunctionParameters:
        """Those of the configuration."""
        return self.config.value_params or ValueFunctionParameters()

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        GymEnv.reset(self, seed=seed)
        _composed.write(self.environment, self.config.memory())
        return self._seen.copy(), _info(self, self._report())

    def step(self, action: Any) -> Any:
        return super().step(np.clip(self._actions.values(action, self._shape), 0, self.config.endowments))


class _Views(_Sizes, _Human, _Agents):
    @property
    def base_env(self) -> Any:
        """The environment: this one."""
        return self

    def _start(self, seed: int | None, options: Mapping[str, Any] | None) -> dict[str, Any]:
        return super()._start(seed, {"clear": (options or {}).get("reset_reputation", False)})


class CoopetitionParallelEnv(_Views, ParallelEnvironment):
    """PettingZoo's ``ParallelEnv``; what ``make_parallel`` makes."""


class CoopetitionAECEnv(_Views, AecEnvironment):
    """PettingZoo's ``AECEnv``; what ``make_aec`` makes."""


def list_environments() -> list[str]:
    """The ids of Coopetition-Gym's environments."""
    there = set(ids())
    return [f"{name}-v0" for name in _CLASSES if f"{name}-v0" in there]


def make(env_id: str, **kwargs: Any) -> Any:
    """A Gymnasium environment.

    :raises ValueError: there is no such environment or parameter.
    """
    return _Env(env_id, **kwargs)


def make_parallel(env_id: str, obs_config: ObservationConfig | None = None, render_mode: str | None = None, **kwargs: Any) -> CoopetitionParallelEnv:
    """A PettingZoo environment in which all move at once.

    :raises ValueError: there is no such environment or parameter.
    """
    return CoopetitionParallelEnv(env_id, observation=(obs_config or ObservationConfig()).parts(), render_mode=render_mode, **_plain(kwargs))


def make_aec(env_id: str, obs_config: ObservationConfig | None = None, render_mode: str | None = None, **kwargs: Any) -> CoopetitionAECEnv:
    """A PettingZoo environment in which agents move one after the other.

    :raises ValueError: there is no such environment or parameter.
    """
    return CoopetitionAECEnv(env_id, observation=(obs_config or ObservationConfig()).parts(), render_mode=render_mode, **_plain(kwargs))


def _plain(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters whose enumerations are given by their words."""
    return {name: getattr(value, "value", value) for name, value in parameters.items()}


def _named(name: str) -> type[_Env]:
    def construct(self: _Env, **parameters: Any) -> None:
        _Env.__init__(self, f"{name}-v0", **parameters)

    return type(f"{name}Env", (_Env,), {"__init__": construct, "__doc__": f"``{name}-v0``.", "__module__": __name__})


for _name in _CLASSES:
    globals()[f"{_name}Env"] = _named(_name)
