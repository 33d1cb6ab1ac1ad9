"""``coopetition_gym.envs``: making environments, and its environments as classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._catalog import ids
from .._native import CoopGenError
from ..core import CLIPPED, TERMINATED, TRUNCATED
from ..gym import GymEnv
from ..zoo import AecEnvironment, ParallelEnvironment, _Agents

_CLASSES = [
    "TrustDilemma", "PartnerHoldUp", "PlatformEcosystem", "DynamicPartnerSelection", "RecoveryRace", "SynergySearch", "SLCD", "RenaultNissan",
    "CooperativeNegotiation", "ReputationMarket", "TeamProduction", "LoyaltyTeam", "CoalitionFormation", "ApacheProject", "PublicGoods",
    "ReciprocalDilemma", "GiftExchange", "IndirectReciprocity", "GraduatedSanction", "AppleAppStore",
]

__all__ = ["CoopetitionAECEnv", "CoopetitionParallelEnv", "ObservationConfig", "list_environments", "make", "make_aec", "make_parallel", *(f"{name}Env" for name in _CLASSES)]


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
