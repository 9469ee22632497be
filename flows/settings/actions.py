"""actions.csv: what was agreed in earlier reviews, written by hand or exported from a task list."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import polars as pl
from pydantic import ConfigDict, Field

from flows.settings.tables import Cells, Day, Maybe, MaybeDay, Row, read_cells, typed
from transforms.actions import ACTIONS, from_tasks
from transforms.identity import instead
from transforms.proposals import proposed_ids
from transforms.tables import LEVELS

FILE: Final = "actions.csv"
_TASK_LIST: Final = "Task ID"
# What a Vietnamese spreadsheet calls the columns; its days are 31/10/2026.
_BY_HAND: Final = {
    "mã đề xuất": "id",
    "cấp": "level",
    "nhóm": "group",
    "chỉ số": "kpi",
    "việc": "what",
    "việc cần làm": "what",
    "phụ trách": "owner",
    "người phụ trách": "owner",
    "hạn": "due",
    "xong": "done",
    "ngày xong": "done",
}
_OF_TASKS: Final = {
    "mã công việc": _TASK_LIST,
    "tên": "Name",
    "tên công việc": "Name",
    "phần/cột": "Section/Column",
    "người phụ trách": "Assignee",
    "ngày đến hạn": "Due Date",
    "ngày hoàn thành": "Completed At",
    "ghi chú": "Notes",
}
_VIETNAMESE_DAY: Final = re.compile(r"^\s*(\d{1,2})/(\d{1,2})/(\d{4})\s*$")


class Action(Row):
    """One agreed action; `done` is empty until it is.

    `id` is the proposal's, if it came of one; then that says what level, group and KPI it is about.
    """

    id: Maybe = None
    level: Maybe = None
    group: Maybe = None
    kpi: Maybe = None
    what: str = Field(min_length=1)
    owner: str = Field(min_length=1)
    due: Day
    done: MaybeDay = None


class Task(Row):
    """One row of a task list; other columns are left alone."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(alias=_TASK_LIST, min_length=1)
    name: str = Field(alias="Name")
    section: Maybe = Field(alias="Section/Column", default=None)
    assignee: Maybe = Field(alias="Assignee", default=None)
    email: Maybe = Field(alias="Assignee Email", default=None)
    due: str = Field(alias="Due Date")
    done: str = Field(alias="Completed At")
    notes: Maybe = Field(alias="Notes")


def read_actions(folder: Path, chain: str, groups: pl.DataFrame, problems: list[str]) -> pl.DataFrame:
    """The actions of a site (none without the file) as ACTIONS; the chain's own need no group.

    `groups`: level, group_id of all there ever were, which proposals are about. Appends a sentence to `problems` for
    each mistake. Raises BadSite for a day of a task that cannot be read.
    """
    path = folder / FILE
    rows = read_cells(path, problems) if path.is_file() else []
    if any(_english(name, _OF_TASKS) == _TASK_LIST for name in (rows[0][1] if rows else ())):
        tasks = [task.model_dump() for task in typed(FILE, _translated(rows, _OF_TASKS), Task, problems)]
        read = pl.DataFrame(tasks, schema=dict.fromkeys(Task.model_fields, pl.String))
        return from_tasks(read, proposed_ids(groups), FILE)
    actions = list(typed(FILE, _translated(rows, _BY_HAND), Action, problems))
    proposed = {row[0]: row[1:] for row in proposed_ids(groups).rows()} if actions else {}
    values = [_row(action, chain, proposed) for action in actions]
    return pl.DataFrame(values, schema=pl.Schema(ACTIONS), orient="row")


def strangers(actions: pl.DataFrame, groups: pl.DataFrame, kpis: Collection[str]) -> Iterator[str]:
    """One sentence per action of an unknown group or KPI, or without a day by which; `groups`: level, group_id."""
    known = set(groups.select("level", "group_id").rows())
    for level, group, kpi, what, due in actions.select("level", "group_id", "kpi", "what", "due").iter_rows():
        where = f"{FILE}, {what!r}"
        if level not in LEVELS:
            yield f"{where}: {level or ''!r} is not a level; allowed are {', '.join(LEVELS)}."
        elif (level, group) not in known:
            yield f"{where}: no {level} is called {group or ''!r}; write an id of {_LISTS.get(level, 'stores.csv')}."
        if kpi not in kpis:
            yield f"{where}: there is no KPI {kpi or ''!r}; {instead(kpi or '', kpis)}."
        if due is None:
            yield f"{where}: it is not said until when; write a due date like 2026-07-31."


_LISTS: Final = {"person": "people.csv", "region": "kpi.toml, [regions]"}


def _row(action: Action, chain: str, proposed: Mapping[str, tuple[str, str, str]]) -> tuple[object, ...]:
    kpi, level, group = proposed.get(action.id or "", (action.kpi, action.level, action.group))
    own = group or (chain if level == "chain" else None)
    return action.id, level, own, kpi, action.what, action.owner, action.due, action.done


def _english(name: str, names: Mapping[str, str]) -> str:
    return "kpi" if name == "KPI" else names.get(name.casefold(), name)


def _translated(rows: Iterable[tuple[int, Cells]], names: Mapping[str, str]) -> Iterator[tuple[int, Cells]]:
    """Under a Vietnamese name a day may be written the Vietnamese way."""
    for number, cells in rows:
        yield number, {_english(n, names): _day(c) if n.casefold() in names else c for n, c in cells.items()}


def _day(cell: str) -> str:
    found = _VIETNAMESE_DAY.match(cell)
    return cell if found is None else f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}"
