"""The import check: what it lets through, what it finds, and that its table tells the design's order."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_imports import SIDES, TOWER, allowed, check, main


def build(root: Path, **files: str) -> Path:
    """Write a package with one file a keyword: `ir__core="..."` is ir/core.py, `api="..."` is api.py."""
    for name in ("ir", "kernel", "machine"):
        (root / name).mkdir()
        (root / name / "__init__.py").write_text("")
    (root / "__init__.py").write_text("")
    for name, text in files.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return root


@pytest.mark.parametrize(
    ("importer", "text"),
    [
        ("kernel__front", "import ast\nfrom cupola.ir import core"),
        ("kernel__front", "from cupola.ir.core import Block"),
        ("kernel__front", "from . import types\nfrom .types import _shared\nfrom ..ir import core"),
        ("kernel__front", "from cupola import __version__\nfrom cupola import ir\nimport cupola"),
        ("kernel__front", "from cupola.ir.core import __doc__"),
        ("cli__main", "from cupola.lab import bench\nfrom cupola.observe import trace"),
        ("lab__bench", "from cupola.observe import trace\nfrom cupola import VM"),
        ("observe__trace", "from cupola.language import Language"),
        ("api", "from cupola.languages import forth\nfrom cupola.observe import trace"),
    ],
)
def test_imports_going_down_pass(tmp_path: Path, importer: str, text: str) -> None:
    assert check(build(tmp_path, **{importer: text})) == []


@pytest.mark.parametrize(
    ("importer", "text", "line", "message"),
    [
        ("ir__core", "import os\nimport cupola.kernel.front", 2, "ir imports cupola.kernel.front"),
        ("ir__core", "from cupola import kernel", 1, "ir may import only ir, machine"),
        ("ir__core", "def f():\n    from cupola.kernel import front", 2, "ir imports cupola.kernel.front"),
        ("ir__core", "from ..kernel import front", 1, "ir imports cupola.kernel.front"),
        ("ir__core", "from .. import kernel", 1, "ir imports cupola.kernel"),
        ("ir__core", "importlib.import_module('cupola.kernel.front')", 1, "ir imports cupola.kernel.front"),
        ("ir__core", "from cupola import VM", 1, "ir imports cupola.VM"),
        ("ir__core", "from cupola.observe import trace", 1, "ir imports cupola.observe.trace"),
        ("observe__trace", "from cupola.lab import bench", 1, "observe imports cupola.lab.bench"),
        ("lab__bench", "from cupola.cli import main", 1, "lab imports cupola.cli.main"),
        ("languages__forth", "from cupola.lab import bench", 1, "languages imports cupola.lab.bench"),
        ("kernel__front", "from cupola.ir._table import define", 1, "_table is private to ir"),
        ("kernel__front", "from cupola.ir.core import _fresh", 1, "_fresh is private to ir"),
        ("shed__core", "import os", 1, "shed stands on no floor"),
    ],
)
def test_other_imports_are_found(tmp_path: Path, importer: str, text: str, line: int, message: str) -> None:
    (finding,) = check(build(tmp_path, **{importer: text}))
    path = tmp_path / (importer.replace("__", "/") + ".py")
    assert finding.startswith(f"{path}:{line}: ")
    assert message in finding


def test_the_roof_may_import_everything_and_the_ground_nothing() -> None:
    assert set(allowed(TOWER[0])) == {*TOWER, *SIDES}
    assert allowed(TOWER[-1]) == (TOWER[-1],)


def test_status_and_output_of_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = build(tmp_path, ir__core="import cupola.kernel")
    assert main([str(package)]) == 1
    assert "core.py:1: ir imports cupola.kernel: ir may import only ir, machine" in capsys.readouterr().out
    (package / "ir" / "core.py").write_text("")
    assert main([str(package)]) == 0
    assert main([str(tmp_path / "absent")]) == 2


def test_this_package_passes() -> None:
    assert main([]) == 0
