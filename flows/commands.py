"""What each command of `kpi` does: load the site, run the flow, tell what came of it."""

import argparse
import shutil
import sys
from collections.abc import Callable, Mapping
from importlib.resources import as_file, files
from typing import Final

from rich.console import Console

from flows.console import teller
from flows.delta import BrokenLake, Pruned
from flows.exits import Exit
from flows.intake.inbox import FOLDERS
from flows.intake.profiling import profile_file
from flows.ledger_schema import StrangeLedger
from flows.letters_commands import letters_command
from flows.lock import Busy, served
from flows.months.archive import OlderLedger, rewrite_archive
from flows.months.asof import NotKnown
from flows.months.closing import NotClosable, close_month
from flows.months.retention import Deleted, prune
from flows.months.unmeasured import unmeasured_lines
from flows.nightly import Night, local_now
from flows.post.address_book import check_lines
from flows.post.delivery import NobodyToTell, resumed_lines
from flows.post.letters import FAILED
from flows.readmit import readmit, rebuild
from flows.review import Asked, NothingToReview, sending
from flows.running.duties import Idle
from flows.running.prefect_server import running
from flows.running.runs import Kind
from flows.running.status import status_of
from flows.running.timetable import Timetable
from flows.running.units import write_units
from flows.running.watch import Watch, watched
from flows.sample import Scale, write_night, write_sample
from flows.site import load_site
from flows.summary import night_lines, review_lines, sample_lines
from flows.trace import trace_figure, trace_file
from transforms.problem import BadSite, Problem


def run(args: argparse.Namespace) -> Exit:
    """Run the parsed command."""
    return _COMMANDS[args.command](args)


def code_of(problem: Problem) -> Exit:
    """The exit code of a problem that ended a command."""
    return _CODES.get(type(problem), Exit.REFUSED)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _sample(args: argparse.Namespace) -> Exit:
    scale = Scale(stores=args.stores, people=args.people, months=args.months, seed=args.seed, until=args.until)
    if args.night:
        for path in write_night(args.folder, scale, args.language, args.night):
            _tell(f"Wrote {path}")
        return Exit.DONE
    _refuse_used(args)
    written = write_sample(args.folder, scale, args.language)
    for line in sample_lines(args.folder, written):
        _tell(line)
    _tell(f"Next: kpi nightly {args.folder} && kpi review {args.folder} {args.until:%Y-%m}")
    return Exit.DONE


