"""Both flows under Prefect: the same steps, scheduled, visible, startable from its page. Only here is Prefect known."""

import os
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar, cast
from urllib.parse import quote
from uuid import UUID

from prefect import Flow, flow, get_client, serve, task
from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter
from prefect.client.schemas.objects import State, StateType
from prefect.context import FlowRunContext
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.logging import get_run_logger
from prefect.schedules import Schedule
from prefect.states import Completed, Crashed, Failed, Scheduled
from prefect.types.entrypoint import EntrypointType
from pydantic import Field

from flows.disk import write_whole
from flows.ledger import Ledger
from flows.nightly import Night, local_now
from flows.post.delivery import resumed_lines
from flows.post.letters import FAILED, Letter
from flows.review import Asked, Reviewed, sending
from flows.running.duties import Duties, Idle
from flows.running.timetable import Timetable, next_quarter
from flows.running.watch import Note, Watch, watched
from flows.site import Site
from flows.summary import night_lines, review_lines
from reports.language import languages
from transforms.calendar import first_of, previous
from transforms.problem import Problem

T = TypeVar("T")
CATCH_UP: Final = "catch-up"
_BETWEEN_TELLINGS: Final = 2.0
_ALIVE: Final = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
Month = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$", description="YYYY-MM; empty: last month")]
GroupId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Code = Annotated[str, Field(pattern=f"^({'|'.join(languages())})$")]
Form = Literal["pdf", "xlsx", "html"]
Folder = Annotated[str, Field(description="the folder with kpi.toml")]


class LogTeller:
    """Tells the run's log and its progress, which Prefect shows."""

    def say(self, line: str) -> None:
        """Log one line."""
        get_run_logger().info("%s", line)

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Pass the items on; tell how many are done, but not so often that telling costs more than doing."""
        if not total:
            yield from items
            return
        progress, told = cast("UUID", create_progress_artifact(0.0, description=title)), time.monotonic()
        for done, item in enumerate(items):
            if time.monotonic() - told > _BETWEEN_TELLINGS:
                update_progress_artifact(progress, 100 * done / total)
                told = time.monotonic()
            yield item
        update_progress_artifact(progress, 100.0)
        self.say(f"{title}: {total} of {total}")


def as_task(name: str, step: Callable[[], T], /) -> T:
    """Run one step as a Prefect task: no parameters, no cache, no kept result, and no exception's text in its state."""
    results: list[T] = []
    faults: list[Exception] = []

    def shielded() -> State[None]:
        try:
            results.append(step())
        except Exception as fault:  # noqa: BLE001 - it is raised again, out of Prefect's sight
            faults.append(fault)
            return Failed(message=type(fault).__name__)
        return Completed()

    task(name=name, cache_policy=NO_CACHE, persist_result=False)(shielded)(return_state=True)
    if faults:
        raise faults[0]
    return results[0]


@flow(name="nightly", persist_result=False)
def nightly_flow(site: Folder) -> State[None]:
    """Take in what was delivered to the site in folder `site`, and measure what it touched."""
    return _shielded(Path(site), _night)


@flow(name="review", persist_result=False)
def review_flow(
    site: Folder,
    *,
    month: Month = "",
    groups: list[GroupId] = [],  # noqa: B006 - shown in Prefect's form
    languages: list[Code] = [],  # noqa: B006
    formats: list[Form] = [],  # noqa: B006
    send: bool = False,
    dry_run: bool = False,
    restate: bool = False,
) -> State[None]:
    """Review `month` of the site in folder `site`, for `groups` or all; on its schedule, every month that is owed."""

    def work(watch: Watch) -> State[None]:
        if not month and _due():
            return _reviewed(watch, watch.owed_reviews(), watch.owed_letters())
        asked = date.fromisoformat(f"{month}-01") if month else previous(first_of(local_now(watch.site).date()))
        wanted = Asked(asked, groups, languages, formats, sending(send=send, dry_run=dry_run), restate=restate)
        return _reviewed(watch, [(wanted, watch.review(wanted))])

    return _shielded(Path(site), work)


