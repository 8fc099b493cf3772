"""Which schema a payload's schema name stands for, and when."""

import io
import shutil
from datetime import date
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from domain.refusals import Refusal
from domain.student_declarations import DECLARED_COMMISSIONS
from tests.validators.payloads import LIBRARY, a_form, a_payload
from validators.frames import check_frame
from validators.schemas import SchemaLibrary

KEPT = Path(LIBRARY.versions[0].definition).parents[2]


def finds(library: SchemaLibrary, name: str, *, on: date, message: str = "DIMN") -> bool:
    try:
        library.find(name, message=message, on=on)
    except Refusal as refusal:
        return str(refusal.code) != "ACRF-137"
    return True


def a_library(tmp_path: Path, old: str, new: str) -> SchemaLibrary:
    """Copy the Dimona schema, with one line of its manifest changed."""
    folder = tmp_path / "dimona" / "20231"
    shutil.copytree(KEPT / "dimona" / "20231", folder)
    manifest = folder / "manifest.toml"
    text = manifest.read_text(encoding="utf-8")
    assert old in text
    manifest.write_text(text.replace(old, new), encoding="utf-8")
    return SchemaLibrary(tmp_path)


@pytest.mark.parametrize("quarter", ["20222", "20231", "20232", "20254", "20261", "20262", "20263"])
def test_a_published_quarter_and_all_up_to_the_next_stand_for_the_structure(quarter: str) -> None:
    assert finds(LIBRARY, f"Dimona_{quarter}.xsd", on=date(2026, 4, 1))


@pytest.mark.parametrize("quarter", ["20221", "20264"])
def test_quarters_before_the_first_and_after_the_next_do_not(quarter: str) -> None:
    assert not finds(LIBRARY, f"Dimona_{quarter}.xsd", on=date(2026, 4, 1))


def test_the_name_of_the_next_quarter_opens_with_the_day() -> None:
    assert not finds(LIBRARY, "Dimona_20263.xsd", on=date(2026, 3, 31))
    assert finds(LIBRARY, "Dimona_20263.xsd", on=date(2026, 4, 1))


@pytest.mark.parametrize("quarter", ["20222", "20254", "20262", "20264"])
def test_a_name_that_was_taken_once_closes_by_no_calendar(quarter: str) -> None:
    assert finds(LIBRARY, f"Dimona_{quarter}.xsd", on=date(2031, 5, 5))


def test_a_structure_that_another_follows_ends_with_its_last_quarter(tmp_path: Path) -> None:
    library = a_library(tmp_path, '# last_quarter = "YYYYQ" ', 'last_quarter = "20262" ')
    assert finds(library, "Dimona_20262.xsd", on=date(2026, 4, 1))
    assert not finds(library, "Dimona_20263.xsd", on=date(2026, 4, 1))


@pytest.mark.parametrize(
    "name",
    [
        "Dimona_20231",
        "dimona_20231.xsd",
        "Dimona_20235.xsd",
        "Dimona_20231.xsd ",
        "Dimona_20231.xsd\n",
        "Dimona_2023\u0661.xsd",
        "./Dimona_20231.xsd",
        "/etc/Dimona_20231.xsd",
        "https://example.org/Dimona_20231.xsd",
        "Dimona_20231.xsd#x",
        "",
    ],
)
def test_only_a_bare_file_name_is_a_schema_name(name: str) -> None:
    assert not finds(LIBRARY, name, on=date(2025, 6, 27))


def test_declarations_name_the_commissions_of_their_schema() -> None:
    (dimona,) = (version for version in LIBRARY.versions if version.structure == "dimona")
    kept = etree.parse(dimona.definition).xpath("//*[@name='JointCommission']//@value")

    assert set(kept) - {"XXX"} == DECLARED_COMMISSIONS


def test_a_name_belongs_to_one_purpose() -> None:
    assert not finds(LIBRARY, "Dimona_20231.xsd", message="DMFA", on=date(2025, 6, 27))


def test_nothing_is_taken_before_the_opening_day() -> None:
    assert not finds(LIBRARY, "Dimona_20222.xsd", on=date(2022, 3, 31))
    assert finds(LIBRARY, "Dimona_20222.xsd", on=date(2022, 4, 1))


def test_a_closing_date_closes_every_name_from_that_day_on(tmp_path: Path) -> None:
    library = a_library(tmp_path, "# closes = YYYY-MM-DD ", "closes = 2026-01-01 ")
    assert finds(library, "Dimona_20231.xsd", on=date(2025, 12, 31))
    assert not finds(library, "Dimona_20231.xsd", on=date(2026, 1, 1))
    assert not finds(library, "Dimona_20261.xsd", on=date(2026, 1, 1))


