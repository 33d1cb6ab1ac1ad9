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
        self._length, self._layout, self._word_count = ctypes.c_int64(), ctypes.c_int32(), ctypes.c_int32()
        self._read = library.env_report
        self._room(64)

    def read(self) -> dict[str, Any]:
        """The present report."""
        if self._read(*self._places):
            # Perhaps it is longer than the room.
            self._library.check(self._read(self._handle, None, 0, *self._places[3:]))
            self._room(self._length.value)
            self._library.check(self._read(*self._places))
        layout = self._layouts.get(self._layout.value)
        if layout is None or self._word_count.value > len(self._words):
            what = self._library.json(self._library.env_layout, self._handle, self._layout.value)
            self._words = what["words"]
            layout = self._layouts[self._layout.value] = _Layout(what["entries"], self._agents, self._values)
        return layout.read(self._words)

    def _room(self, length: int) -> None:
        self._values = np.zeros(length)
        self._layouts.clear()
        self._places = (self._handle, self._values.ctypes.data, length, *map(ctypes.addressof, (self._length, self._layout, self._word_count)))


class _Layout:
    """Where in the numbers of a report everything stands."""

    def __init__(self, entries: list[dict[str, Any]], agents: int, values: Any) -> None:
        self._agents = agents
        self._names: list[str] = []
        self._arrays: list[tuple[str, slice]] = []
        self._matrices: list[tuple[str, slice]] = []
        self._others: list[tuple[str, str, int, int]] = []
        places, at = [], 0
        for entry in entries:
            name, kind, end = entry["name"], entry["kind"], at + entry["length"]
            if kind == "number":
                self._names.append(name)
                places.append(at)
            elif kind == "numbers":
                self._arrays.append((name, slice(at, end)))
            elif kind == "pairs":
                self._matrices.append((name, slice(at, end)))
            else:
                self._others.append((name, kind, at, end))
            at = end
        self._values = values[:at]
        self._pick: Any = itemgetter(*places) if len(places) > 1 else lambda listed: tuple(listed[place] for place in places)

    def read(self, words: list[str]) -> dict[str, Any]:
        listed: list[float] = self._values.tolist()
        report: dict[str, Any] = dict(zip(self._names, self._pick(listed)))
        if self._arrays or self._matrices:
            kept = self._values.copy()
            for name, where in self._arrays:
                report[name] = kept[where]
            for name, where in self._matrices:
                report[name] = kept[where].reshape(self._agents, self._agents)
        for name, kind, start, end in self._others:
            if kind == "flag":
                report[name] = listed[start] != 0
            elif kind == "agents":
                report[name] = [int(agent) for agent in listed[start + 1 : start + 1 + int(listed[start])]]
            elif kind == "label":
                report[name] = words[int(listed[start])]
            else:
                report[name] = [words[int(word)] for word in listed[start:end]]
        return report
