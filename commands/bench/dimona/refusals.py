"""Break a large payload in many ways; measure what refusing it takes, from the GO to the acknowledgement."""

import mmap
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from lxml import etree

from commands.bench.footprints import forget_peaks, peak_megabytes

if TYPE_CHECKING:
    from datetime import datetime

    from commands.bench.dimona.deliveries import Deliveries
    from ingest.work import Counter

_MEGABYTE = 1024 * 1024
_OPENING, _CLOSING = b"<Denomination>", b"</Denomination>"


@dataclass(frozen=True, slots=True)
class Refused:
    """What refusing one payload took: seconds, and the largest resident set of any process of ours in MB."""

    seconds: float
    peak_mb: float


def _cut_off(content: mmap.mmap) -> None:
    content.resize(len(content) - 100)


def _replace(old: bytes, new: bytes, content: mmap.mmap, *, share: float) -> None:
    """Write `new`, as long as `old`, over the first `old` after that share of the payload."""
    start = content.find(old, int(len(content) * share))
    content[start : start + len(old)] = new.ljust(len(old))


def _rename_root(content: mmap.mmap) -> None:
    _replace(b"<Dimona ", b"<Dimone ", content, share=0)
    _replace(b"</Dimona>", b"</Dimone>", content, share=0.99)


def _nest(content: mmap.mmap) -> None:
    start = content.find(_OPENING, int(len(content) * 0.99)) + len(_OPENING)
    end = content.find(b"</StudentPlaceOfWork>", start)
    content[start - len(_OPENING) : end] = (b"<a>" * 20 + b"</a>" * 20).ljust(end - start + len(_OPENING))


def _fill(unit: bytes, content: mmap.mmap, *, share: float, size: int) -> None:
    """Fill a text after that share of the payload with so many bytes of `unit`; it ends where a later text ended."""
    start = content.find(_OPENING, int(len(content) * share)) + len(_OPENING)
    end = content.find(_CLOSING, start + size)
    if end < 0:
        end = content.rfind(_CLOSING)
    content[start:end] = (unit * ((end - start) // len(unit))).ljust(end - start)


FAULTS: Mapping[str, tuple[str, Callable[[mmap.mmap], None]]] = MappingProxyType(
    {
        "cut off at its end": ("ACRF-102", _cut_off),
        "not UTF-8 in the middle": ("ACRF-102", partial(_replace, b"Kouter", b"Ko\xffter", share=0.5)),
        "not UTF-8 at its end": ("ACRF-102", partial(_replace, b"Kouter", b"Ko\xffter", share=0.999)),
        "an entity at its end": ("ACRF-102", partial(_replace, b"Kouter", b"&tree;", share=0.999)),
        "another root": ("ACRF-089", _rename_root),
        "a form too deep at its end": ("ACRF-312", _nest),
        "a long text in the middle": ("ACRF-184", partial(_fill, b"x", share=0.5, size=2 * _MEGABYTE)),
        "one text as long as the payload": ("ACRF-184", partial(_fill, b"x", share=0, size=1024 * _MEGABYTE)),
        "elements in the middle": ("ACRF-184", partial(_fill, b"<a/>", share=0.5, size=40 * _MEGABYTE)),
        "elements as many as the payload holds": ("ACRF-184", partial(_fill, b"<a/>", share=0, size=1024 * _MEGABYTE)),
    }
)
"""How a payload is broken, and by which code it is refused.

A payload keeps its 190 MB, since one above 256 MB is refused at the door and never read. So the two that ask for 1 GB fill it from
its first workplace to its last: 190 MB of one text, and some 47 million elements of four bytes.
"""


def measure_refusals(
    sound: Path, *, deliveries: "Deliveries", counter: "Counter", now: Callable[[], "datetime"]
) -> dict[str, Refused]:
    """Return what refusing the payload `sound` took, by how it was broken; ValueError when one was not refused."""
    figures = {}
    for name, (code, spoil) in FAULTS.items():
        broken = sound.with_suffix(".broken")
        shutil.copyfile(sound, broken)
        with broken.open("r+b") as file, mmap.mmap(file.fileno(), 0) as content:
            spoil(content)
        go = deliveries.upload(broken, at=now())
        forget_peaks()
        began = time.perf_counter()
        deliveries.go(go)
        counter.work_once("bench")
        figures[name] = Refused(time.perf_counter() - began, peak_megabytes())
        if (codes := _newest_codes(counter)) != [code]:
            raise ValueError(f"a payload with {name} was answered with {codes}")
        if any(counter.desk.payloads.files.list_kept()):
            raise ValueError(f"a payload with {name} left something behind")
    return figures


def _newest_codes(counter: "Counter") -> list[str | None]:
    from evidence.models import AnswerFile  # noqa: PLC0415 - Django is set up by then

    blob = AnswerFile.objects.filter(name__startswith="FO.ACRF").latest("answer_id").blob_id
    with counter.desk.payloads.blobs.open(blob or "") as content:
        return [element.text for element in etree.parse(content).iter("ErrorID")]