def test_one_name_can_close_alone(tmp_path: Path) -> None:
    library = a_library(tmp_path, "# Dimona_20222 = YYYY-MM-DD", "Dimona_20222 = 2026-01-01")
    assert finds(library, "Dimona_20222.xsd", on=date(2025, 12, 31))
    assert not finds(library, "Dimona_20222.xsd", on=date(2026, 1, 1))
    assert finds(library, "Dimona_20231.xsd", on=date(2026, 1, 1))


def test_a_library_without_a_manifest_is_a_fault_of_the_installation(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no schema manifest"):
        SchemaLibrary(tmp_path)


def test_an_incomplete_manifest_is_a_fault_of_the_installation(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        a_library(tmp_path, 'root = "Dimona"', "")


@pytest.mark.parametrize("version", LIBRARY.versions, ids=lambda version: version.structure)
def test_every_version_compiles_in_two_implementations_and_tells_its_origin(version: object) -> None:
    (found,) = (kept for kept in LIBRARY.versions if kept is version)
    assert found.compiled() is found.compiled()
    assert found.root in xmlschema.XMLSchema(found.definition).elements
    assert (found.definition.parent / "ORIGIN.md").read_text(encoding="utf-8").startswith("# Where this schema comes")
    assert found.definition.parent.name == found.version
    assert found.definition.parents[1].name == found.structure


PRESENCE = """
structure = "presence"
version = "1"
message = "ACCS"
root = "Presences"
namespace = "urn:guichet:presence:1"
definition = "presence.xsd"

[dates]
opens = 2026-01-01
closes = 2027-01-01
"""


@pytest.fixture
def with_presences(tmp_path: Path) -> SchemaLibrary:
    """A library with Dimona and a message that is named by its namespace."""
    folder = tmp_path / "presence" / "1"
    folder.mkdir(parents=True)
    (folder / "manifest.toml").write_text(PRESENCE, encoding="utf-8")
    return a_library(tmp_path, "", "")


def framed(library: SchemaLibrary, payload: bytes, *, message: str = "ACCS", on: date = date(2026, 7, 1)) -> str:
    try:
        return str(check_frame(io.BytesIO(payload), message=message, schemas=library, on=on).forms)
    except Refusal as refusal:
        return refusal.code.removeprefix("ACRF-")


def a_presence(
    namespace: str = ' xmlns="urn:guichet:presence:1"', *, root: str = "Presences", attributes: str = ""
) -> bytes:
    forms = f"<Form><Site>{'x' * 80}</Site></Form>" * 2
    return f"<{root}{namespace}{attributes}>{forms}</{root}>".encode()


LOCATED = ' xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:schemaLocation="urn:guichet:presence:1 x.xsd"'


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (a_presence(), "2"),
        (a_presence(attributes=LOCATED), "2"),
        (a_presence(""), "139"),
        (a_presence(' xmlns="urn:guichet:presence:2"'), "139"),
        (a_presence(' xmlns=""'), "139"),
        (a_payload(a_form()), "139"),
        (a_presence(root="Presence"), "089"),
        (a_presence(attributes=' version="1"'), "274"),
        (a_presence().replace(b"<Form>", b'<Form xmlns="">', 1), "205"),
    ],
)
def test_a_message_named_by_namespace_is_in_it(with_presences: SchemaLibrary, payload: bytes, told: str) -> None:
    assert framed(with_presences, payload) == told


@pytest.mark.parametrize(
    ("day", "told"), [(date(2025, 12, 31), "139"), (date(2026, 12, 31), "2"), (date(2027, 1, 1), "139")]
)
def test_a_namespace_is_open_on_its_days(with_presences: SchemaLibrary, day: date, told: str) -> None:
    assert framed(with_presences, a_presence(), on=day) == told


def test_a_message_named_by_namespace_under_another_purpose_is_not_what_the_name_says(
    with_presences: SchemaLibrary,
) -> None:
    assert framed(with_presences, a_presence(), message="DIMN") == "158"


def test_a_namespace_of_another_message_names_no_version() -> None:
    assert framed(LIBRARY, a_presence()) == "139"


def test_a_manifest_may_allow_one_form_a_file(tmp_path: Path) -> None:
    library = a_library(tmp_path, 'root = "Dimona"', 'root = "Dimona"\nmax_forms = 1')
    day = date(2025, 6, 27)
    assert framed(library, a_payload(a_form()), message="DIMN", on=day) == "1"
    assert framed(library, a_payload(a_form(), a_form()), message="DIMN", on=day) == "246"
