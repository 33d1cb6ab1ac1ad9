"""Reads what an observer is told, from numbers to a dictionary."""

from __future__ import annotations

import ctypes
from operator import itemgetter
from typing import Any

import numpy as np

from ._native import Library


class ReportReader:
    """Reads the reports of an environment. What stands where is asked for once."""

    def __init__(self, library: Library, handle: int, agents: int) -> None:
        self._library, self._handle, self._agents = library, handle, agents
        self._layouts: dict[int, _Layout] = {}
        self._words: list[str] = []
        self._counts = np.zeros(1, np.int64), np.zeros(2, np.int32)
        self._places = self._counts[0].ctypes.data, self._counts[1].ctypes.data, self._counts[1].ctypes.data + 4
        self._room(64)

    def read(self) -> dict[str, Any]:
        """The present report."""
        if self._function(self._handle, self._at, self._values.size, *self._places):
            # Perhaps it is longer than the room.
            self._library.check(self._function(self._handle, None, 0, *self._places))
            self._room(int(self._counts[0][0]))
            self._library.check(self._function(self._handle, self._at, self._values.size, *self._places))
        number, words = self._counts[1].tolist()
        layout = self._layouts.get(number)
        if layout is None or words > len(self._words):
            what = self._library.json(self._library.env_layout, self._handle, number)
            self._words = what["words"]
            layout = self._layouts[number] = _Layout(what["entries"], self._agents)
        return layout.read(self._values[: layout.length], self._words)

    def _room(self, length: int) -> None:
        self._values = np.zeros(length)
        self._at = self._values.ctypes.data
        self._function = self._library.env_report


class _Layout:
    def __init__(self, entries: list[dict[str, Any]], agents: int) -> None:
        self._numbers: list[tuple[str, int]] = []
        self._others: list[tuple[str, str, int, int]] = []
        self._agents = agents
        at = 0
        for entry in entries:
            if entry["kind"] == "number":
                self._numbers.append((entry["name"], at))
            else:
                self._others.append((entry["name"], entry["kind"], at, at + entry["length"]))
            at += entry["length"]
        self.length = at
        self._names = [name for name, _ in self._numbers]
        places = [place for _, place in self._numbers]
        self._pick: Any = itemgetter(*places) if len(places) > 1 else lambda values: tuple(values[place] for place in places)

    def read(self, values: Any, words: list[str]) -> dict[str, Any]:
        listed: list[float] = values.tolist()
        report: dict[str, Any] = dict(zip(self._names, self._pick(listed)))
        if self._others:
            kept = values.copy()
            for name, kind, start, end in self._others:
                if kind == "numbers":
                    report[name] = kept[start:end]
                elif kind == "pairs":
                    report[name] = kept[start:end].reshape(self._agents, self._agents)
                elif kind == "flag":
                    report[name] = listed[start] != 0
                elif kind == "agents":
                    report[name] = [int(agent) for agent in listed[start + 1 : start + 1 + int(listed[start])]]
                elif kind == "label":
                    report[name] = words[int(listed[start])]
                else:
                    report[name] = [words[int(word)] for word in listed[start:end]]
        return report
