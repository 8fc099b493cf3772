"""A large submission that is filed in lanes ends as if its forms had been decided one after the other."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from domain.environments import Environment
from domain.identifiers import insz
from domain.refusals import OutageError
from registers.persons.models import PersonIdentifier
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.batch_filing import FiledSubmission, StagedSubmission, file_batch
from registers.student_days.lanes import Lane, Lanes, Share
from registers.student_days.models import Declaration, Period, QuotaAccount
from registers.student_days.set_filing import Opened
from tests.counter_bench import LanesInOneConnection
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import NOON, Filer, a_cancellation, an_action, make_employers
from tests.registers.test_set_filing import EXAMPLES, FILES, opened, told, written

STUDENTS = [insz(50714_000 + number, born_from_2000=True) for number in range(40)]


@dataclass
class LaneFiler:
    """Files actions as one submission whose lines lie in two files."""

    file: BatchFiler
    folder: Path
    lanes: Lanes

    def __call__(self, actions: Sequence[object]) -> FiledSubmission:
        return self.file_staged(self.stage(actions))

    def stage(self, actions: Sequence[object]) -> StagedSubmission:
        staged = self.file.stage(actions, NOON, {})
        lines, files = list(staged.lines), [self.folder / f"{place}.lines" for place in range(2)]
        for place, file in enumerate(files):
            file.write_bytes(b"".join(lines[place * len(lines) // 2 : (place + 1) * len(lines) // 2]))
        return replace(staged, files=files)

    def file_staged(self, staged: StagedSubmission) -> FiledSubmission:
        persons = PersonDirectory(self.file.keys, environment=self.file.environment)
        with transaction.atomic():
            (filed,) = file_batch([staged], persons=persons, lanes=self.lanes)
        return filed


class LanesApart:
    """Lanes on connections of their own; that of the share `broken` ends before it commits."""

    def __init__(self, *, broken: int | None = None) -> None:
        self._broken = broken

    def run(self, lane: Lane) -> list[dict[int, Opened]]:
        with ThreadPoolExecutor(max_workers=2) as threads:
            return [one.result() for one in [threads.submit(self._run, lane, number) for number in range(2)]]

    def _run(self, lane: Lane, number: int) -> dict[int, Opened]:
        try:
            with transaction.atomic():
                filed = lane(Share(number, 2))
                if number == self._broken:
                    raise OutageError("a process that filed a part of a submission is gone")
            return filed
        finally:
            connection.close()


def starts() -> list[object]:
    return [an_action(insz=student, planned_hours=100 + place) for place, student in enumerate(STUDENTS)]


def granted() -> list[int]:
    return sorted(Period.objects.values_list("granted", flat=True))


@pytest.fixture
def in_lanes(filer: Filer, tmp_path: Path) -> LaneFiler:
    return LaneFiler(BatchFiler(filer.keys), tmp_path, LanesInOneConnection())


def test_every_lane_files_its_share(in_lanes: LaneFiler):
    filed = in_lanes(starts())

    assert sorted(filed.opened) == list(range(1, 41))
    assert granted() == list(range(100, 140))


def test_lines_about_one_national_number_belong_to_one_share(in_lanes: LaneFiler):
    (line,) = in_lanes.stage([an_action()]).lines
    (other,) = in_lanes.stage([an_action(planned_hours=7)]).lines

    chosen = [
        [len(list(Share(number, 3).select([one], but=frozenset()))) for number in range(3)] for one in (line, other)
    ]
    assert chosen[0] == chosen[1]
    assert sum(chosen[0]) == 1


def test_whoever_the_submission_has_another_form_about_is_left_whole(in_lanes: LaneFiler):
    (first,) = in_lanes([an_action(insz=STUDENTS[0], planned_hours=30)]).opened.values()
    cancelling = a_cancellation(f"{first.number:012d}")
    filed = in_lanes([an_action(insz=STUDENTS[0], planned_hours=600), *starts()[1:], cancelling])

    assert sorted(filed.decided) == [1, 41]
    assert [finding.code for finding in filed.decided[1].findings] == ["90373-333"]


@pytest.mark.django_db(transaction=True)
def test_whoever_has_two_numbers_is_left_whole(keys: PersonKeys, tmp_path: Path):
    make_employers()
    in_lanes = LaneFiler(BatchFiler(keys), tmp_path, LanesApart())
    in_lanes([an_action(insz=STUDENTS[0], planned_hours=30)])
    in_lanes([an_action(insz=STUDENTS[1], planned_hours=30)])
    one, two = PersonIdentifier.objects.order_by("pk")
    PersonIdentifier.objects.filter(pk=two.pk).update(person_id=one.person_id)
    later = {"starting_date": NOON.date().replace(month=8), "ending_date": NOON.date().replace(month=8, day=9)}
    filed = in_lanes([an_action(insz=STUDENTS[0], **later), an_action(insz=STUDENTS[1], **later), *starts()[2:]])

    assert [index for index in (1, 2) if index in filed.opened] == []
    assert [finding.code for finding in filed.decided[2].findings] == ["90373-333"]


@pytest.mark.django_db
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=FILES)
def test_lanes_and_single_decisions_leave_the_same_register(
    keys: PersonKeys, tmp_path: Path, files: list[list[object]]
):
    with transaction.atomic():
        make_employers(environments=(Environment.PRODUCTION, Environment.TEST))
        in_lanes = LaneFiler(BatchFiler(keys, environment=Environment.TEST), tmp_path, LanesInOneConnection())
        filer = Filer(keys, environment=Environment.PRODUCTION)
        for actions in files:
            in_lanes([written(action, opened(Environment.TEST)) for action in actions])
            of_singles = opened(Environment.PRODUCTION)
            filer(*(written(action, of_singles) for action in actions))

        assert told(Environment.TEST) == told(Environment.PRODUCTION)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [0, 1])
def test_what_one_lane_filed_before_another_broke_is_found_again(keys: PersonKeys, tmp_path: Path, broken: int):
    make_employers()
    in_lanes = LaneFiler(BatchFiler(keys), tmp_path, LanesApart(broken=broken))
    staged = in_lanes.stage(starts())
    with pytest.raises(OutageError):
        in_lanes.file_staged(staged)
    half = dict(Declaration.objects.values_list("form_index", "ticket"))
    assert 0 < len(half) < 40

    again = in_lanes.stage(starts())
    lines = [line.replace(line.split(b"\t")[0], str(staged.context.submission_id).encode(), 1) for line in again.lines]
    for file, some in zip(again.files, (lines[:20], lines[20:]), strict=True):
        file.write_bytes(b"".join(some))
    filed = replace(in_lanes, lanes=LanesApart()).file_staged(replace(again, context=staged.context, lines=lines))

    assert sorted(filed.opened) == list(range(1, 41))
    assert {index: one.ticket for index, one in filed.opened.items() if one.ticket} == half
    assert granted() == list(range(100, 140))
    assert QuotaAccount.objects.count() == Declaration.objects.count() == 40
