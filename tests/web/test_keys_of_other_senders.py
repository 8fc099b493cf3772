"""The key that a sender gave a check-in is told to no other sender, by whatever way it asks."""

from dataclasses import replace

import zeep
from django.conf import settings

from domain.checkins.items import DayPresence, Employer, Worker
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from portal.check_ins import CheckInsOfSenders
from tests.dimona_files import EMPLOYER_COMPANY
from tests.web.conftest import SITE, Web, now
from tests.web.test_check_ins_at_the_counter import INSS, a_caller, a_presence, search


def test_no_answer_tells_the_key_of_another_sender(counter: Web, client: zeep.Client):
    item = DayPresence(Worker(INSS), Employer(EMPLOYER_COMPANY), SITE, reference="THEIRS")
    environment, at = Environment.PRODUCTION, now()
    theirs = CheckInsOfSenders(replace(settings.GUICHET, home=counter.server.home))
    (brought,) = theirs.take(
        [item], caller=a_caller("654321"), environment=environment, channel=ClockingChannel.WS, received_at=at
    )
    number = brought.registration.id
    (again,) = client.service.registerPresences(
        PresenceRegistrationRequest=[a_presence(ClientPresenceRegistrationReference="OURS")]
    )
    one = client.service.getPresenceRegistration(GetPresenceRegistrationRequest={"PresenceRegistrationId": number})
    (found,) = search(counter, ssin=INSS).json()["items"]
    (gone,) = client.service.cancelPresences(
        CancelPresenceRequest=[{"PresenceRegistrationId": number, "CancellationReason": "DISEASE"}]
    )

    told = again.PresenceRegistration.PresenceRegistrationSubmitted
    assert told.ClientPresenceRegistrationReference == "OURS"
    assert "THEIRS" not in f"{again}{one}{found}{gone}"
    assert [found["id"], gone.PresenceRegistration.PresenceRegistrationId] == [number, number]
