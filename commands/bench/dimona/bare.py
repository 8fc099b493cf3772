"""The bare rig: parse, validate, COPY and upsert the forms of a payload, and nothing else."""

import mmap
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

import psycopg
from lxml import etree

from validators.cutting import CutPayload, Piece, cut_payload
from validators.schemas import SchemaVersion

_TABLES = """
DROP TABLE IF EXISTS bench_staged, bench_filed;
CREATE UNLOGGED TABLE bench_staged (
    student text, employer text, starting date, ending date, hours smallint, commission text, kind text);
CREATE TABLE bench_filed (
    student text, employer text, starting date, ending date, hours smallint, commission text, kind text,
    PRIMARY KEY (student, employer, starting));
"""
_UPSERT = """
INSERT INTO bench_filed SELECT * FROM bench_staged ORDER BY student, starting
ON CONFLICT (student, employer, starting) DO UPDATE SET hours = excluded.hours, ending = excluded.ending
"""
_PATHS = (
    "DimonaIn/NaturalPerson/INSS",
    "DimonaIn/EmployerId/NOSSRegistrationNbr",
    "DimonaIn/StartingDate",
    "DimonaIn/EndingDate",
    "DimonaIn/PlannedHoursNbr",
    "DimonaIn/DimonaFeatures/JointCommissionNbr",
    "DimonaIn/DimonaFeatures/WorkerType",
)


def file_barely(payload: Path, *, schema: SchemaVersion, database_url: str, workers: Executor) -> int:
    """Return how many forms of `payload` were filed; the tables are made anew before."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(_TABLES)
    with payload.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        cut = cut_payload(content, prolog_bytes=65536)
    if cut is None:
        raise ValueError("the payload of a bench can be cut")
    bare = CutPayload(cut.opening, cut.closing, ())
    list(workers.map(partial(_copy_piece, payload, bare, schema, database_url), cut.pieces))
    with psycopg.connect(database_url) as connection:
        return connection.execute(_UPSERT).rowcount


def _copy_piece(payload: Path, cut: CutPayload, schema: SchemaVersion, database_url: str, piece: Piece) -> None:
    with payload.open("rb") as file:
        file.seek(piece.start)
        root = etree.fromstring(cut.opening + file.read(piece.end - piece.start) + cut.closing)
    compiled = schema.compiled()
    compiled.assertValid(root)
    with (
        psycopg.connect(database_url) as connection,
        connection.cursor() as cursor,
        cursor.copy("COPY bench_staged FROM STDIN") as copy,
    ):
        for form in root:
            copy.write_row(_values(form))


def _values(form: etree._Element) -> Sequence[str | None]:
    return [form.findtext(path) for path in _PATHS]