def _shielded(folder: Path, work: Callable[[Watch], State[None]]) -> State[None]:
    """What went wrong is told in the site's folder and to its operators; Prefect's database learns its kind only."""
    try:
        watch = watched(folder, LogTeller(), do=as_task, wait=True)
        with password_lent(watch.site):
            return work(watch)
    except Exception as fault:  # noqa: BLE001 - every fault ends here
        said = str(fault) if isinstance(fault, Problem) else traceback.format_exc()
        told = _keep(folder, "failure", [said], datetime.now(UTC))
        return Failed(message=f"{type(fault).__name__}; why, and what to do, is in {told}")


@contextmanager
def password_lent(site: Site) -> Iterator[None]:
    """While a run lasts, a mail password that the environment lacks comes from the Secret block of the same name.

    Names of blocks know small letters and dashes: KPI_MAIL_PASSWORD is the block kpi-mail-password.
    """
    name = site.settings.mail.password_env
    secret = None if not name or name in os.environ else _secret(name.lower().replace("_", "-"))
    if secret is None:
        yield
        return
    os.environ[name] = secret
    try:
        yield
    finally:
        del os.environ[name]


def _secret(block: str) -> str | None:
    with suppress(ValueError):  # there is no such block
        return str(cast("Secret[str]", Secret.load(block)).get())
    return None


def _due() -> datetime | None:
    """The moment that this run was planned for; None if a person started it."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    planned = run is not None and (run.auto_scheduled or CATCH_UP in run.tags)
    return run.expected_start_time if run and planned else None


def _night(watch: Watch) -> State[None]:
    night, site = watch.night(_due()), watch.site
    if isinstance(night, Idle):
        return Completed(name=night, message="Nothing was left to do.")
    told = _keep(site.folder, "nightly", night_lines(site, night), local_now(site))
    _show(site, "nightly", _counts(night), told)
    with closing(Ledger(site.ledger)) as ledger:
        owed = Duties(site.settings, ledger).owes(local_now(site))
    if owed:
        _start(site, "review", local_now(site))
    if night.errors:
        return Failed(message=f"Files do not add up; see {told}")
    return Completed(name="Refused") if night.refused else Completed()


def _reviewed(watch: Watch, done: Iterable[tuple[Asked, Reviewed]], waited: Sequence[Letter] = ()) -> State[None]:
    site, refused, some = watch.site, any(letter.state in FAILED for letter in waited), bool(waited)
    for asked, reviewed in done:
        told = _keep(site.folder, "review", review_lines(site, asked.month, reviewed), local_now(site))
        _show(site, f"review-{asked.month:%Y-%m}", _counts(reviewed), told, site.reviews / f"{asked.month:%Y-%m}")
        refused, some = refused or reviewed.failed, True
    if waited:
        told = _keep(site.folder, "letters", resumed_lines(waited), local_now(site))
        _show(site, "letters", _counts(waited), told)
    _look_again(site)
    if not some:
        return Completed(name=Idle.NOTHING_DUE, message="No review is owed.")
    return Completed(name="Refused") if refused else Completed()


def _look_again(site: Site) -> None:
    """Have one run for letters that were put off, in the quarter of an hour after the first of them is due."""
    with closing(Ledger(site.ledger)) as ledger:
        due = Duties(site.settings, ledger).letters()
    if due:
        _start(site, "review", next_quarter(max(due, local_now(site))), once=True)


def _counts(done: Night | Reviewed | Sequence[Letter]) -> Mapping[str, int]:
    note = Note()
    if isinstance(done, Night):
        note.night(done)
    elif isinstance(done, Reviewed):
        note.review(done)
    else:
        note.letters(done)
    return note.counts


def _show(site: Site, key: str, counts: Mapping[str, int], *places: Path) -> None:
    """An artifact of counts and places; names, amounts and addresses stay in the site."""
    rows = "".join(f"| {name} | {count} |\n" for name, count in counts.items())
    links = "".join(f"\n[{place.name}]({_address(site, place)})\n" for place in places)
    of = site.settings.organisation.id.lower().replace("_", "-")
    create_markdown_artifact(f"| what | count |\n| --- | --- |\n{rows}{links}", key=f"{of}-{key}")


def _address(site: Site, place: Path) -> str:
    """Where a browser finds it: browsers open no files of this machine from a server's page."""
    base, path = site.settings.mail.archive_url, place.resolve()
    return f"{base.rstrip('/')}/{quote(str(path.relative_to(site.folder.resolve())))}" if base else path.as_uri()


