"""Whatever the OpenAPI description allows, and much that it does not, leads to no server error."""

import os

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure

from evidence.models import Submission
from tests.web.conftest import Web

EXAMPLES = int(os.environ.get("EXAMPLES", "150"))


def test_no_request_leads_to_a_server_error(web: Web):
    schema = schemathesis.openapi.from_dict(described(web))
    token = web.token()
    wrong: list[str] = []
    with web.http(token) as http:
        for operation in schema.get_all_operations():
            case = operation.ok()
            wrong += tried(case, http, examples=max(1, EXAMPLES // 12))

    assert wrong == []
    assert "Traceback" not in web.server.log
    assert all(submission.ticket or submission.first_of_name_id for submission in Submission.objects.all())
