"""What lets a tab show again, without a connection, who is at a work place: it knows nobody and reaches nothing else."""

import pytest
from django.test import Client

from tests.portal.checkins.acting import did
from tests.portal.checkins.conftest import PLACE, Visitor

pytestmark = pytest.mark.django_db
LIVE = f"/presences/work-places/{PLACE}/live"


def test_the_page_that_stands_in_for_the_list_is_the_same_for_everybody(employer: Visitor, worker: Visitor, place):
    did(worker, "in")
    assert "Diaz" in employer.text(LIVE)
    page = Client().get("/presences/work-places/offline", secure=True).content.decode()
    for hidden in ("Diaz", PLACE, "csrfmiddlewaretoken"):
        assert hidden not in page


def test_the_script_before_the_list_reaches_what_lies_beside_it_alone():
    answer = Client().get("/presences/work-places/worker.js", secure=True)
    assert "Service-Worker-Allowed" not in answer
    assert answer["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_what_stands_in_speaks_the_language_of_the_list(employer: Visitor, place, language: str):
    assert f'"/presences/work-places/offline?language={language}"' in employer.text(f"{LIVE}?language={language}")


def test_the_list_warns_until_the_tab_can_show_it_again(employer: Visitor, place):
    """Its script says otherwise once that is so."""
    page = employer.text(LIVE)
    assert "<span data-is-lost>Without a connection this list is gone" in page
    assert "<span data-is-kept hidden>" in page
