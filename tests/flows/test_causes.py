"""A routine range is set anew only where the operator says since when and why."""

from datetime import date
from pathlib import Path

import pytest

from flows.settings.causes import causes_of
from flows.site import load_site
from tests.flows.chain import small_site
from transforms.problem import BadSite
from transforms.signals import CAUSES


def told(folder: Path, cause: str) -> Path:
    site = small_site(folder / "site")
    path = site / "kpi.toml"
    path.write_text(f"{path.read_text('utf-8')}\n[[cause]]\n{cause}\n", encoding="utf-8")
    return site


def test_a_cause_is_read(tmp_path: Path) -> None:
    site = load_site(told(tmp_path, 'from = "2026-03"\nwhat = "Tầng hai"\ngroup = "HN01"'))
    found = causes_of(site.settings.cause)
    assert dict(found.schema) == dict(CAUSES)
    assert found.rows() == [(None, None, "HN01", date(2026, 3, 1), "Tầng hai")]
    assert causes_of(()).is_empty()


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        ('from = "March"\nwhat = "x"', r"kpi\.toml, cause\.0\.from 'March' is not a month; write YYYY-MM"),
        ("from = 2026-03-01\nwhat = 'x'", r"cause\.0\.from .* is not a month; write YYYY-MM"),
        ('from = "2026-03"', r"cause\.0\.what is missing"),
        (
            'from = "2026-03"\nwhat = "x"\nkpi = "sales"',
            r"cause 1 \('x'\): no KPI is called 'sales'; the nearest known is 'net_sales'; leave",
        ),
        ('from = "2026-03"\nwhat = "x"\ngroup = "HN09"', r"no group is called 'HN09'; see stores\.csv"),
        ('from = "2026-03"\nwhat = "x"\nlevel = "region"\ngroup = "HN01"', "no region is called 'HN01'"),
    ],
)
def test_a_cause_that_leads_nowhere_is_told(tmp_path: Path, cause: str, sentence: str) -> None:
    with pytest.raises(BadSite, match=sentence):
        load_site(told(tmp_path, cause))
