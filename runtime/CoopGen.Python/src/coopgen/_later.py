"""Registers the environments with Gymnasium when that is imported, before or after coopgen, and without importing it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


def when_imported(name: str, action: Callable[[], None]) -> None:
    """Does something once a module has been imported: at once if it has."""
    module = sys.modules.get(name)
    # A module that is still being imported registers nothing yet.
    if module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False):
        action()
    else:
        finders: list[Any] = sys.meta_path
        finders.insert(0, _Finder(name, action))


class _Finder:
    def __init__(self, name: str, action: Callable[[], None]) -> None:
        self._name, self._action = name, action

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        """Finds the module as it is found without this, and has the action done after it is loaded."""
        if fullname != self._name:
            return None
        finders: list[Any] = sys.meta_path
        finders.remove(self)
        # Imported here: it would be most of the cost of importing coopgen.
        from importlib.util import find_spec

        spec: Any = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._action)
        return spec


class _Loader:
    def __init__(self, loader: Any, action: Callable[[], None]) -> None:
        self._loader, self._action = loader, action

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: Any) -> Any:
        """As the module's own loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        """As the module's own loader does, and then the action."""
        spec = module.__spec__
        spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._action()
