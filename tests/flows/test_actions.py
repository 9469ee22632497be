"""actions.csv: agreed by hand or exported from a task list; whatever is wrong is told in a sentence."""

from datetime import date
from pathlib import Path

import pytest

from flows.site import load_site
from tests.flows.chain import small_site
from transforms.problem import BadSite
from transforms.proposals import proposal_id

HEADER = "id,level,group,kpi,what,owner,due,done\n"
TASKS = 'Task ID,Name,Section/Column,Assignee,Due Date,Completed At,Notes\n12,Xếp ca,HN01,Ánh,{due},,"kpi: {kpi}"\n'


def written(folder: Path, text: str) -> Path:
    site = small_site(folder)
    (site / "actions.csv").write_text(text, encoding="utf-8")
    return site


def test_a_site_without_actions_has_none(tmp_path: Path) -> None:
    assert load_site(small_site(tmp_path)).actions.is_empty()


def test_the_chains_own_actions_need_no_group(tmp_path: Path) -> None:
    rows = "P-1,chain,,net_sales,Hạ giá,Ánh,2026-10-15,\n,store,HN01,net_sales,Xếp ca,Ánh,2026-10-15,2026-10-01\n"
    found = load_site(written(tmp_path, HEADER + rows)).actions
    assert found.select("id", "level", "group_id").rows() == [("P-1", "chain", "tiny"), (None, "store", "HN01")]
    assert [str(day) for day in found["done"]] == ["None", "2026-10-01"]


def test_a_task_list_is_read_as_it_is_exported(tmp_path: Path) -> None:
    found = load_site(written(tmp_path, TASKS.format(due="2026-10-15", kpi="net_sales"))).actions
    assert found.select("id", "level", "group_id", "kpi", "what").rows() == [
        ("12", "store", "HN01", "net_sales", "Xếp ca")
    ]


ASANA = """Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,\
Start Date,Due Date,Tags,Notes,Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies)
1208,2026-11-03,,2026-11-04,Limit discounts,To do,,an@example.com,,2026-11-14,,"As agreed in the review:
{proposal}, ""at once"".",KPI review,,,
1208,2026-11-03,,2026-11-04,Limit discounts,To do,,an@example.com,,2026-11-14,,"As agreed in the review:
{proposal}, ""at once"".",Stores,,,
1209,2026-11-03,2026-11-05,2026-11-05,Ask the till,,Bình,,,,,,,Limit discounts,,
1210,2026-11-03,2026-11-09,2026-11-09,Paint the door,To do,Bình,,,2026-11-30,,,KPI review,,,
"""
VIETNAMESE = """Mã đề xuất,Cấp,Nhóm,KPI,Việc cần làm,Phụ trách,Hạn,Ngày xong
{proposal},,,,Chỉ quản lý được giảm giá,Ánh,14/11/2026,9/11/2026
,store,HN02,net_sales,Xếp thêm ca tối,Bình,2026-11-30,
"""


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (TASKS.replace(",Due Date", "").replace(",{due}", ""), "Due Date"),
        ("id,level,group,kpi,what,due\n", "owner"),
    ],
)
def test_a_missing_column_is_told_once(tmp_path: Path, text: str, column: str) -> None:
    header, *rows = text.splitlines()
    many = "\n".join((header, *(rows or [",store,HN01,net_sales,Xếp ca,2026-10-15"]) * 3))
    with pytest.raises(BadSite) as problem:
        load_site(written(tmp_path, many))
    assert str(problem.value).count("lacks") == 1
    assert f"actions.csv, row 1: the header lacks {column};" in str(problem.value)


def test_an_export_of_asana_is_read_by_the_proposals_it_names(tmp_path: Path) -> None:
    """Twice in two projects, a subtask, and a task that is none of ours; who it is assigned to is known by address."""
    told = ASANA.format(proposal=proposal_id("limit_discounts", "discount_rate", "store", "HN02"))
    found = load_site(written(tmp_path, "\ufeff" + told)).actions
    assert found.drop("id").rows() == [
        ("store", "HN02", "discount_rate", "Limit discounts", "an@example.com", date(2026, 11, 14), None)
    ]


def test_a_vietnamese_spreadsheet_is_read_and_a_proposal_says_what_it_is_about(tmp_path: Path) -> None:
    told = VIETNAMESE.format(proposal=proposal_id("limit_discounts", "discount_rate", "region", "north"))
    found = load_site(written(tmp_path, "\ufeff" + told)).actions
    assert found.select("level", "group_id", "kpi", "due", "done").rows() == [
        ("region", "north", "discount_rate", date(2026, 11, 14), date(2026, 11, 9)),
        ("store", "HN02", "net_sales", date(2026, 11, 30), None),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEADER},shop,HN01,net_sales,Hạ giá,Ánh,2026-10-15,\n", "'shop' is not a level; allowed are chain"),
        (f"{HEADER},store,HN09,net_sales,Hạ giá,Ánh,2026-10-15,\n", "no store is called 'HN09'; write an id of stores"),
        (
            f"{HEADER},store,HN01,nets,Hạ giá,Ánh,2026-10-15,\n",
            "no KPI 'nets'; the nearest known is 'net_sales'",
        ),
        (f"{HEADER},store,HN01,net_sales,Hạ giá,Ánh,,\n", "actions.csv, row 2, due"),
        ("id,level\n1,store\n", "actions.csv, row 1: the header lacks what, owner, due; add what is missing"),
        (TASKS.format(due="", kpi="net_sales"), "'Xếp ca': it is not said until when; write a due date"),
        ("Việc,Phụ trách,Hạn\nXếp ca,Ánh,31/02/2026\n", "actions.csv, row 2, due"),
        ("Việc,Phụ trách,Hạn\nXếp ca,Ánh,1/2/2026\n", "'Xếp ca': '' is not a level; allowed are chain"),
        ("Việc,Phụ trách,Hạn\nXếp ca,Ánh\n", "row 2, has more or fewer cells than the header"),
        ("Việc;Phụ trách;Hạn\nXếp ca;Ánh;1/2/2026\n", "separated by semicolons; save it separated by commas"),
        ("Task ID,Name\n1,Xếp ca\n", "actions.csv, row 1: the header lacks Due Date, Completed At, Notes;"),
        (TASKS.format(due="15/10/2026", kpi="net_sales"), "Due Date is '15/10/2026'; write a date like 2026-07-31"),
    ],
    ids=[
        *("level", "group", "kpi", "due", "columns", "task without day", "no such day", "no group", "cells"),
        *("semicolons", "columns of tasks", "task's date"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadSite) as refused:
        load_site(written(tmp_path, text))
    assert said in str(refused.value)
