"""Both flows under Prefect: the same steps, scheduled, visible, startable from its page. Only here is Prefect known."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from prefect import Flow, flow, serve, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.deployments.runner import RunnerDeployment
from prefect.logging import get_run_logger
from prefect.schedules import Cron
from prefect.states import Completed
from prefect.types.entrypoint import EntrypointType
from pydantic import Field

from flows.disk import write_whole
from flows.nightly import local_now, nightly
from flows.review import Asked, review
from flows.site import Site, load_site
from flows.summary import night_lines, review_lines
from transforms.calendar import first_of, previous

T = TypeVar("T")
Month = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$", description="YYYY-MM; empty: last month")]


class LogTeller:
    """Tells the run's log, which Prefect shows."""

    def say(self, line: str) -> None:
        """Log one line."""
        get_run_logger().info("%s", line)

    def track(self, items: Iterable[T], title: str, total: int) -> Iterator[T]:
        """Pass the items on; tell when they are done."""
        yield from items
        self.say(f"{title}: {total} of {total}")


def _keep(site: Site, name: str, lines: Iterable[str]) -> Path:
    """Names and amounts stay in the site: Prefect's database learns counts only."""
    text = "".join(f"{line}\n" for line in lines)
    return write_whole(site.folder / "runs" / f"{local_now(site):%Y-%m-%dT%H%M%S}-{name}.txt", text.encode())


def as_task(name: str, step: Callable[[], T], /) -> T:
    """Run one step as a Prefect task; it has no parameters, is never cached and its result is not kept."""
    return task(name=name, cache_policy=NO_CACHE, persist_result=False)(step)()


@flow(name="nightly", persist_result=False)
def nightly_flow(site: str) -> State[None]:
    """Take in what was delivered to the site in folder `site`, and measure what it touched."""
    teller, loaded = LogTeller(), load_site(Path(site))
    night = nightly(loaded, now=local_now(loaded), teller=teller, do=as_task)
    kept_out = sum(outcome.rows("quarantined") for outcome in night.outcomes)
    told = _keep(loaded, "nightly", night_lines(loaded, night))
    teller.say(f"{len(night.outcomes)} files, {kept_out} rows quarantined; the summary is in {told}")
    return Completed(name="Refused") if night.refused else Completed()


@flow(name="review", persist_result=False)
def review_flow(site: str, month: Month = "", groups: list[str] = []) -> State[None]:  # noqa: B006 - shown in Prefect's form
    """Review `month` of the site in folder `site`, for `groups` or for all."""
    teller, loaded = LogTeller(), load_site(Path(site))
    asked = date.fromisoformat(f"{month}-01") if month else previous(first_of(local_now(loaded).date()))
    reviewed = review(loaded, Asked(asked, groups), teller=teller, do=as_task)
    told = _keep(loaded, "review", review_lines(loaded, asked, reviewed))
    teller.say(f"{len(reviewed.rendered)} reviews printed; the summary is in {told}")
    return Completed(name="Refused") if reviewed.faults else Completed()


def deployments(site: Site) -> list[RunnerDeployment]:
    """Both flows on the schedules of kpi.toml, in the organisation's time zone."""
    schedule = site.settings.schedule
    return [_deployment(site, nightly_flow, schedule.nightly), _deployment(site, review_flow, schedule.monthly)]


def _deployment(site: Site, of: Flow[..., State[None]], cron: str) -> RunnerDeployment:
    organisation = site.settings.organisation
    return RunnerDeployment.from_flow(
        of,
        name=organisation.id,
        schedule=Cron(cron, timezone=organisation.time_zone),
        parameters={"site": str(site.folder.resolve())},
        # Found by its module, whatever folder the server was started from.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


def serve_forever(site: Site) -> None:
    """Keep both deployments running, one run at a time, until stopped; schedules stay on for the next start."""
    serve(*deployments(site), pause_on_shutdown=False, limit=1)
