"""The languages in which the counter speaks to a sender."""

from enum import StrEnum


class Language(StrEnum):
    """Dutch, French, German and English, by their ISO 639-1 codes."""

    NL = "nl"
    FR = "fr"
    DE = "de"
    EN = "en"
