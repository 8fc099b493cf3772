import re
import tomllib

import pytest
from lxml import etree

from tests.architecture.repository import ROOT, shown, tracked_files
from validators.schemas import SchemaLibrary

SCHEMAS = ROOT / "schemas"
VERSIONS = sorted(path for path in SCHEMAS.glob("*/*") if path.is_dir())
CHECK_INS = ("ciao", "ciar", "ciav")
STRUCTURE = "{http://www.w3.org/2001/XMLSchema}"
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


@pytest.mark.parametrize("structure", CHECK_INS)
def test_the_order_of_elements_names_every_one_there_is(structure: str) -> None:
    """Programs are written by it; of an attribute the sign `@` stands before the name."""
    version = SCHEMAS / structure / "1"
    told = (version / "ORIGIN.md").read_text(encoding="utf-8").split("```")[1]
    definition = etree.parse(version / f"{structure}.xsd", etree.XMLParser(no_network=True, resolve_entities=False))
    elements = {node.get("name") for node in definition.iter(f"{STRUCTURE}element")} - {None}
    attributes = {f"@{node.get('name')}" for node in definition.iter(f"{STRUCTURE}attribute")}
    assert (elements | attributes) - set(re.findall(r"@?[A-Za-z0-9]+", told)) == set()
