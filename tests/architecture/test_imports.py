import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

from tests.architecture.repository import OUR_NAMES, ROOMS, ROOT, imported_names, modules, parsed, saying, shown

OUR_DISTRIBUTION = "guichet"


def test_import_contracts_hold() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run([program, "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_every_room_is_under_contract() -> None:
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    roots = next(line for line in settings.splitlines() if line.startswith("root_packages"))
    assert [room for room in ROOMS if f'"{room}"' not in roots] == []


def test_every_package_at_the_top_is_a_known_room() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(ROOMS)


def test_vocabulary_needs_nothing_but_python() -> None:
    foreign = {
        f"{shown(path)} imports {name}"
        for path in modules("domain")
        for name in imported_names(parsed(path))
        if name.partition(".")[0] not in {"domain", *sys.stdlib_module_names}
    }
    assert foreign == set()


def test_nothing_imports_the_dags_or_the_tests() -> None:
    wrong = {
        f"{shown(path)} imports {name}"
        for path in saying({"dags", "tests"}, modules(*ROOMS))
        for name in imported_names(parsed(path))
        if name.partition(".")[0] in {"dags", "tests"}
    }
    assert wrong == set()


def test_no_other_distribution_owns_one_of_our_names() -> None:
    owners = packages_distributions()
    taken = {name: sorted(set(owners[name]) - {OUR_DISTRIBUTION}) for name in OUR_NAMES if name in owners}
    assert {name: others for name, others in taken.items() if others} == {}


def test_dags_and_tests_are_no_packages() -> None:
    made = [shown(path) for folder in ("dags", "tests") for path in (ROOT / folder).rglob("__init__.py")]
    assert made == []
