"""actions.csv: agreed by hand or exported from a task list; whatever is wrong is told in a sentence."""

from pathlib import Path

import pytest

from flows.site import load_site
from tests.flows.chain import small_site
from transforms.problem import BadSite

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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEADER},shop,HN01,net_sales,Hạ giá,Ánh,2026-10-15,\n", "'shop' is not a level; allowed are chain"),
        (f"{HEADER},store,HN09,net_sales,Hạ giá,Ánh,2026-10-15,\n", "no store is called 'HN09'; write an id of stores"),
        (f"{HEADER},store,HN01,nets,Hạ giá,Ánh,2026-10-15,\n", "there is no KPI 'nets'; write the id of one"),
        (f"{HEADER},store,HN01,net_sales,Hạ giá,Ánh,,\n", "actions.csv, row 2, due"),
        ("id,level\n1,store\n", "actions.csv, row 2"),
        (TASKS.format(due="", kpi="net_sales"), "'Xếp ca': it is not said until when; write a due date"),
        (TASKS.format(due="15/10/2026", kpi="net_sales"), "Due Date is '15/10/2026'; write a date like 2026-07-31"),
    ],
    ids=["level", "group", "kpi", "due", "columns", "task without day", "task's date"],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadSite) as refused:
        load_site(written(tmp_path, text))
    assert said in str(refused.value)