def _keep(folder: Path, name: str, lines: Iterable[str], now: datetime) -> Path:
    """Names and amounts stay in the site: Prefect's database learns counts only."""
    text = "".join(f"{line}\n" for line in lines)
    return write_whole(folder / "runs" / f"{now:%Y-%m-%dT%H%M%S}-{name}.txt", text.encode())


def deployments(site: Site, now: datetime) -> list[RunnerDeployment]:
    """Both flows on the schedules of kpi.toml, in the organisation's time zone."""
    timetable, send = Timetable.of(site.settings), {"send": site.settings.schedule.send}
    return [
        _deployment(site, nightly_flow, timetable.night_plan(), {}),
        _deployment(site, review_flow, timetable.letter_plan(now), send),
    ]


def _deployment(
    site: Site, of: Flow[..., State[None]], plan: Mapping[str, str], parameters: Mapping[str, object]
) -> RunnerDeployment:
    return RunnerDeployment.from_flow(
        of,
        name=site.settings.organisation.id,
        schedule=Schedule(cron=plan.get("cron"), rrule=plan.get("rrule"), timezone=plan["timezone"]),
        parameters={"site": str(site.folder.resolve()), **parameters},
        # Found by its module, whatever folder the server was started from.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def serve_forever(site: Site) -> None:
    """Keep both deployments running, one run at a time, until stopped; schedules stay on for the next start."""
    now = local_now(site)
    served = deployments(site, now)
    for deployment in served:
        deployment.apply()
    bury(site)
    catch_up(site, now)
    serve(*served, pause_on_shutdown=False, limit=1)


def catch_up(site: Site, now: datetime) -> None:
    """Start what is owed: one night for all that were lost, and the review of the months that were."""
    with closing(Ledger(site.ledger)) as ledger:
        duties = Duties(site.settings, ledger)
        began = duties.runs.first()
        night, owed = duties.night(now), duties.owes(now)
    if night and began and began <= night:
        _start(site, "nightly", night)
    if owed:
        _start(site, "review", now)


def bury(site: Site) -> None:
    """Runs that Prefect takes for alive though their process died with the one that served them."""
    with get_client(sync_client=True) as client:
        mine = DeploymentFilter(name={"any_": [site.settings.organisation.id]})  # type: ignore[arg-type]
        alive = FlowRunFilter(state={"type": {"any_": _ALIVE}})  # type: ignore[arg-type]
        for run in client.read_flow_runs(flow_run_filter=alive, deployment_filter=mine):
            client.set_flow_run_state(run.id, Crashed(message="It died with the server."), force=True)


def _start(site: Site, flow_name: str, due: datetime, *, once: bool = False) -> None:
    """Have a run at `due`; `once`: however often it is asked for."""
    with get_client(sync_client=True) as client, suppress(ObjectNotFound):  # a flow may run without a deployment
        found = client.read_deployment_by_name(f"{flow_name}/{site.settings.organisation.id}")
        key = f"{found.id} {due.isoformat()}" if once else None
        planned: State[None] = Scheduled(scheduled_time=due)
        client.create_flow_run_from_deployment(found.id, state=planned, tags=[CATCH_UP], idempotency_key=key)
