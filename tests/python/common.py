"""What several tests need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
TRAJECTORIES = ROOT / "tests" / "data" / "reference" / "trajectories"

# The reference computes in single precision, whose error some hundred steps enlarge; relative, absolute below 1.
TOLERANCE = 2e-5


def cases(id: str) -> list[dict[str, Any]]:
    """The reference episodes of an environment."""
    return json.loads((TRAJECTORIES / f"{id}.json").read_text(encoding="utf-8"))["cases"]


def given_ids() -> list[str]:
    """The environments that there are reference episodes of."""
    return sorted(path.stem for path in TRAJECTORIES.glob("*.json"))


def differs(expected: Any, got: Any) -> str | None:
    """Says how a value is not what was recorded; None if it is."""
    if isinstance(expected, bool) or isinstance(expected, str) or expected is None:
        return None if expected == got else f"{got!r} is not {expected!r}"
    if isinstance(expected, dict):
        pairs = {tuple(map(int, key.split("->"))): value for key, value in expected.items()}
        return next((f"at {pair}: {wrong}" for pair, value in pairs.items() if (wrong := differs(value, got[pair]))), None)
    if isinstance(expected, list):
        if len(expected) != len(got):
            return f"{len(got)} entries are not {len(expected)}"
        return next((f"at {k}: {wrong}" for k, value in enumerate(expected) if (wrong := differs(value, got[k]))), None)
    error = abs(float(got) - float(expected))
    return None if error <= TOLERANCE * max(1.0, abs(expected)) else f"{got!r} is not {expected!r}"


def random_actions(space: Any, rng: np.random.Generator, steps: int) -> np.ndarray:
    """Actions of a box, shape ``(steps, …)``."""
    return rng.uniform(space.low, space.high, (steps, *space.shape)).astype(np.float32)
