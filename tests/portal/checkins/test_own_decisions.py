"""Nobody looks into or decides on a correction that he asked for, or that is about himself."""

from datetime import datetime
from http import HTTPStatus

import pytest

from auth.models import OperatorRole
from auth.operators import give_role
from domain.assurance import AssuranceLevel, Means
from domain.brussels import BRUSSELS
from registers.checkins.models import Correction, CorrectionEvidence
from tests.portal.checkins.conftest import sign_in
from tests.portal.checkins.test_corrections import ask
from tests.portal.conftest import token_in

pytestmark = pytest.mark.django_db


def test_who_asked_does_not_look_into_it(employer, event):
    ask(employer, f"/presences/{event.number}/correction")
    give_role(employer.login, OperatorRole.SUPPORT, at=datetime.now(BRUSSELS), actor="test")
    path = f"/decisions/{Correction.objects.get().number}/take-up"
    token = token_in(employer.text(f"/presences/{event.number}/correction"))
    answer = employer.client.post(path, {"form-token": token}, secure=True)
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert Correction.objects.get().state == "SUBMITTED"


def test_an_officer_does_not_decide_on_a_correction_of_his_own_registration(employer, worker, officer, event):
    ask(employer, f"/presences/{event.number}/correction")
    give_role(worker.login, OperatorRole.SUPPORT, at=datetime.now(BRUSSELS), actor="test")
    path = f"/decisions/{Correction.objects.get().number}"
    himself = sign_in(worker.login, level=AssuranceLevel.EID, means=Means.EID)
    page = himself.text(path)
    assert "It is about yourself: somebody else decides." in page
    assert "I am looking at it" not in page
    assert Correction.objects.get().justification not in page
    file = CorrectionEvidence.objects.get()
    assert file.file_name not in page
    evidence = himself.client.get(f"{path}/evidence/{file.pk}", secure=True)
    assert evidence.status_code == HTTPStatus.FORBIDDEN
    token = token_in(himself.text("/check-in"))
    refused = himself.client.post(path, {"form-token": token, "decision": "ACCEPT"}, secure=True)
    assert "It is about yourself: somebody else decides." in refused.content.decode()
    looked = himself.client.post(f"{path}/take-up", {"form-token": token}, secure=True)
    assert (refused.status_code, looked.status_code) == (HTTPStatus.CONFLICT, HTTPStatus.FORBIDDEN)
    assert Correction.objects.get().state == "SUBMITTED"
