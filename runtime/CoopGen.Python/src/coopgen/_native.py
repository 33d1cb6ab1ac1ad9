"""The native library: its functions as the header declares them, and its errors as exceptions."""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

VERSION = 1
STATUSES = {1: "argument", 2: "handle", 3: "busy", 4: "state", 5: "memory", 6: "internal", 7: "cancelled", 8: "unsolvable"}

_HERE = Path(__file__).parent
_TYPES: dict[str, Any] = {"int32_t": ctypes.c_int32, "int64_t": ctypes.c_int64, "uint64_t": ctypes.c_uint64}
_lock = threading.Lock()
_libraries: dict[str, "Library"] = {}


class CoopGenError(ValueError):
    """Something was refused; the text is the runtime's.

    :ivar status: ``"argument"``, ``"handle"``, ``"busy"``, ``"state"``, ``"memory"``, ``"internal"``, ``"cancelled"`` or
        ``"unsolvable"``.
    """

    def __init__(self, text: str, status: str = "argument") -> None:
        super().__init__(text)
        self.status = status

    def __reduce__(self) -> tuple[Any, ...]:
        return CoopGenError, (str(self), self.status)


class Library:
    """A loaded library. Functions are attributes, without their prefix: ``library.env_step(…)`` returns a status."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _check_processor()
        try:
            self._cdll = ctypes.CDLL(os.fspath(path))
        except OSError as error:
            raise CoopGenError(f"The library {path} cannot be loaded: {error}") from error
        for name, result, arguments in _declared():
            try:
                function = getattr(self._cdll, "coopgen_" + name)
            except AttributeError as error:
                raise CoopGenError(f"{path} is no library of environments, or one of an older version: it has no function coopgen_{name}.") from error
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        if (version := self.version()) != VERSION:
            raise CoopGenError(f"{path} has version {version} of the interface; this package needs {VERSION}.")

    def __getattr__(self, name: str) -> Callable[..., int]:
        raise AttributeError(f"the header declares no function coopgen_{name}")

    def check(self, status: int) -> None:
        """Raises what a status other than 0 stands for."""
        if status:
            length = self.last_error(None, 0)
            text = ctypes.create_string_buffer(length + 1)
            self.last_error(text, length + 1)
            raise CoopGenError(text.value.decode(), STATUSES.get(status, "internal"))

    def json(self, function: Callable[..., int], *arguments: Any) -> Any:
        """Calls a function that gives a JSON text."""
        length = ctypes.c_int64()
        at = ctypes.addressof(length)
        self.check(function(*arguments, None, 0, at))
        text = ctypes.create_string_buffer(length.value + 1)
        self.check(function(*arguments, text, length.value + 1, at))
        return json.loads(text.value)


def library(path: str | os.PathLike[str] | None = None) -> Library:
    """A library, loaded once: the one that the package carries, or that of a path."""
    place = _own() if path is None else Path(path).resolve()
    with _lock:
        loaded = _libraries.get(str(place))
        if loaded is None:
            if not place.exists():
                raise CoopGenError(f"There is no library {place}.")
            loaded = _libraries[str(place)] = Library(place)
        return loaded


def _own() -> Path:
    for name in ("coopgen.so", "coopgen.dylib", "coopgen.dll"):
        if (_HERE / name).exists():
            return _HERE / name
    raise CoopGenError(f"The package in {_HERE} carries no native library; 'python3 build_wheel.py' in runtime/CoopGen.Python builds it.")


def _declared() -> list[tuple[str, Any, list[Any]]]:
    """Name, result and arguments of every function of the header."""
    functions = []
    for result, name, arguments in re.findall(r"^(\w+) coopgen_(\w+)\((.*)\);$", (_HERE / "coopgen.h").read_text(encoding="utf-8"), re.MULTILINE):
        kinds = [] if arguments == "void" else [_kind(argument) for argument in arguments.split(", ")]
        functions.append((name, _TYPES[result], kinds))
    return functions


def _kind(argument: str) -> Any:
    if argument.startswith("const char *"):
        return ctypes.c_char_p
    return ctypes.c_void_p if "*" in argument else _TYPES[argument.split(" ")[0]]


def _check_processor() -> None:
    """Refuses a processor that the library would end the process on."""
    if platform.machine() not in ("x86_64", "AMD64") or not os.path.exists("/proc/cpuinfo"):
        return
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as lines:
        flags = next((line for line in lines if line.startswith("flags")), None)
    if flags is not None and not {"avx2", "fma", "bmi2"} <= set(flags.split()):
        raise CoopGenError("The native library needs a processor with AVX2, FMA and BMI2; this one lacks them.")
