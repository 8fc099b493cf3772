"""Files delivered in ranges, resumed where they broke off."""

import gzip

import httpx
import pytest

from channels.models import StagedFile
from evidence.models import Submission, SubmissionPart
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web

PAYLOAD = a_payload(an_in())


def put_range(http: httpx.Client, name: str, content: bytes, first: int, end: int) -> httpx.Response:
    return http.put(
        f"/api/v1/deliveries/{name}/parts",
        content=content[first:end],
        headers={"Content-Range": f"bytes {first}-{end - 1}/{len(content)}"},
    )


def test_a_file_in_ranges_is_one_file(web: Web):
    key = web.next_key()
    with web.http() as http:
        first = put_range(http, f"FI.{key}.1.1", PAYLOAD, 0, 100)
        asked = http.head(f"/api/v1/deliveries/FI.{key}.1.1/parts")
        last = put_range(http, f"FI.{key}.1.1", PAYLOAD, 100, len(PAYLOAD))
        http.put(f"/api/v1/deliveries/FS.{key}.1.1/parts", content=web.bench.sign(PAYLOAD))
        sealed = http.put(f"/api/v1/deliveries/GO.{key}.1/parts", content=b"")

    assert (first.status_code, first.headers["Range"]) == (308, "bytes=0-99")
    assert (asked.status_code, asked.headers["Range"]) == (200, "bytes=0-99")
    assert (last.status_code, last.json()["is_closed"]) == (200, True)
    assert sealed.status_code == 202
    assert SubmissionPart.objects.get(prefix="FI").blob.size == len(PAYLOAD)
    assert Submission.objects.get().ticket == sealed.json()["ticket"]


def test_the_last_range_completes_a_set_whose_go_came_early(web: Web):
    key = web.next_key()
    with web.http() as http:
        http.put(f"/api/v1/deliveries/GO.{key}.1/parts", content=b"")
        http.put(f"/api/v1/deliveries/FS.{key}.1.1/parts", content=web.bench.sign(PAYLOAD))
        put_range(http, f"FI.{key}.1.1", PAYLOAD, 0, 100)
        sealed = put_range(http, f"FI.{key}.1.1", PAYLOAD, 100, len(PAYLOAD))

    assert sealed.status_code == 202


@pytest.mark.parametrize("first", [50, 150])
def test_a_range_that_does_not_go_on_is_told_where_to(web: Web, first: int):
    name = f"FI.{web.next_key()}.1.1"
    with web.http() as http:
        put_range(http, name, PAYLOAD, 0, 100)
        refused = put_range(http, name, PAYLOAD, first, 200)
        resumed = put_range(http, name, PAYLOAD, 100, 200)

    assert (refused.status_code, refused.headers["Range"]) == (416, "bytes=0-99")
    assert resumed.status_code == 308


def test_a_file_that_arrived_is_told_to_be_whole_once_it_is_closed(web: Web):
    name = f"FI.{web.next_key()}.1.1"
    with web.http() as http:
        told = []
        for total in ("*", str(len(PAYLOAD))):
            put_of(http, name, PAYLOAD, f"bytes 0-{len(PAYLOAD) - 1}/{total}")
            told.append(http.get(f"/api/v1/deliveries/{name}/parts").json())

    assert [(each["received"], each["is_closed"]) for each in told] == [(len(PAYLOAD), False), (len(PAYLOAD), True)]


def test_a_range_from_the_beginning_begins_again(web: Web):
    name = f"FI.{web.next_key()}.1.1"
    with web.http() as http:
        put_range(http, name, PAYLOAD, 0, 100)
        put_range(http, name, PAYLOAD, 0, 40)

        assert http.get(f"/api/v1/deliveries/{name}/parts").json() == {"name": name, "received": 40, "is_closed": False}


@pytest.mark.parametrize(
    "written",
    [
        "bytes 0-9",
        "bytes 5-2/10",
        "bytes 0-10/10",
        "bytes 0-8/10",
        "octets 0-9/10",
        "bytes */10",
        "bytes -1-9/10",
        "bytes 0-8/*",
        "bytes 0-9/**",
    ],
)
def test_a_content_range_that_does_not_fit_is_refused(web: Web, written: str):
    with web.http() as http:
        answer = http.put(
            f"/api/v1/deliveries/FI.{web.next_key()}.1.1/parts",
            content=b"0123456789",
            headers={"Content-Range": written},
        )

    assert (answer.status_code, answer.json()["type"]) == (400, "urn:guichet:problem:request-malformed")
    assert not StagedFile.objects.exists()