def _init(args: argparse.Namespace) -> Exit:
    _refuse_used(args)
    with as_file(files("flows") / "starter") as starter:
        shutil.copytree(starter, args.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in FOLDERS:
        (args.folder / "inbox" / folder).mkdir(parents=True, exist_ok=True)
    _tell(f"A starter site lies in {args.folder}: put your chain's names into its files,")
    _tell(f"then run: kpi check {args.folder}")
    return Exit.DONE


def _refuse_used(args: argparse.Namespace) -> None:
    if args.folder.exists() and (not args.folder.is_dir() or any(args.folder.iterdir())):
        raise BadSite(f"{args.folder} is not empty; name a new folder, so that nothing of yours is overwritten.")


def _check(args: argparse.Namespace) -> Exit:
    site = load_site(args.folder)
    waiting = sum(1 for folder in FOLDERS for p in (site.inbox / folder).rglob("*") if p.is_file())
    _tell(f"{site.settings.organisation.name}: ready.")
    _tell(f"  {site.stores.height} stores, {site.people['employee_id'].n_unique()} people, {len(site.kpis)} KPIs")
    _tell(f"  {site.targets.height} targets, {len(site.recipients)} recipients, {len(site.profiles)} export profiles")
    _tell(f"  {waiting} files wait in {site.inbox}")
    for line in (*check_lines(site, local_now(site).date()), *unmeasured_lines(site)):
        _tell(f"  ! {line}")
    return Exit.DONE


def _watch(args: argparse.Namespace, *, unattended: bool = False) -> Watch:
    return watched(args.folder, teller(), unattended=unattended or not sys.stdout.isatty())


def _nightly(args: argparse.Namespace) -> Exit:
    watch = _watch(args, unattended=args.due)
    due = Timetable.of(watch.site.settings).last_night(local_now(watch.site)) if args.due else None
    night = watch.night(due)
    if isinstance(night, Idle):
        _tell("No night is owed.")
        return Exit.DONE
    for line in night_lines(watch.site, night):
        _tell(line)
    return _how(night)


def _how(night: Night) -> Exit:
    if night.errors:
        return Exit.BUG
    return Exit.REFUSED if night.refused else Exit.DONE


def _readmit(args: argparse.Namespace) -> Exit:
    watch = _watch(args)
    site = watch.site
    with watch.telling(Kind.READMIT), watch.noted(Kind.READMIT) as note:
        night, admitted = readmit(site, now=local_now(site), teller=teller())
        note.night(night)
    for line in (*night_lines(site, night), admitted):
        _tell(line)
    return _how(night)


def _rebuild(args: argparse.Namespace) -> Exit:
    watch = _watch(args)
    site = watch.site
    with watch.telling(Kind.REBUILD), watch.noted(Kind.REBUILD) as note:
        night, differences = rebuild(site, now=local_now(site), teller=teller())
        note.night(night)
    for line in (*night_lines(site, night), *(f"  ! {line}" for line in differences)):
        _tell(line)
    _tell("The control totals are those of before." if not differences else "The control totals differ, see above.")
    return Exit.REFUSED if differences and not night.errors else _how(night)


def _trace(args: argparse.Namespace) -> Exit:
    site, console = load_site(args.folder), Console(width=None if sys.stdout.isatty() else 200)
    if bool(args.file) == bool(args.month) or (args.file and args.rows):
        _tell("Say what to trace: kpi trace SITE KPI GROUP YYYY-MM [--rows FOLDER], or kpi trace SITE --file NAME")
        return Exit.USAGE
    figure = args.kpi, args.group, args.month, args.rows
    for grid in trace_file(site, args.file) if args.file else trace_figure(site, *figure):
        console.print(grid)
    return Exit.DONE


def _review(args: argparse.Namespace) -> Exit:
    if not (args.month or args.due):
        _tell("Say which month to review: kpi review SITE YYYY-MM, or kpi review SITE --due")
        return Exit.USAGE
    watch = _watch(args, unattended=args.due)
    asked = Asked(
        args.month,
        args.group,
        args.language,
        args.format,
        sending(send=args.send, dry_run=args.dry_run),
        args.anyway,
        restate=args.restate,
        as_of=args.as_of,
    )
    done = watch.owed_reviews() if args.due else [(asked, watch.review(asked))]
    waited = watch.owed_letters() if args.due else []
    for each, reviewed in done:
        for line in review_lines(watch.site, each.month, reviewed, each.as_of):
            _tell(line)
    for line in resumed_lines(waited) if waited else ():
        _tell(line)
    if not (done or waited):
        _tell("No review is owed.")
    failed = any(reviewed.failed for _, reviewed in done) or any(letter.state in FAILED for letter in waited)
    return Exit.REFUSED if failed else Exit.DONE


def _close(args: argparse.Namespace) -> Exit:
    site = load_site(args.folder)
    count = close_month(site, args.month, local_now(site))
    _tell(f"Closed {args.month:%Y-%m}: {count} reviews stand; what arrives later needs kpi review --restate.")
    return Exit.DONE


def _archive(args: argparse.Namespace) -> Exit:
    site = load_site(args.folder)
    for line in prune(site, local_now(site)) if args.prune else rewrite_archive(site):
        _tell(line)
    _tell(f"Archive: {site.reviews / 'index.html'}")
    return Exit.DONE


def _profile(args: argparse.Namespace) -> Exit:
    profile_file(args.file, args.folder, Console(), write=args.write)
    return Exit.DONE


def _serve(args: argparse.Namespace) -> Exit:
    site = load_site(args.folder)
    if args.write_unit:
        for path in write_units(site, args.write_unit):
            _tell(f"Wrote {path}")
        _tell("Each file says in its first lines how it is put to use.")
        return Exit.DONE
    schedule = site.settings.schedule
    _tell("Starting Prefect (half a minute the first time)")
    with served(site.folder), running(schedule.port, site.folder / "prefect", schedule.keep_runs_days) as url:
        from flows.running.schedule import serve_forever  # noqa: PLC0415 - Prefect reads its settings when it is imported

        _tell(f"Serving {site.settings.organisation.name}; the runs are shown at {url.removesuffix('/api')}")
        serve_forever(site)
    return Exit.DONE


def _status(args: argparse.Namespace) -> Exit:
    site = load_site(args.folder)
    status = status_of(site, local_now(site))
    for line in status.lines:
        _tell(line)
    for line in status.needs:
        _tell(f"! {line}")
    return Exit.REFUSED if status.needs else Exit.DONE


_COMMANDS: Final[Mapping[str, Callable[[argparse.Namespace], Exit]]] = {
    "sample": _sample,
    "init": _init,
    "check": _check,
    "nightly": _nightly,
    "readmit": _readmit,
    "rebuild": _rebuild,
    "review": _review,
    "close": _close,
    "archive": _archive,
    "profile": _profile,
    "letters": letters_command,
    "trace": _trace,
    "serve": _serve,
    "status": _status,
}
_CODES: Final[Mapping[type[Problem], Exit]] = {
    BadSite: Exit.SITE,
    Busy: Exit.BUSY,
    NothingToReview: Exit.NOTHING,
    NobodyToTell: Exit.NOBODY,
    NotClosable: Exit.NOTHING,
    NotKnown: Exit.NOTHING,
    Pruned: Exit.NOTHING,
    Deleted: Exit.NOTHING,
    StrangeLedger: Exit.SITE,
    OlderLedger: Exit.DISK,
    BrokenLake: Exit.DISK,
}
