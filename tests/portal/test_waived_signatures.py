"""A company sees of which of its senders the operator asks for no signatures over the web service."""

import pytest

from channels.configuring.unsigned_sets import waive_signatures
from channels.models import SenderChannel
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
