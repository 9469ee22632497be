"""Follow-up: was what had been agreed done, and did it work?"""

from datetime import date
from typing import Final

import polars as pl

from transforms.problem import BadSite
from transforms.seasons import SERIES
from transforms.tables import Schema

# Agreed actions, one a row. `id`: the proposal's, or any other that is unique; `done`: null, not yet.
ACTIONS: Final = Schema(
    {
        "id": pl.String(),
        "level": pl.String(),
        "group_id": pl.String(),
        "kpi": pl.String(),
        "what": pl.String(),
        "owner": pl.String(),
        "due": pl.Date(),
        "done": pl.Date(),
    }
)
# `state`: done | late | open on the review's last day; `before`: the KPI in the last whole month before it was done,
# `after`: in the newest whole one since; `verdict`, of what is done: signal (a month since breaks a rule, on `side` of
# the mean) | no_signal | too_early (no month since, or limits on trial).
FOLLOWED: Final = Schema(
    {
        **ACTIONS,
        "state": pl.String(),
        "before": pl.Float64(),
        "after": pl.Float64(),
        "verdict": pl.String(),
        "side": pl.String(),
    }
)
# One row of a task list's export, as text; `due` and `done` begin with a day or are empty.
TASKS: Final = Schema(
    dict.fromkeys(("id", "name", "section", "assignee", "email", "due", "done", "notes"), pl.String())
)
_PROPOSAL: Final = r"\b(P-[0-9A-F]{8})\b"


def follow_up(actions: pl.DataFrame, signals: pl.DataFrame, on: date) -> pl.DataFrame:
    """`actions` (ACTIONS) with state and verdict from `signals` (SIGNALS, up to the reviewed month); FOLLOWED.

    `on` is the last day of the reviewed month. The month in which an action was done counts neither as before nor as
    after.
    """
    known = actions.with_row_index("_row").join(
        signals.select(*SERIES, "month", "value", "rule", "side", "basis"), on=SERIES
    )
    done = pl.col("done").dt.truncate("1mo")
    since = known.filter(pl.col("month") > done).sort("month")
    broken = pl.col("rule").is_not_null()
    after = since.group_by("_row").agg(
        after=pl.col("value").last(),
        trial=(pl.col("basis") == "trial").any(),
        side=pl.col("side").filter(broken).last(),
    )
    before = known.filter(pl.col("month") < done).sort("month").group_by("_row").agg(before=pl.col("value").last())
    joined = actions.with_row_index("_row").join(after, on="_row", how="left").join(before, on="_row", how="left")
    told = joined.with_columns(state=_state(on), verdict=_verdict(on)).sort("_row")
    only = pl.when(pl.col("verdict") == "signal").then("side")
    return told.with_columns(side=only).select(FOLLOWED.keys())


def from_tasks(tasks: pl.DataFrame, proposed: pl.DataFrame, file: str) -> pl.DataFrame:
    """Read a task list (TASKS) into ACTIONS.

    A task that names a proposal (`P-1A2B3C4D`, anywhere in its name or notes) is about that one's KPI and group;
    `proposed`: proposals.proposed_ids. Others say it in their notes, a line each: `kpi: net_sales`, `group: store
    S001`; without a group the section of the task is the store. Tasks that say neither are none of ours. A task that
    stands in several projects counts once. Raises BadSite where a date is not written 2026-07-31.
    """
    named = tasks.with_row_index("_row").unique("id", keep="first", maintain_order=True)
    about = proposed.select(pl.all().name.prefix("_of_"))
    told = named.with_columns(proposal=_proposal()).join(about, left_on="proposal", right_on="_of_id", how="left")
    ours = told.with_columns(kpi=pl.coalesce("_of_kpi", _note("kpi", r"(\w+)"))).filter(pl.col("kpi").is_not_null())
    _refuse_dates(ours.sort("_row"), file)
    return ours.sort("_row").select(
        id=pl.coalesce("proposal", "id"),
        level=pl.coalesce("_of_level", _note("group", r"(\w+)\s+\S"), pl.lit("store")),
        group_id=pl.coalesce("_of_group_id", _note("group", r"\w+\s+(\S+)"), pl.col("section").str.strip_chars()),
        kpi="kpi",
        what=_without_proposal(),
        owner=pl.coalesce("assignee", "email", pl.lit("")),
        due=_date("due"),
        done=_date("done"),
    )


def _state(on: date) -> pl.Expr:
    return (
        pl.when(pl.col("done") <= on)
        .then(pl.lit("done"))
        .when(pl.col("due") < on)
        .then(pl.lit("late"))
        .otherwise(pl.lit("open"))
    )


def _verdict(on: date) -> pl.Expr:
    early = pl.col("after").is_null() | pl.col("trial")
    told = pl.when(early).then(pl.lit("too_early")).when(pl.col("side").is_not_null()).then(pl.lit("signal"))
    return pl.when(pl.col("done") <= on).then(told.otherwise(pl.lit("no_signal")))


def _proposal() -> pl.Expr:
    return pl.coalesce(pl.col(name).str.extract(_PROPOSAL) for name in ("notes", "name"))


def _without_proposal() -> pl.Expr:
    """What is to be done; the id stands beside it anyway."""
    return pl.col("name").str.replace(rf"[\[(]?{_PROPOSAL}[\])]?\s*[:·–-]?", "").str.strip_chars()


def _note(name: str, pattern: str) -> pl.Expr:
    return pl.col("notes").str.extract(rf"(?im)^\s*{name}\s*:\s*{pattern}")


def _date(column: str) -> pl.Expr:
    return pl.col(column).str.head(len("2026-07-31")).str.to_date("%Y-%m-%d", strict=False)


def _refuse_dates(tasks: pl.DataFrame, file: str) -> None:
    for column, named in (("due", "Due Date"), ("done", "Completed At")):
        wrong = tasks.filter((pl.col(column).fill_null("") != "") & _date(column).is_null())
        for task, text in wrong.select("name", column).head(1).iter_rows():
            raise BadSite(f"{file}, {task!r}: {named} is '{text}'; write a date like 2026-07-31.")
