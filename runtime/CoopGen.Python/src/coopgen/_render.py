"""Pictures of an episode: actions and trust, as text or as an image, without a drawing library."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._native import CoopGenError
from .core import Environment

MODES = ("ansi", "rgb_array")

WIDTH, HEIGHT, LEFT, RIGHT = 480, 320, 40, 470
COLOURS = [(31, 119, 180), (255, 127, 14), (44, 160, 44), (214, 39, 40), (148, 103, 189), (140, 86, 75), (227, 119, 194), (23, 190, 207)]
INK, GRID, TRUST = (60, 60, 60), (225, 225, 225), (20, 20, 20)
BARS = " ▁▂▃▄▅▆▇█"

# Three by five dots: a row is an octal digit.
_GLYPHS = {
    "A": "25755", "B": "65656", "C": "34443", "D": "65556", "E": "74647", "F": "74644", "G": "34553", "H": "55755", "I": "72227", "J": "11152",
    "K": "55655", "L": "44447", "M": "57755", "N": "65555", "O": "25552", "P": "65644", "Q": "25563", "R": "65655", "S": "34216", "T": "72222",
    "U": "55557", "V": "55552", "W": "55775", "X": "55255", "Y": "55222", "Z": "71247", "0": "75557", "1": "26227", "2": "61247", "3": "61216",
    "4": "55711", "5": "74616", "6": "34757", "7": "71222", "8": "75757", "9": "75716", ".": "00002", "-": "00700", "_": "00007", ":": "02020",
}


class History:
    """What was done in the episode so far, kept if it is to be drawn."""

    def __init__(self, environment: Environment, mode: str | None) -> None:
        if mode is not None and mode not in MODES:
            raise CoopGenError(f"render_mode is {mode!r}; it must be None or one of {', '.join(MODES)}.")
        self._environment, self._mode = environment, mode
        self._profiles: list[NDArray[np.float64]] = []
        self._trust: list[float | None] = []
        self._rewards: NDArray[np.float64] | None = None

    def start(self, info: dict[str, Any]) -> None:
        """An episode begins."""
        self._profiles, self._trust, self._rewards = [], [info.get("mean_trust")], None

    def add(self, info: dict[str, Any]) -> None:
        """A step was played."""
        if self._mode is not None:
            low, high = self._environment.action_low, self._environment.action_high
            self._profiles.append(np.clip(self._environment.actions, low, high))
            self._trust.append(info.get("mean_trust"))
            self._rewards = self._environment.rewards.copy()

    def kept(self) -> tuple[Any, ...]:
        """For a snapshot."""
        return list(self._profiles), list(self._trust), self._rewards

    def put(self, kept: tuple[Any, ...]) -> None:
        """From a snapshot."""
        self._profiles, self._trust, self._rewards = list(kept[0]), list(kept[1]), kept[2]

    def render(self) -> Any:
        """The picture of the mode; None without one."""
        return None if self._mode is None else self._text() if self._mode == "ansi" else self._picture()

    def _parts(self) -> NDArray[np.float64]:
        """Actions as parts of their range, shape (steps, n·d)."""
        low, span = self._environment.action_low, self._environment.action_high - self._environment.action_low
        profiles = np.array(self._profiles).reshape(len(self._profiles), len(low))
        return np.divide(profiles - low, span, out=np.zeros_like(profiles), where=np.isfinite(span) & (span > 0))

    def _text(self) -> str:
        e, width = self._environment, 60
        lines = [f"{e.id}, step {len(self._profiles)} of {e.horizon}"]
        parts = self._parts()
        for k in range(len(e.action_low)):
            agent, dimension = divmod(k, e.action_dimensions)
            name = e.agent_names[agent] + (f" {e.action_names[dimension]}" if e.action_dimensions > 1 else "")
            value = f"{self._profiles[-1][k]:10.2f}" if self._profiles else f"{'':10}"
            paid = f" reward {self._rewards[agent]:10.2f}" if self._rewards is not None and dimension == 0 else ""
            lines.append(f"  {name:20.20} {value} |{_bars(parts[:, k], width)}|{paid}")
        if self._trust[-1:] and self._trust[-1] is not None:
            lines.append(f"  {'mean trust':20} {self._trust[-1]:10.4f} |{_bars(np.array(self._trust[1:], float), width)}|")
        return "\n".join(lines)

    def _picture(self) -> NDArray[np.uint8]:
        e = self._environment
        image = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
        known = any(trust is not None for trust in self._trust)
        top, middle = (40, 180) if known else (40, 296)
        _write(image, 8, 6, f"{e.id}  STEP {len(self._profiles)}", INK)
        self._frame(image, top, middle, "ACTIONS", "1", "0")
        parts = self._parts()
        for k in range(parts.shape[1]):
            _curve(image, parts[:, k], e.horizon, top, middle, COLOURS[k // e.action_dimensions % len(COLOURS)])
        if known:
            self._frame(image, 212, 296, "MEAN TRUST", "1", "0")
            _curve(image, np.array([np.nan if trust is None else trust for trust in self._trust], float), e.horizon + 1, 212, 296, TRUST)
        for k in range(min(e.num_agents, 6)):
            _write(image, LEFT + 68 * k, 304, f"AGENT {k}", COLOURS[k])
        return image

    def _frame(self, image: NDArray[np.uint8], top: int, bottom: int, title: str, high: str, low: str) -> None:
        for k in range(5):
            image[top + (bottom - top) * k // 4, LEFT:RIGHT] = GRID
        image[top : bottom + 1, LEFT] = image[bottom, LEFT:RIGHT] = INK
        _write(image, LEFT + 4, top - 14, title, INK)
        _write(image, LEFT - 12, top, high, INK)
        _write(image, LEFT - 12, bottom - 10, low, INK)


def _bars(values: NDArray[np.float64], width: int) -> str:
    """The last values as bars, those outside of 0 to 1 at its ends."""
    levels = np.rint(np.clip(values[-width:], 0, 1) * 8).astype(int)
    return "".join(BARS[level] for level in levels).ljust(width)


def _curve(image: NDArray[np.uint8], values: NDArray[np.float64], steps: int, top: int, bottom: int, colour: tuple[int, int, int]) -> None:
    """Values between 0 and 1 over the steps of an episode, joined by lines two dots wide."""
    if len(values) == 0:
        return
    across = LEFT + 1 + (np.arange(len(values)) * (RIGHT - LEFT - 2)) // max(1, steps - 1)
    down = bottom - np.clip(values, 0, 1) * (bottom - top)
    columns = np.arange(across[0], across[-1] + 1)
    heights = np.interp(columns, across, down)
    for k, column in enumerate(columns):
        if np.isfinite(heights[k]):
            ends = sorted((heights[k], heights[k - 1] if k and np.isfinite(heights[k - 1]) else heights[k]))
            image[int(ends[0]) : int(ends[1]) + 2, column] = colour


def _write(image: NDArray[np.uint8], x: int, y: int, text: str, colour: tuple[int, int, int]) -> None:
    """Text in capitals, its dots doubled."""
    for letter in text.upper():
        for row, digit in enumerate(_GLYPHS.get(letter, "00000")):
            for column in range(3):
                if int(digit) & 4 >> column and x + 2 * column + 2 <= WIDTH:
                    image[y + 2 * row : y + 2 * row + 2, x + 2 * column : x + 2 * column + 2] = colour
        x += 8
