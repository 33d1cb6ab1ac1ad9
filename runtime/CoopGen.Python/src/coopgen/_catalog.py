"""Which environments there are, and which library plays each."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, NamedTuple

from ._native import CoopGenError, Library, library

_loaded: list[Library] = []
_owner: dict[str, Library] = {}


class Formula(NamedTuple):
    """A formula of an environment."""

    name: str
    """Its name in the spec."""
    owner: str
    """The mechanism or environment that states it."""
    equation: str
    """The published equation; empty if it has none."""
    summary: str
    """What it means."""
    latex: str
    """The formula in symbols."""
    latex_with_numbers: str
    """The formula with default parameters filled in."""


def ids() -> list[str]:
    """The ids of all environments."""
    _start()
    return sorted(_owner)


def owner(id: str) -> Library:
    """The library that plays an environment. For an id that there is not, the first, whose error says what there is."""
    _start()
    return _owner.get(id, _loaded[0])


def manifest(id: str) -> dict[str, Any]:
    """What is known of an environment."""
    found = owner(id)
    known: dict[str, Any] = found.json(found.manifest, _text(id))
    return known


def formulas(id: str) -> list[Formula]:
    """Its formulas."""
    return [Formula(**{field: formula[field] for field in Formula._fields}) for formula in manifest(id)["formulas"]]


def load(path: str | os.PathLike[str]) -> list[str]:
    """Adds the environments of a library."""
    _start()
    added = library(path)
    if added in _loaded:
        return sorted(id for id, by in _owner.items() if by is added)
    names: list[str] = added.json(added.list)
    for id in names:
        if id in _owner:
            raise CoopGenError(f"There is an environment {id} already, in {_owner[id].path}.")
    _loaded.append(added)
    _owner.update(dict.fromkeys(names, added))
    return names


def register() -> None:
    """Registers all environments with Gymnasium under ``coopgen/``."""
    gymnasium = import_module("gymnasium")
    for id in ids():
        name = f"coopgen/{id}"
        if name not in gymnasium.registry:
            gymnasium.register(name, entry_point="coopgen.gym:GymEnv", vector_entry_point="coopgen.gym:GymVectorEnv", kwargs={"id": id})


def _start() -> None:
    if not _loaded:
        own = library()
        _owner.update(dict.fromkeys(own.json(own.list), own))
        _loaded.append(own)


def _text(id: str) -> bytes:
    # A text ends for the library at the first zero byte.
    if not isinstance(id, str) or "\0" in id:
        raise CoopGenError(f"The id of an environment is a text, not {id!r}.")
    return id.encode()
