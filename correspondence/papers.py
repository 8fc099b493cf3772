"""Print papers as PDF that is read aloud as well as seen (PDF/UA-1), from a template of ours and values; knows no table.

What stands in a template as heading, paragraph or list is tagged as such; what merely decorates is an artifact.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeAlias

import typst
from font_source_sans_pro import font_directory

from domain.languages import Language

Told: TypeAlias = Mapping[str, str | int | Sequence[str]]
"""What a template is told: texts, numbers and lists of texts, by name."""

_ROOT = Path(__file__).resolve().parents[1]
"""The folder of our packages: templates import `/correspondence/paper.typ`, and read nothing above it."""


def print_paper(template: Path, told: Told, *, language: Language, at: datetime) -> bytes:
    """Return the PDF of a template, its fonts embedded; equal values at an equal instant (aware) give equal bytes.

    Values are text, never markup. The file tells the instant to the second. A letter that no typeface here has leaves a box;
    such a paper is tagged like the others, but does not say that it is PDF/UA, which wants every letter shown.
    """
    values = {"told": json.dumps(dict(told)), "language": language.value}
    compiler = typst.Compiler(template, root=_ROOT, font_paths=_typefaces(), sys_inputs=values)
    made_at = at.astimezone(UTC).replace(microsecond=0)
    try:
        printed = compiler.compile(format="pdf", timestamp=made_at, pdf_standards="ua-1")
    except typst.TypstError:
        printed = compiler.compile(format="pdf", timestamp=made_at)
    if not isinstance(printed, bytes):
        raise TypeError(f"a paper was printed as {type(printed).__name__}")
    return printed


@cache
def _typefaces() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[Path(font_directory)])
