"""What stands in the documents runs, and what is typed is typed strictly."""

import importlib.util
import re
import subprocess
import sys
import tomllib
import unittest

import coopgen
from coopgen import _native
from common import ROOT

PACKAGE = ROOT / "runtime" / "CoopGen.Python"


class Documents(unittest.TestCase):
    def test_snippets_run(self):
        for path, count in ((ROOT / "README.md", 1), (PACKAGE / "README.md", 1)):
            snippets = re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
            self.assertEqual(count, len(snippets), path)
            for snippet in snippets:
                subprocess.run([sys.executable, "-c", snippet], check=True, stdout=subprocess.PIPE)

    def test_versions_agree(self):
        project = tomllib.loads((PACKAGE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        self.assertEqual(project["version"], coopgen.__version__)
        self.assertIn(f"<Version>{coopgen.__version__}</Version>", (ROOT / "Directory.Build.props").read_text(encoding="utf-8"))
        header = (ROOT / "runtime" / "CoopGen.Native" / "coopgen.h").read_text(encoding="utf-8")
        self.assertIn(f"#define COOPGEN_VERSION {_native.VERSION}\n", header)
        statuses = {int(number): name.lower() for name, number in re.findall(r"#define COOPGEN_(\w+) (\d+)", header) if name not in ("VERSION", "OK")}
        self.assertEqual(_native.STATUSES, statuses)

    def test_every_declared_function_is_read(self):
        header = (ROOT / "runtime" / "CoopGen.Native" / "coopgen.h").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"\bcoopgen_(\w+)\(", re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL))), {name for name, *_ in _native._declared()})

    @unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy cannot be imported")
    def test_types_are_strict(self):
        checked = subprocess.run([sys.executable, "-m", "mypy", "--cache-dir", "/dev/null"], cwd=PACKAGE, capture_output=True, text=True)
        self.assertEqual(0, checked.returncode, checked.stdout)


if __name__ == "__main__":
    unittest.main()
