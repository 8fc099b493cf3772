import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.architecture.repository import OUR_NAMES, ROOMS, ROOT, imported_names, modules, parsed, shown, table_rows

REQUIREMENTS = ROOT / "requirements"
NAME = re.compile(r"\A([A-Za-z0-9][A-Za-z0-9._-]*)")


def normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def direct(file_name: str) -> set[str]:
    lines = (REQUIREMENTS / file_name).read_text(encoding="utf-8").splitlines()
    return {normalised(match[1]) for line in lines if (match := NAME.match(line))}


def explained() -> list[tuple[str, str]]:
    """Return the rows of the README's table of dependencies: those whose first cell is code in the section."""
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("\n## Dependencies\n")[2].partition("\n## ")[0]
    rows = table_rows(ROOT / "README.md")
    return [(row[0].strip("`"), row[1]) for row in rows if row[0].startswith("`") and f"| {row[0]} |" in section]


def test_every_direct_dependency_is_explained_once() -> None:
    names = [normalised(name) for name, _ in explained()]
    assert len(names) == len(set(names))
    assert set(names) == {name for path in REQUIREMENTS.glob("*.in") for name in direct(path.name)}


def test_every_explanation_gives_a_reason() -> None:
    assert [name for name, reason in explained() if len(reason.split()) < 2] == []


def test_every_direct_dependency_is_locked_with_a_hash() -> None:
    for name in ("app", "dev", "eid"):
        locked = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
        pinned = {
            normalised(match[1])
            for line in locked.splitlines()
            if (match := re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==\S+.*--hash=sha256:", line))
        }
        assert direct(f"{name}.in") - pinned == set(), name


def test_code_imports_only_what_it_declares() -> None:
    assert undeclared(modules(*ROOMS, "dags"), direct("app.in")) == set()


def test_the_agent_beside_a_card_reader_imports_only_what_its_own_list_declares() -> None:
    assert undeclared(modules("eid_agent"), direct("eid.in")) == set()


def test_tests_import_only_what_is_declared() -> None:
    assert undeclared(modules("tests"), direct("app.in") | direct("dev.in")) == set()


def undeclared(paths, declared: set[str]) -> set[str]:
    owners = packages_distributions()
    return {
        f"{shown(path)} imports {name}"
        for path in paths
        for name in {full.partition(".")[0] for full in imported_names(parsed(path))}
        if name not in {*OUR_NAMES, *sys.stdlib_module_names, "__future__"}
        and not declared & {normalised(owner) for owner in owners.get(name, ())}
    }


def test_licence_file_names_the_licence_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"SPDX-License-Identifier: {project['license']}" in (ROOT / "LICENSE").read_text(encoding="utf-8")
