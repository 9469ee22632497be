"""`kpi` and nothing else: parse, call, exit code."""

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TypeAlias

from flows.exits import MEANINGS, Exit
from transforms.problem import Problem

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    args = _parser().parse_args(argv)
    gc.disable()  # what is imported stays: a tenth of the time would go into looking for garbage in it
    from flows import commands  # noqa: PLC0415 - `kpi --help` answers at once

    gc.freeze()
    gc.enable()
    try:
        return commands.run(args)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return commands.code_of(problem)
    except OSError as fault:
        sys.stderr.write(f"{fault.filename or args.folder}: {fault.strerror or fault}; mend that and run again.\n")
        return Exit.DISK
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing is lost: run the same command again to go on.\n")
        return Exit.STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kpi",
        description="Turns nightly sales and attendance exports into a monthly review per group: PDF, workbook, page.",
        epilog="exit codes:\n" + "\n".join(f"  {code.value}  {text}" for code, text in MEANINGS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"kpi-review {version('kpi-review')}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_folder(_command(commands, "init", "make a commented starter site"), "DIR", "a folder that is empty or new")
    _add_sample(_command(commands, "sample", "write a sample chain: a site with exports in its inbox"))
    for name, text in (
        ("check", "say whether a site is ready to run"),
        ("readmit", "take in what was kept out, after a fix of the site"),
        ("rebuild", "make a damaged lake anew from the archive"),
        ("status", "say how the last runs ended, what waits and what is due next"),
    ):
        _add_site(_command(commands, name, text))
    _add_nightly(_command(commands, "nightly", "take in what was delivered and measure what it touched"))
    _add_serve(_command(commands, "serve", "run both flows on their schedules, under Prefect"))
    _add_review(_command(commands, "review", "print one month's reviews"))
    close = _command(commands, "close", "close a month, so that its reviews stand as they were issued")
    _add_site(close)
    close.add_argument("month", type=_month, metavar="YYYY-MM", help="the month that is closed")
    archive = _command(commands, "archive", "bring the pages and manifests of what was issued up to date")
    _add_site(archive)
    archive.add_argument("--prune", action="store_true", help="delete what [archive] of kpi.toml does not keep")
    _add_profile(_command(commands, "profile", "show what an export looks like, and propose a profile for it"))
    _add_letters(_command(commands, "letters", "say what became of letters, and send failed ones again"))
    _add_trace(_command(commands, "trace", "go from a figure to files and rows, and back"))
    return parser


def _command(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")


def _add_folder(parser: argparse.ArgumentParser, metavar: str, text: str) -> None:
    parser.add_argument("folder", type=Path, metavar=metavar, help=text)


def _add_site(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser, "SITE", "the folder with kpi.toml")


def _add_sample(parser: argparse.ArgumentParser) -> None:
    _add_folder(parser, "DIR", "where to write it")
    parser.add_argument("--language", choices=("vi", "en"), default="vi", help="formats of the exports (default: vi)")
    for name, default in (("stores", 6), ("people", 60), ("months", 26), ("seed", 1)):
        parser.add_argument(f"--{name}", type=_count, default=default, metavar="N", help=f"default: {default}")
    parser.add_argument("--until", type=_day, default=date(2026, 10, 31), metavar="DAY", help="default: 2026-10-31")
    parser.add_argument("--night", type=_day, metavar="DAY", help="write only the exports of one more day")


def _add_nightly(parser: argparse.ArgumentParser) -> None:
    _add_site(parser)
    parser.add_argument("--due", action="store_true", help="only if a night of [schedule] is owed; for cron and timers")


def _add_serve(parser: argparse.ArgumentParser) -> None:
    _add_site(parser)
    text = "serve nothing: write systemd units, a crontab and prefect.yaml for this machine into DIR"
    parser.add_argument("--write-unit", type=Path, metavar="DIR", help=text)


def _add_review(parser: argparse.ArgumentParser) -> None:
    _add_site(parser)
    parser.add_argument("month", nargs="?", type=_month, metavar="YYYY-MM", help="the month that is reviewed")
    parser.add_argument("--due", action="store_true", help="instead: every month whose review is owed; for cron")
    parser.add_argument("--group", nargs="+", default=[], metavar="ID", help="only these groups (default: all)")
    parser.add_argument("--language", nargs="+", default=[], metavar="CODE", help="vi, en (default: the site's)")
    sending = parser.add_mutually_exclusive_group()
    sending.add_argument("--send", action="store_true", help="send each reader her letter, unless she has it")
    sending.add_argument("--dry-run", action="store_true", help="say who would get what; nothing is written")
    parser.add_argument("--anyway", action="store_true", help="send though something is missing; letters say what")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--restate", action="store_true", help="issue another revision where figures moved since")
    which.add_argument("--as-of", type=_day, metavar="DAY", help="as the month was known then; printed aside")
    parser.add_argument(
        "--format", nargs="+", default=[], metavar="NAME", help="pdf, xlsx, html (default: as the site)"
    )


def _add_letters(parser: argparse.ArgumentParser) -> None:
    _add_site(parser)
    parser.add_argument("month", nargs="?", type=_month, metavar="YYYY-MM", help="default: every month")
    deciding = parser.add_mutually_exclusive_group()
    deciding.add_argument("--failed", action="store_true", help="send those again that failed, and list only them")
    deciding.add_argument("--resend", metavar="ADDRESS", help="send the newest letters to ADDRESS once more")
    deciding.add_argument("--sent", metavar="ADDRESS", help="letters to ADDRESS that are in doubt did arrive")


def _add_profile(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("folder", type=Path, metavar="SITE", nargs="?", help="whose profiles are tried, too")
    parser.add_argument("--write", action="store_true", help="write the proposal into the site's profiles")


def _add_trace(parser: argparse.ArgumentParser) -> None:
    parser.usage = "kpi trace SITE KPI GROUP YYYY-MM [--rows FOLDER] | kpi trace SITE --file NAME"
    _add_site(parser)
    parser.add_argument("kpi", nargs="?", metavar="KPI", help="a KPI of the review, for example net_sales")
    parser.add_argument("group", nargs="?", metavar="GROUP", help="a group of the review, for example HN01")
    parser.add_argument("month", nargs="?", type=_month, metavar="YYYY-MM")
    parser.add_argument("--rows", type=Path, metavar="FOLDER", help="write the rows there, each with what it adds")
    parser.add_argument("--file", metavar="NAME", help="a delivered file: where its rows went")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write YYYY-MM-DD") from None


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month; write YYYY-MM, for example 2026-10") from None
