"""Leases, retries and recovery, to the second: nobody here waits for anything."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from andre.core.errors import Refusal
from andre.jobs import runner
from andre.jobs.leases import extend_lease, lease_next_job, recover_stale_jobs
from andre.jobs.models import Job, JobAttempt
from andre.jobs.registry import JobFault, Outcome
from andre.jobs.submission import cancel_job, end_all_jobs, forget_old_jobs, submit_job, sweep_jobs
from tests.andre.jobs.conftest import NOON, WORKER, Song
from tests.support.logs import logged

pytestmark = pytest.mark.django_db
OTHER = "cellar-8-00c0ffee"


def fails(job, song):
    raise JobFault("Out of tune.")


def run(at, worker=WORKER):
    with at():
        return runner.run_next_job(worker)


def test_a_job_is_done_and_says_what_came_of_it(queued, handler, at):  # K-4.2
    handler.does = lambda job, song: Outcome({"bars": 8}, {"tune": {"key": "Am"}})
    queued()

    run(at)

    job = Job.objects.get()
    assert (job.status, job.result, job.error) == ("succeeded", {"bars": 8}, "")
    assert [(each.name, each.data) for each in job.artifacts.all()] == [("tune", {"key": "Am"})]
    [attempt] = job.attempts.all()
    assert (attempt.number, attempt.worker, attempt.outcome) == (1, WORKER, "succeeded")
    assert job.started_at == job.finished_at == attempt.ended_at == NOON


def test_the_oldest_due_job_comes_first(queued, handler, at):  # K-4.5
    later, sooner = queued(), queued()
    Job.objects.filter(pk=sooner.pk).update(next_run_at=NOON - timedelta(seconds=1))
    Job.objects.create(
        type="hum", next_run_at=NOON + timedelta(seconds=1), created_at=NOON, payload={}
    )

    while run(at):
        pass

    assert [job_id for job_id, _ in handler.calls] == [sooner.pk, later.pk]


def test_a_lease_is_as_long_as_the_server_says(queued, settle, at):  # K-4.5
    settle(ANDRE_WORKER_LEASE_SECONDS="45")
    queued()

    job = lease_next_job(WORKER, NOON)

    assert job.lease_expires_at == NOON + timedelta(seconds=45)
    assert lease_next_job(OTHER, NOON + timedelta(seconds=44)) is None


def test_a_lease_is_extended_by_who_holds_it_alone(queued, at):  # K-4.5
    queued()
    job = lease_next_job(WORKER, NOON)

    assert extend_lease(job, NOON + timedelta(seconds=10))
    assert Job.objects.get().lease_expires_at == NOON + timedelta(seconds=40)

    recover_stale_jobs(OTHER, NOON + timedelta(seconds=40))
    lease_next_job(OTHER, NOON + timedelta(seconds=42))
    assert not extend_lease(job, NOON + timedelta(seconds=43))


@pytest.mark.parametrize(
    ("attempts", "waits"), [(1, []), (2, [2]), (3, [2, 10]), (5, [2, 10, 30, 30])]
)
def test_a_failed_attempt_is_made_again_after_2_10_and_30_seconds(
    queued, handler, at, attempts, waits
):  # K-4.6
    handler.does = fails
    queued(max_attempts=attempts)

    seen = []
    run(at)
    while (job := Job.objects.get()).status == "retry_wait":
        wait = (job.next_run_at - at.now).total_seconds()
        seen.append(wait)
        at.goes_on(wait - 0.001)
        assert run(at) is None
        at.goes_on(0.001)
        run(at)

    assert seen == waits
    assert (job.status, job.error, job.attempt_count) == ("failed", "Out of tune.", attempts)
    assert run(at) is None
    assert [each.outcome for each in job.attempts.all()] == ["failed"] * attempts


def test_a_retry_is_sent_for_when_it_is_due(
    queued, handler, at, sent, django_capture_on_commit_callbacks
):  # K-4.6
    handler.does = fails
    queued()

    with django_capture_on_commit_callbacks(execute=True):
        run(at)

    assert sent == [{"countdown": 2.0}]


def test_a_worker_that_died_leaves_a_job_that_is_tried_again(queued, at):  # K-4.6 K-4.7
    queued()
    lease_next_job(WORKER, NOON)
    over = NOON + timedelta(seconds=30)

    recover_stale_jobs(OTHER, over - timedelta(milliseconds=1))
    assert Job.objects.get().status == "running"
    with logged() as log:
        recover_stale_jobs(OTHER, over)

    job = Job.objects.get()
    assert (job.status, job.lease_owner, job.lease_expires_at) == ("retry_wait", OTHER, None)
    assert job.next_run_at == over + timedelta(seconds=2)
    assert job.attempts.get().outcome == "stale"
    [line] = log.of("stale_lease_recovery")
    told = ("job_id", "original_lease_owner", "recovering_worker", "new_status")
    assert [line[name] for name in told] == [job.pk, WORKER, OTHER, "retry_wait"]


def test_the_last_attempt_whose_worker_died_was_the_last(queued, at):  # K-4.7
    queued(max_attempts=1)
    lease_next_job(WORKER, NOON)

    recover_stale_jobs(OTHER, NOON + timedelta(seconds=30))

    job = Job.objects.get()
    assert (job.status, job.lease_owner, job.lease_expires_at) == ("failed", OTHER, None)


def test_stale_jobs_are_looked_for_before_each_lease(queued, at):  # K-4.7
    queued()
    lease_next_job(WORKER, NOON)

    assert lease_next_job(OTHER, NOON + timedelta(seconds=31)) is None

    assert Job.objects.get().status == "retry_wait"
    assert lease_next_job(OTHER, NOON + timedelta(seconds=33)).attempt_count == 2


def test_a_worker_that_comes_back_too_late_changes_nothing(queued, handler, at):  # K-4.7
    queued()

    def too_slow(job, song):
        at.goes_on(31)
        recover_stale_jobs(OTHER, at.now)
        at.goes_on(2)
        assert lease_next_job(OTHER, at.now).attempt_count == 2
        return Outcome({"title": "too late"})

    handler.does = too_slow
    with logged() as log:
        run(at)

    job = Job.objects.get()
    assert (job.status, job.lease_owner, job.result) == ("running", OTHER, None)
    assert [each.outcome for each in job.attempts.all()] == ["stale", "running"]
    assert len(log.of("job_outcome_dropped")) == 1


def test_delivered_twice_it_is_run_once(queued, handler, at):  # K-4.8
    queued()

    assert run(at) is not None
    assert run(at) is None

    assert len(handler.calls) == 1


def test_the_log_tells_a_job_from_its_submission_to_its_end(queued, handler, at):  # K-6.6
    with logged() as log:
        job = queued(max_attempts=2)
        handler.does = fails
        run(at)
        at.goes_on(2)
        handler.does = lambda job, song: Outcome({})
        run(at)

    lines = log.of("job_submitted", "job_started", "job_failed", "job_succeeded")
    assert [line["event"] for line in lines] == [
        *("job_submitted", "job_started", "job_failed", "job_started", "job_succeeded")
    ]
    assert {(line["job"], line["job_type"]) for line in lines} == {(job.pk, "hum")}
    assert {line["worker"] for line in lines[1:]} == {WORKER}


def test_what_a_bug_says_stays_in_the_log(queued, handler, at):
    def broken(job, song):
        raise OSError("/home/alice/music is not there")

    handler.does = broken
    queued()
    with logged() as log:
        run(at)

    assert Job.objects.get().error == "OSError: the log says why."
    assert "/home/alice/music" in log.of("job_handler_raised")[0]["exception"]


def test_a_refusal_is_told_by_its_code(queued, handler, at):
    def refuses(job, song):
        raise Refusal("library_root_missing", "The music folder is not there.")

    handler.does = refuses
    queued()
    run(at)

    assert Job.objects.get().error == "library_root_missing: The music folder is not there."


# Cancelling


def test_a_job_that_waits_is_cancelled_at_once(queued, handler, at):  # K-4.4
    job = queued()

    cancel_job(job.pk, NOON)

    assert Job.objects.get().status == "cancelled"
    assert run(at) is None
    assert handler.calls == []


def test_a_job_that_runs_is_cancelled_at_its_next_checkpoint(queued, handler, at):  # K-4.4
    reached = []

    def works(job, song):
        job.checkpoint("Tuning", 1, 2)
        reached.append(Job.objects.get())
        assert cancel_job(job.id, at.now).status == "running"
        job.checkpoint("Humming", 2, 2)
        reached.append("too far")

    handler.does = works
    queued()
    run(at)

    job = Job.objects.get()
    assert [(each.step, each.done, each.total) for each in reached] == [("Tuning", 1, 2)]
    assert (job.status, job.attempts.get().outcome) == ("cancelled", "cancelled")
    assert (job.lease_owner, job.lease_expires_at) == ("", None)


def test_a_late_success_does_not_undo_a_cancellation(queued, handler, at):  # K-4.4
    def finishes(job, song):
        cancel_job(job.id, at.now)
        return Outcome({"title": "Blue"}, {"tune": {}})

    handler.does = finishes
    queued()
    run(at)

    job = Job.objects.get()
    assert (job.status, job.result, job.artifacts.count()) == ("cancelled", None, 0)


def test_a_failure_after_a_cancellation_is_not_tried_again(queued, handler, at):  # K-4.4
    def breaks(job, song):
        cancel_job(job.id, at.now)
        raise JobFault("Out of tune.")

    handler.does = breaks
    queued()
    run(at)

    assert Job.objects.get().status == "cancelled"


def test_what_is_over_stays_as_it_is(queued, at):  # K-4.4
    job = queued()
    run(at)

    assert cancel_job(job.pk, at.now).status == "succeeded"
    assert not Job.objects.get().cancel_requested


# One at a time


def test_of_some_types_only_one_runs(queued, solo, at):  # U-7.3
    first, second = queued(of=solo), queued(of=solo)
    plain = queued()

    leased = [lease_next_job(WORKER, NOON) for _ in range(3)]

    assert leased[:2] == [first, plain]
    assert leased[2] is None
    cancel_job(first.pk, NOON)
    recover_stale_jobs(OTHER, NOON + timedelta(seconds=30))
    assert lease_next_job(WORKER, NOON + timedelta(seconds=30)) == second


def test_the_database_holds_that_only_one_runs(queued, solo):  # U-7.3
    queued(of=solo)
    queued(of=solo)

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.update(status="running")


# Asking


def test_a_key_means_the_same_job_for_ever(queued, handler, at):  # K-4.3
    first = queued(idempotency_key="tonight")
    run(at)

    again = queued(idempotency_key="tonight")

    assert (again.pk, again.status) == (first.pk, "succeeded")
    assert run(at) is None
    assert len(handler.calls) == 1


def test_a_key_is_of_one_type(queued, solo):  # K-4.3
    assert queued(idempotency_key="tonight") != queued(of=solo, idempotency_key="tonight")


def test_a_job_that_failed_for_good_is_not_run_again_under_its_key(queued, handler, at):  # K-4.3
    handler.does = fails
    queued(idempotency_key="tonight", max_attempts=1)
    run(at)

    again = queued(idempotency_key="tonight")

    assert again.status == "failed"
    assert run(at) is None


def test_sync_is_done_when_it_answers(queued, sent):  # K-4.2
    job = queued(mode="sync")

    assert (job.status, job.result) == ("succeeded", {"title": "Blue"})
    assert sent == []


def test_sync_shows_the_state_after_its_first_attempt(queued, handler):  # K-4.2
    handler.does = fails

    job = queued(mode="sync")

    assert (job.status, job.attempt_count) == ("retry_wait", 1)
    assert job.next_run_at == NOON + timedelta(seconds=2)


def test_without_a_broker_a_job_waits_and_is_swept_later(
    hum, at, sent, broker_away, django_capture_on_commit_callbacks
):  # K-4.8
    with broker_away() as tries, at(), logged() as log:
        with django_capture_on_commit_callbacks(execute=True):
            job = submit_job(hum, Song())
        sweep_jobs(NOON)

    assert (Job.objects.get(), job.status) == (job, "queued")
    assert len(tries) == len(log.of("job_not_delivered")) == 2
    sweep_jobs(NOON)
    assert sent == [{"expires": 30}]


def test_a_sweep_without_a_broker_tries_once(queued, broker_away):  # K-4.8
    for _ in range(3):
        queued()

    with broker_away() as tries:
        sweep_jobs(NOON)

    assert len(tries) == 1


def test_a_sweep_sends_for_what_is_due_alone(queued, sent, at):  # K-4.8
    for _ in range(3):
        queued()
    Job.objects.filter(pk=Job.objects.first().pk).update(next_run_at=NOON + timedelta(seconds=1))

    sweep_jobs(NOON)

    assert len(sent) == 2


def test_old_jobs_are_forgotten_but_for_those_with_a_key(queued, at):
    plain, named = queued(), queued(idempotency_key="tonight")
    run(at)
    run(at)
    waiting = queued()

    forget_old_jobs(NOON + timedelta(days=31))

    assert set(Job.objects.all()) == {named, waiting}
    assert plain.pk not in JobAttempt.objects.values_list("job_id", flat=True)


def test_a_restored_server_does_nothing_of_the_day_of_its_backup(queued, at):  # H19
    over = queued(mode="sync")
    queued()
    queued()
    lease_next_job(WORKER, NOON)

    end_all_jobs(NOON)

    assert sorted(Job.objects.exclude(pk=over.pk).values_list("status", flat=True)) == [
        "cancelled",
        "cancelled",
    ]
    assert Job.objects.get(pk=over.pk).status == "succeeded"
