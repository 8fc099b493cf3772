"""Whether answers are of the form that `schemas/` promises, and consistent where a schema cannot say so."""

import io
import re
import zipfile
from functools import cache

from django.conf import settings
from lxml import etree

from evidence.blobs import BlobStore
from evidence.models import AnswerFile

_STRUCTURES = {
    "{urn:guichet:presence:1}PresenceBatchResult": "ciar",
    "{urn:guichet:presence:1}PresenceValidationNotice": "ciav",
}


@cache
def answer_schema(structure: str) -> etree.XMLSchema:
    (path,) = settings.GUICHET.schemas.glob(f"{structure}/*/*.xsd")
    return etree.XMLSchema(etree.parse(path))


def require_valid_answer(content: bytes) -> etree._Element:
    """Return the root of the answer; AssertionError or DocumentInvalid when it is not as promised."""
    root = etree.fromstring(content)
    answer_schema(_STRUCTURES.get(root.tag, root.tag.lower())).assertValid(root)
    for form in root.iterfind("Form"):
        result = form.find("ReceptionResult" if root.tag == "ACRF" else "HandlingResult")
        is_refused = result.findtext("ResultCode") == "0"
        assert not is_refused or result.findall(".//ErrorID"), "a refusal without a code"
        assert root.tag == "NOTIFICATION" or is_refused == bool(result.findall("ErrorID"))
        classes = {report.findtext("AnomalyClass") for report in result.iterfind("AnomalyReport")}
        assert root.tag == "ACRF" or is_refused == ("B" in classes)
        assert all(report.findtext("AnomalyLabel") for report in result.iterfind("AnomalyReport")), "no label"
    return root


def standing_at(line: str, column: str, path: str, payload: bytes) -> str:
    """Return the name of the element at the path, whose start tag must begin at the line and column."""
    root, *steps = map(int, path.split(","))
    assert root == 1
    element = etree.fromstring(payload, etree.XMLParser(remove_comments=True, remove_pis=True))
    for step in steps:
        element = element[step - 1]
    there = payload.decode().split("\n")[int(line) - 1][int(column) - 1 :]
    assert re.match(f"<{element.tag}[ >]", there)
    return element.tag


def read_content(name: str, content: bytes) -> bytes:
    """Return the XML of an FO or CO file."""
    if name.startswith("FO."):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (entry,) = archive.infolist()
        assert entry.filename == f"FO{name[2:]}"
        return archive.read(entry)


def require_all_valid(blobs: BlobStore) -> None:
    """Check every answer that stands in the outboxes, or stood there."""
    for file in AnswerFile.objects.filter(name__regex="^(FO|CO)"):
        with blobs.open(file.blob_id) as content:
            require_valid_answer(read_content(file.name, content.read()))
