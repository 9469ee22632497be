"""actions.csv: what was agreed in earlier reviews, written by hand or exported from a task list."""

import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

import polars as pl
from pydantic import Field

from flows.site_tables import Day, Maybe, MaybeDay, Row, read_table
from transforms.actions import ACTIONS, from_tasks
from transforms.problem import BadSite
from transforms.tables import LEVELS

FILE: Final = "actions.csv"
_TASK_LIST: Final = "Task ID"


class Action(Row):
    """One agreed action; `id` is the proposal's, if it came of one, `done` is empty until it is."""

    id: Maybe = None
    level: str
    group: Maybe = None
    kpi: str
    what: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    due: Day
    done: MaybeDay = None


def read_actions(folder: Path, chain: str, problems: list[str]) -> pl.DataFrame:
    """The actions of a site (none without the file) as ACTIONS; the chain's own need no group.

    Appends a sentence to `problems` for each mistake. Raises BadSite for a task list that cannot be read.
    """
    path = folder / FILE
    if path.is_file() and _is_task_list(path):
        return _tasks(path)
    rows = read_table(path, Action, problems, required=False)
    values = [(a.id, a.level, a.group or _own(a, chain), a.kpi, a.what, a.owner, a.due, a.done) for a in rows]
    return pl.DataFrame(values, schema=pl.Schema(ACTIONS), orient="row")


def strangers(actions: pl.DataFrame, groups: pl.DataFrame, kpis: Collection[str]) -> Iterator[str]:
    """One sentence per action of an unknown group or KPI, or without a day by which; `groups`: level, group_id."""
    known = set(groups.select("level", "group_id").rows())
    for level, group, kpi, what, due in actions.select("level", "group_id", "kpi", "what", "due").iter_rows():
        where = f"{FILE}, {what!r}"
        if level not in LEVELS:
            yield f"{where}: {level!r} is not a level; allowed are {', '.join(LEVELS)}."
        elif (level, group) not in known:
            yield f"{where}: no {level} is called {group or ''!r}; write an id of {_LISTS.get(level, 'stores.csv')}."
        if kpi not in kpis:
            yield f"{where}: there is no KPI {kpi!r}; write the id of one, such as {_some(kpis)}."
        if due is None:
            yield f"{where}: it is not said until when; write a due date like 2026-07-31."


_LISTS: Final = {"person": "people.csv", "region": "kpi.toml, [regions]"}


def _own(action: Action, chain: str) -> str | None:
    return chain if action.level == "chain" else None


def _some(kpis: Iterable[str]) -> str:
    return ", ".join(sorted(kpis)[:8])


def _text(path: Path) -> str:
    return unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig", errors="replace"))


def _is_task_list(path: Path) -> bool:
    return _TASK_LIST in _text(path).partition("\n")[0]


def _tasks(path: Path) -> pl.DataFrame:
    try:
        return from_tasks(pl.read_csv(io.BytesIO(_text(path).encode()), infer_schema=False), FILE)
    except pl.exceptions.PolarsError as error:
        raise BadSite(f"{FILE} cannot be read as a table: {str(error).splitlines()[0]}; export it anew.") from error
