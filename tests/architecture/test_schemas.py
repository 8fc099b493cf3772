import tomllib

import pytest
from lxml import etree

from tests.architecture.repository import ROOT, shown, tracked_files
from validators.schemas import SchemaLibrary

SCHEMAS = ROOT / "schemas"
VERSIONS = sorted(path for path in SCHEMAS.glob("*/*") if path.is_dir())
FETCHING = ("import", "include", "redefine", "override")


def test_there_are_schemas() -> None:
    assert {path.parent.name for path in VERSIONS} >= {"acrf", "dimona", "notification"}


@pytest.mark.parametrize("version", VERSIONS, ids=shown)
def test_version_says_where_it_comes_from(version) -> None:
    assert len((version / "ORIGIN.md").read_text(encoding="utf-8").splitlines()) > 1


@pytest.mark.parametrize("version", VERSIONS, ids=shown)
def test_manifest_names_the_version_and_its_dates(version) -> None:
    manifest = tomllib.loads((version / "manifest.toml").read_text(encoding="utf-8"))
    assert (manifest["structure"], manifest["version"]) == (version.parent.name, version.name)
    assert (version / manifest["definition"]).is_file()
    assert manifest["dates"]["opens"] is not None


@pytest.mark.parametrize("version", SchemaLibrary(SCHEMAS).versions, ids=lambda version: version.structure)
def test_schema_stands_alone(version) -> None:
    tree = etree.parse(version.definition, etree.XMLParser(no_network=True, resolve_entities=False))
    fetching = [node.tag for name in FETCHING for node in tree.iter(f"{{http://www.w3.org/2001/XMLSchema}}{name}")]
    assert fetching == []


def test_every_schema_file_belongs_to_a_version() -> None:
    held = [path for path in tracked_files() if shown(path).startswith("schemas/")]
    assert [shown(path) for path in held if path.parent not in VERSIONS] == []
