"""Read a printed paper as a screen reader does: its tree of tags, and the text that each of its marks holds on the page."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ContentStream, DictionaryObject

_MAPPED = re.compile(rb"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>(?: <([0-9a-fA-F]+)>)?")
_SHOWN = (b"Tj", b"TJ", b"'", b'"')


@dataclass(frozen=True)
class Tag:
    """An element of the tree: its role, and what it holds, text or elements, in the order of reading."""

    role: str
    held: list["Tag | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that is read within it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.held)

    def of(self, *roles: str) -> Iterator["Tag"]:
        """Yield the elements with one of the roles below this one, in the order of reading."""
        for part in self.held:
            if isinstance(part, Tag):
                if part.role in roles:
                    yield part
                yield from part.of(*roles)


@dataclass(frozen=True)
class ReadPaper:
    """A paper as it is read: its tree, what stands on its page without a mark of the tree, what is marked as decoration."""

    catalog: DictionaryObject
    metadata: str
    tree: Tag
    unmarked: str
    decoration: list[bytes]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The elements that are read one after the other, each with its role and text."""
        return [(tag.role, tag.text) for tag in self.tree.of("H1", "H2", "P", "Lbl", "LBody")]


def read_paper(pdf: bytes) -> ReadPaper:
    """Return a paper of one page as it is read aloud."""
    reader = PdfReader(io.BytesIO(pdf))
    catalog = reader.root_object
    (page,) = reader.pages
    marked, unmarked, decoration = _texts_of(page, reader)
    root = catalog["/StructTreeRoot"]
    tree = Tag("", [_tag(child.get_object(), marked) for child in _listed(root["/K"])])
    unmarked += "".join(marked.values())
    return ReadPaper(catalog, catalog["/Metadata"].get_data().decode(), tree, unmarked, decoration)


def _listed(value: Any) -> list[Any]:
    held = value.get_object()
    return held if isinstance(held, list) else [value]


def _tag(element: DictionaryObject, marked: dict[int, str]) -> Tag:
    held: list[Tag | str] = []
    for child in _listed(element["/K"]) if "/K" in element else []:
        value = child.get_object()
        if isinstance(value, int):
            held.append(marked.pop(value))
        elif value.get("/Type") == "/MCR":
            held.append(marked.pop(value["/MCID"]))
        elif value.get("/Type") != "/OBJR":
            held.append(_tag(value, marked))
    return Tag(element["/S"].removeprefix("/"), held)


def _texts_of(page: DictionaryObject, reader: PdfReader) -> tuple[dict[int, str], str, list[bytes]]:
    """Return the text of each mark by its number, text outside of all marks, and what is drawn as decoration."""
    letters = {name: _letters(font.get_object()) for name, font in page["/Resources"]["/Font"].items()}
    marked: dict[int, str] = {}
    unmarked, decoration = "", []
    open_marks: list[int | str] = []
    shown_with: dict[bytes, str] = {}
    for operands, operator in ContentStream(page["/Contents"].get_object(), reader).operations:
        if operator == b"Tf":
            shown_with = letters[operands[0]]
        elif operator in (b"BMC", b"BDC"):
            number = operands[1].get("/MCID") if operator == b"BDC" else None
            open_marks.append(operands[0] if number is None else int(number))
            marked.update({} if number is None else {int(number): ""})
        elif operator == b"EMC":
            open_marks.pop()
        elif operator in _SHOWN:
            text = _text(operands[-1], shown_with)
            number = next((mark for mark in reversed(open_marks) if isinstance(mark, int)), None)
            if number is None:
                unmarked += text
            else:
                marked[number] += text
        elif "/Artifact" in open_marks:
            decoration.append(operator)
        elif operator in (b"f", b"f*", b"S", b"s", b"B", b"b", b"Do"):
            unmarked += f"[{operator.decode()}]"
    return marked, unmarked, decoration


def _letters(font: DictionaryObject) -> dict[bytes, str]:
    """Return which letters a font's glyphs stand for, as it tells those who copy or read aloud."""
    told: dict[bytes, str] = {}
    for first, second, third in _MAPPED.findall(font["/ToUnicode"].get_data()):
        code, last, text = (first, second, third) if third else (first, first, second)
        for step in range(int(last, 16) - int(code, 16) + 1):
            letter = bytes.fromhex(text.decode()).decode("utf-16-be")
            told[(int(code, 16) + step).to_bytes(2, "big")] = letter[:-1] + chr(ord(letter[-1]) + step)
    return told


def _text(shown: Any, letters: dict[bytes, str]) -> str:
    parts = [shown] if isinstance(shown, str | bytes) else [part for part in shown if isinstance(part, str | bytes)]
    glyphs = b"".join(part if isinstance(part, bytes) else part.original_bytes for part in parts)
    return "".join(letters.get(glyphs[start : start + 2], "�") for start in range(0, len(glyphs), 2))
