"""A company sees of which of its senders the operator asks for no signatures over the web service."""

from dataclasses import replace
from typing import Any

import pytest

from channels.configuring.unsigned_sets import waive_signatures
from channels.models import Sender, SenderChannel
from domain.channels import Channel
from tests.portal.test_structured_reports import Visitor, main_of, now, visitor

__all__ = ["visitor"]
pytestmark = pytest.mark.django_db
WAIVED = {
    "nl": ("heeft de handtekeningen van deze verzender kwijtgescholden", "zonder handtekening via de webservice"),
    "fr": ("a dispensé cet expéditeur de signatures", "dispensé de signatures par le service web"),
    "de": ("hat diesem Absender die Signaturen erlassen", "Signaturen über den Webdienst erlassen"),
    "en": ("waived the signatures of this sender", "signatures waived over the web service"),
}


CERTIFICATES = {
    "nl": (
        "Bij elk bestand hoort",
        "Via de webservice mogen bestanden zonder handtekeningbestand komen",
        "zonder handtekeningbestand: webservice.",
    ),
    "fr": (
        "Chaque fichier est",
        "Par le service web, les fichiers peuvent venir sans",
        "sans fichier de signature\u00a0: service web.",
    ),
    "de": (
        "Zu jeder Datei gehört",
        "Über den Webdienst dürfen Dateien ohne Signaturdatei",
        "ohne Signaturdatei: Webdienst.",
    ),
    "en": (
        "Each file is accompanied",
        "Over the web service files may come without",
        "without signature files: web service.",
    ),
}


def add_sender_of_programs(visitor: Visitor) -> Sender:
    sender = visitor.add_sender()
    SenderChannel.objects.create(sender=sender, channel=Channel.WEB_SERVICE)
    return sender


@pytest.mark.parametrize(("language", "words"), CERTIFICATES.items(), ids=CERTIFICATES)
def test_the_page_of_its_certificates_says_which_files_are_signed(
    visitor: Visitor, language: str, words: tuple[str, str, str]
):
    path = f"/reports/{add_sender_of_programs(visitor).number}/certificates?language={language}"
    before = main_of(visitor.get(path))
    waive_signatures(Sender.objects.get(), actor="operator", at=now())
    after = main_of(visitor.get(path))

    assert [said in before for said in words[:2]] == [True, False]
    assert [said in after for said in words[:2]] == [False, True]


@pytest.mark.parametrize(("language", "words"), CERTIFICATES.items(), ids=CERTIFICATES)
def test_a_channel_that_forbids_signature_files_is_named_beside_the_certificates(
    visitor: Visitor, settings: Any, language: str, words: tuple[str, str, str]
):
    settings.GUICHET = replace(settings.GUICHET, unsigned_channels=frozenset({Channel.WEB_SERVICE, Channel.FTP}))
    sender = add_sender_of_programs(visitor)
    waive_signatures(sender, actor="operator", at=now())
    said = main_of(visitor.get(f"/reports/{sender.number}/certificates?language={language}"))

    assert words[2] in said
    assert (words[0] in said, words[1] in said) == (False, False)


def test_a_sender_without_a_certificate_is_told_which_files_would_be_refused(visitor: Visitor):
    sender = add_sender_of_programs(visitor)
    before = main_of(visitor.get(f"/reports/{sender.number}/certificates"))
    waive_signatures(sender, actor="operator", at=now())

    assert "files of this sender would be refused" in before
    assert "that need a signature file would be refused" in main_of(
        visitor.get(f"/reports/{sender.number}/certificates")
    )


@pytest.mark.parametrize(("language", "words"), WAIVED.items(), ids=WAIVED)
def test_a_sender_whose_signatures_are_waived_says_so_on_its_page_and_in_the_list(
    visitor: Visitor, language: str, words: tuple[str, str]
):
    sender = visitor.add_sender()
    SenderChannel.objects.create(sender=sender, channel=Channel.WEB_SERVICE)
    pages = [(f"/reports/{sender.number}?language={language}", words[0]), (f"/reports?language={language}", words[1])]
    before = [said in main_of(visitor.get(path)) for path, said in pages]
    waive_signatures(sender, actor="operator", at=now())

    assert (before, [said in main_of(visitor.get(path)) for path, said in pages]) == ([False] * 2, [True] * 2)


@pytest.mark.parametrize(("language", "words"), WAIVED.items(), ids=WAIVED)
def test_nothing_is_said_to_be_waived_where_the_counter_forbids_signature_files(
    visitor: Visitor, settings: Any, language: str, words: tuple[str, str]
):
    settings.GUICHET = replace(settings.GUICHET, unsigned_channels=frozenset({Channel.WEB_SERVICE}))
    sender = add_sender_of_programs(visitor)
    waive_signatures(sender, actor="operator", at=now())

    assert words[0] not in main_of(visitor.get(f"/reports/{sender.number}?language={language}"))
    assert words[1] not in main_of(visitor.get(f"/reports?language={language}"))


ASKED_FOR = {
    "nl": "zonder handtekeningbestand: FTP. Via andere kanalen blijven ze verplicht",
    "fr": "sans fichier de signature\u00a0: FTP. Par d’autres canaux, ils restent exigés",  # noqa: RUF001 - French spells so
    "de": "ohne Signaturdatei: FTP. Auf anderen Kanälen bleiben sie nötig",
    "en": "without signature files: FTP. Over other channels they are asked for",
}


@pytest.mark.parametrize(("language", "words"), ASKED_FOR.items(), ids=ASKED_FOR)
def test_a_channel_that_forbids_signature_files_is_not_among_those_that_ask_for_them(
    visitor: Visitor, settings: Any, language: str, words: str
):
    settings.GUICHET = replace(settings.GUICHET, unsigned_channels=frozenset({Channel.FTP}))
    sender = add_sender_of_programs(visitor)
    SenderChannel.objects.create(sender=sender, channel=Channel.FTP)
    waive_signatures(sender, actor="operator", at=now())

    assert words in main_of(visitor.get(f"/reports/{sender.number}?language={language}"))
