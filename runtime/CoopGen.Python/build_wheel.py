"""Builds the native library and the wheel that carries it; needs the .NET SDK and Python 3.11, nothing else.

    python3 build_wheel.py                 # leaves dist/coopgen-….whl
    python3 build_wheel.py --library-only  # leaves the library beside the sources, for PYTHONPATH=src

It is this project's build backend, too: ``pip wheel .`` and ``python3 -m build --wheel`` run it, without a network.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src" / "coopgen"
NATIVE = HERE.parent / "CoopGen.Native"


def build_library() -> None:
    """Publishes the library and puts it and its header beside the sources."""
    published = HERE / "obj" / "native"
    command = ["dotnet", "publish", str(NATIVE), "-c", "Release", "-o", str(published), "--nologo", "-v", "quiet"]
    # What a test run or an outer build was told is not for this one.
    environment = {name: value for name, value in os.environ.items() if not name.upper().startswith(("MSBUILD", "VSTEST"))}
    built = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**environment, "MSBUILDDISABLENODEREUSE": "1"})
    if built.returncode:
        sys.exit(f"{' '.join(command)} ended with {built.returncode}:\n{built.stdout}")
    library = next(path for suffix in (".so", ".dylib", ".dll") if (path := published / f"coopgen{suffix}").exists())
    # Put in place at once: a process that has the old one mapped keeps it.
    for source in (library, NATIVE / "coopgen.h"):
        shutil.copyfile(source, SOURCES / (source.name + ".new"))
        os.replace(SOURCES / (source.name + ".new"), SOURCES / source.name)


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    """Writes the wheel into a directory and returns its name."""
    build_library()
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tag = "py3-none-" + sysconfig.get_platform().replace("-", "_").replace(".", "_")
    base = f"{project['name']}-{project['version']}"
    # No more than belongs there: what tools leave beside the sources does not.
    carried = [path for path in sorted(SOURCES.rglob("*")) if path.suffix in (".py", ".typed", ".h", ".so", ".dylib", ".dll")]
    files = {f"coopgen/{path.relative_to(SOURCES).as_posix()}": path.read_bytes() for path in carried}
    info = f"{base}.dist-info"
    files[f"{info}/METADATA"] = _metadata(project).encode()
    files[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nGenerator: coopgen\nRoot-Is-Purelib: false\nTag: {tag}\n".encode()
    record = "".join(f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in files.items()) + f"{info}/RECORD,,\n"
    files[f"{info}/RECORD"] = record.encode()
    target = Path(wheel_directory) / f"{base}-{tag}.whl"
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            wheel.writestr(entry, data)
    return target.name


def build_sdist(sdist_directory: str, config_settings: Any = None) -> str:
    """There is none: the library is built from the C# sources of the repository."""
    raise RuntimeError("coopgen has no source distribution; build a wheel in a clone of the repository.")


def _metadata(project: dict[str, Any]) -> str:
    lines = [
        "Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}", f"Summary: {project['description']}",
        f"Author: {', '.join(author['name'] for author in project['authors'])}", f"License: {project['license']['text']}",
        f"Keywords: {','.join(project['keywords'])}", f"Requires-Python: {project['requires-python']}", "Description-Content-Type: text/markdown",
        *(f"Requires-Dist: {needed}" for needed in project["dependencies"]),
    ]
    for extra, needs in project["optional-dependencies"].items():
        lines += [f"Provides-Extra: {extra}", *(f'Requires-Dist: {needed} ; extra == "{extra}"' for needed in needs)]
    return "\n".join(lines) + "\n\n" + (HERE / project["readme"]).read_text(encoding="utf-8")


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    if sys.argv[1:] == ["--library-only"]:
        build_library()
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        print(HERE / "dist" / build_wheel(str(HERE / "dist")))