def test_a_body_that_is_compressed_for_the_way_is_refused_and_not_staged(web: Web):
    with web.http() as http:
        answer = http.put(
            f"/api/v1/deliveries/FI.{web.next_key()}.1.1/parts",
            content=gzip.compress(PAYLOAD),
            headers={"Content-Encoding": "gzip"},
        )

    assert (answer.status_code, answer.json()["type"]) == (415, "urn:guichet:problem:media-type")
    assert not StagedFile.objects.exists()


def put_of(http: httpx.Client, name: str, content: bytes, written: str) -> httpx.Response:
    return http.put(f"/api/v1/deliveries/{name}/parts", content=content, headers={"Content-Range": written})


@pytest.mark.parametrize("written", ["bytes 4-9/11", "bytes 4-9/10"], ids=["too large", "too small"])
def test_a_total_that_contradicts_the_ranges_before_is_refused_and_nothing_is_lost(web: Web, written: str):
    key = web.next_key()
    name, total = f"FI.{key}.1.1", len(PAYLOAD)
    with web.http() as http:
        http.put(f"/api/v1/deliveries/FS.{key}.1.1/parts", content=web.bench.sign(PAYLOAD))
        put_range(http, name, PAYLOAD, 0, 4)
        refused = put_of(http, name, PAYLOAD[4:10], written)
        arrived = http.get(f"/api/v1/deliveries/{name}/parts").json()
        put_range(http, name, PAYLOAD, 4, total)
        sealed = http.put(f"/api/v1/deliveries/GO.{key}.1/parts", content=b"")

    assert (refused.status_code, refused.json()["type"]) == (422, "urn:guichet:problem:request-invalid")
    assert f"announced with {total} bytes" in refused.json()["detail"]
    assert arrived["received"] == 4
    assert sealed.status_code == 202
    assert SubmissionPart.objects.get(prefix="FI").blob.size == total


def test_whoever_begins_again_may_announce_another_total(web: Web):
    name = f"FI.{web.next_key()}.1.1"
    with web.http() as http:
        put_of(http, name, b"01234", "bytes 0-4/10")
        again = put_of(http, name, b"01234", "bytes 0-4/7")
        last = put_of(http, name, b"56", "bytes 5-6/7")

    assert (again.status_code, last.status_code) == (308, 200)


def test_a_file_whose_total_is_not_known_yet_is_closed_by_the_range_that_tells_it(web: Web):
    name = f"FI.{web.next_key()}.1.1"
    with web.http() as http:
        unknown = [put_of(http, name, b"01234", "bytes 0-4/*"), put_of(http, name, b"56", "bytes 5-6/*")]
        last = put_of(http, name, b"789", "bytes 7-9/10")

    assert [answer.status_code for answer in unknown] == [308, 308]
    assert (last.status_code, last.json()) == (200, {"name": name, "received": 10, "is_closed": True})


def test_a_range_without_total_counts_with_the_one_announced_before(web: Web):
    name = f"FI.{web.next_key()}.1.1"
    with web.http() as http:
        put_of(http, name, b"01234", "bytes 0-4/8")
        beyond = put_of(http, name, b"5678", "bytes 5-8/*")
        last = put_of(http, name, b"567", "bytes 5-7/*")

    assert (beyond.status_code, beyond.json()["type"]) == (422, "urn:guichet:problem:request-invalid")
    assert (last.status_code, last.json()["is_closed"]) == (200, True)


def test_a_staged_file_can_be_removed(web: Web):
    path = f"/api/v1/deliveries/FI.{web.next_key()}.1.1/parts"
    with web.http() as http:
        http.put(path, content=PAYLOAD)

        assert http.delete(path).status_code == 204
        assert http.get(path).status_code == 404
        assert http.delete(path).status_code == 404


def test_a_set_whose_ticket_was_lost_is_found_by_name(web: Web):
    key = web.next_key()
    with web.http() as http:
        sealed = http.post("/api/v1/deliveries", files=web.files(PAYLOAD, key)).json()
        found = http.get("/api/v1/submissions", params={"name": f"GO.{key}.1"})
        other = http.get("/api/v1/submissions", params={"name": f"GO.{web.next_key()}.1"})
        wrong = http.get("/api/v1/submissions", params={"name": "nothing"})

    assert found.json()["ticket"] == sealed["ticket"]
    assert other.status_code == 404
    assert (wrong.status_code, wrong.json()["code"]) == (422, "ACRF-129")
