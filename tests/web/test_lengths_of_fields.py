"""A text that a message may hold fits into the column that keeps it, and is as long in files as over REST."""

import pytest
from django.db.models import Model
from lxml import etree
from pydantic import BaseModel

from channels.web.presence.given import CaptureGiven, CorrectionGiven, EvidenceGiven, PresenceGiven
from registers.checkins.models import Correction, CorrectionEvidence, Presence
from tests.architecture.repository import ROOT

SCHEMA = etree.parse(ROOT / "schemas" / "ciao" / "1" / "ciao.xsd")
XS = "{http://www.w3.org/2001/XMLSchema}"


def longest_in_messages(message: type[BaseModel], field: str) -> int:
    schema = message.model_json_schema(by_alias=False)["properties"][field]
    return next(one["maxLength"] for one in schema.get("anyOf", [schema]) if "maxLength" in one)


def longest_in_files(type_name: str) -> int:
    (length,) = SCHEMA.findall(f".//{XS}simpleType[@name='{type_name}']//{XS}maxLength")
    return int(length.get("value"))


def longest_in_columns(table: type[Model], column: str) -> int:
    return table._meta.get_field(column).max_length


KEPT = [
    (EvidenceGiven, "file_name", "FileName", CorrectionEvidence, "file_name"),
    (CorrectionGiven, "justification", "Justification", Correction, "justification"),
    (PresenceGiven, "client_presence_registration_reference", "ClientReference", Presence, "reference"),
    (CaptureGiven, "device_id", "DeviceId", Presence, "device"),
]


@pytest.mark.parametrize(("message", "field", "type_name", "table", "column"), KEPT, ids=[one[1] for one in KEPT])
def test_a_text_is_as_long_everywhere_and_fits(message, field, type_name, table, column):
    assert longest_in_messages(message, field) == longest_in_files(type_name) <= longest_in_columns(table, column)
