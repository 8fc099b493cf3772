"""A file that waited is taken by the mandates of its reception: an outage of ours makes no refusal of what was sound."""

from datetime import timedelta

import pytest

from domain.checkins.codes import RefusalCode
from registers.access.models import Entity, Mandate
from tests.checkin_files import a_batch, a_day_item, a_worker
from tests.checkin_items import COMPANY
from tests.counter_bench import NOON, make_entity
from tests.ingest.checkins.conftest import Site

CLIENT = "0448181966"
HOUR = timedelta(hours=1)
OF_THE_CLIENT = a_day_item(who=a_worker(company=CLIENT))


@pytest.fixture
def mandate(site: Site) -> Mandate:
    """Let the sender's company stand for a client."""
    return Mandate.objects.create(
        environment="R",
        principal=make_entity(name="Client", company=CLIENT, nsso="123456749"),
        mandatary=Entity.objects.get(environment="R", company_number=COMPANY),
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=NOON - timedelta(days=1),
        in_force_from=NOON - timedelta(days=1),
        created_by="test",
        source="OPERATOR",
    )


def end(mandate: Mandate, site: Site) -> None:
    now = site.bench.clock.now()
    mandate.state, mandate.ended_at, mandate.valid_until = "CLOSED", now, now
    mandate.save()


def test_a_file_that_waits_while_the_mandate_ends_is_registered(site: Site, mandate: Mandate) -> None:
    site.deliver(a_batch(OF_THE_CLIENT))
    site.bench.clock.advance(HOUR)
    end(mandate, site)
    site.bench.clock.advance(HOUR)
    site.bench.work()

    assert [told.codes for told in site.results()] == [()]


def test_a_file_that_comes_after_the_end_is_refused(site: Site, mandate: Mandate) -> None:
    end(mandate, site)
    site.bench.clock.advance(HOUR)

    (told,) = site.send(a_batch(OF_THE_CLIENT))
    assert (told.what, told.codes) == ("REFUSED", (str(RefusalCode.NO_MANDATE.value),))
