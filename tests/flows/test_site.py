"""The site: what it may say, and one sentence for each thing it may not."""

from pathlib import Path

import pytest
from PIL import Image

from flows.cli import main
from flows.site import load_site
from tests.flows.chain import small_site
from transforms.problem import BadSite


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return small_site(tmp_path / "site")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def mistakes(site: Path) -> list[str]:
    with pytest.raises(BadSite) as refused:
        load_site(site)
    return str(refused.value).splitlines()


def test_a_good_site_is_read_whole(site: Path) -> None:
    loaded = load_site(site)
    assert loaded.settings.organisation.name == "Chuỗi Tí Hon"
    assert loaded.stores["store_id"].to_list() == ["HN01", "HN02"]
    assert loaded.people["to_date"].null_count() == 2
    assert loaded.targets.height == 3
    assert loaded.recipients[0].address == "anh@example.com"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "kpi.toml",
            'currency = "VND"',
            'currency = "đồng"',
            "organisation.currency 'đồng' .*'VND'",
        ),
        ("people.csv", "HN02,2023-01-01,2026-09-30", "HN02,01/01/2023,", "'01/01/2023' is not a day; write YYYY-MM-DD"),
        ("kpi.toml", 'currency = "VND"', "", "kpi.toml, organisation.currency is missing; add it"),
        (
            "kpi.toml",
            "settle_seconds",
            "setle_seconds",
            "kpi.toml, inbox.setle_seconds is no key known here",
        ),
        (
            "kpi.toml",
            "[inbox]",
            '[schedule]\nnightly = "2:30"\n[inbox]',
            "schedule.nightly '2:30' is not a cron line; write",
        ),
        (
            "kpi.toml",
            "[inbox]",
            '[schedule]\nmonthly = "0 6 32 * *"\n[inbox]',
            r"schedule.monthly '0 6 32 .*not a cron",
        ),
        ("kpi.toml", "[inbox]", '[schedule]\nnot_on = "sundays"\n[inbox]', "schedule.not_on is 'sundays'; allowed are"),
        (
            "kpi.toml",
            "[inbox]",
            '[operators]\naddresses = ["it"]\n[inbox]',
            "operators.addresses.0 is no e-mail address",
        ),
        ("kpi.toml", '"04:00"', '"4h"', r"organisation.business_day_starts '4h' is not a time of day; write HH:MM"),
        (
            "kpi.toml",
            "Asia/Ho_Chi_Minh",
            "Hanoi",
            r"time_zone 'Hanoi' is not a time zone; .*Asia/Ho_Chi_Minh",
        ),
        ("kpi.toml", "[organisation]", "[organisation", "kpi.toml is not valid TOML"),
        ("kpi.toml", 'languages = ["vi"', 'languages = ["vn"', "languages.0 'vn' is not a language"),
        (
            "stores.csv",
            "HN02,Hồ Tây,north",
            "HN02,Hồ Tây,nroth",
            "stores.csv, region of HN02: 'nroth' .*; the nearest known is 'north'",
        ),
        ("stores.csv", "2023-01-01,,\n", "2023-01-01,,\nHN02,Hai,north,,,,\n", "store_id: HN02 stands twice"),
        (
            "stores.csv",
            "2023-01-01",
            "01/01/2023",
            "stores.csv, row 2, opened_on '01/01/2023' is not a day; write YYYY-MM-DD",
        ),
        ("stores.csv", "HN02,Hồ Tây", "HN02,ch cầu giấy", "'ch cầu giấy' stands for HN01 and HN02"),
        (
            "people.csv",
            "barista,bar,HN02,2023-01-01,,",
            "barista,bar,HN09,2023-01-01,,",
            "people.csv, store_id of NV2: 'HN09' .*allowed are HN01, HN02;",
        ),
        ("people.csv", "2026-09-30", "2022-09-30", r"people.csv, row 4, .*'to' \(2022-09-30\) lies before 'from'"),
        ("people.csv", "NV3,Chi", "NV2,Chi", "people.csv, employee_id NV2: the stint from 2023-01-01 overlaps"),
        ("people.csv", "NV3,Chi,", "NV3,Chi,,", "people.csv, row 4, has more or fewer cells than the header"),
        ("recipients.csv", "anh@example.com", "anh", "recipients.csv, row 2, address is no e-mail address; write one"),
        ("recipients.csv", "store,HN01", "store,HN07", "no store is called 'HN07'"),
        ("targets.csv", "97%", "97", r"targets.csv.*row 4.*97"),
        ("targets.csv", "net_sales,store", "net_sale,store", "targets.csv.*net_sale"),
        ("scorecards.toml", "net_sales = 60", "net_sales = 59", r"scorecards.toml.*99.*100"),
    ],
)
def test_each_mistake_is_told_with_file_key_and_what_is_allowed(
    site: Path, file: str, old: str, new: str, told: str
) -> None:
    edit(site / file, old, new)
    lines = mistakes(site)
    assert len(lines) == 1, lines
    with pytest.raises(BadSite, match=told):
        load_site(site)


def test_mistakes_of_several_files_are_told_at_once(site: Path) -> None:
    edit(site / "kpi.toml", "settle_seconds = 0", "settle_seconds = -1")
    (site / "stores.csv").unlink()
    edit(site / "people.csv", "2026-09-30", "soon")
    assert [line.split(",")[0].split(" ")[0] for line in mistakes(site)] == ["kpi.toml", "stores.csv", "people.csv"]


def test_a_folder_that_is_no_site_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 3
    assert "is not a site: kpi.toml is missing" in capsys.readouterr().err


def test_the_starter_site_is_ready_to_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path / "mine")]) == 0
    assert main(["check", str(tmp_path / "mine")]) == 0
    assert "My Chain: ready." in capsys.readouterr().out


def test_init_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kpi.toml").write_text("mine")
    assert main(["init", str(tmp_path)]) == 3
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "kpi.toml").read_text() == "mine"


def picture(path: Path, size: tuple[int, int] = (40, 20)) -> None:
    Image.effect_noise(size, 90).save(path, "PNG")


def test_a_face_is_read_with_its_logo_and_templates(site: Path) -> None:
    picture(site / "logo.png")
    (site / "templates" / "sections").mkdir(parents=True)
    (site / "templates" / "sections" / "people.j2").write_text("ours", encoding="utf-8")
    signed = 'sign_off = [{ vi = "Người duyệt", en = "Approved by" }]'
    face = f'[face]\nprimary = "#5a1846"\nlogo = "logo.png"\n{signed}\n'
    edit(site / "kpi.toml", "[organisation]", f"{face}[organisation]")
    loaded = load_site(site).face
    assert loaded.primary == "#5A1846"
    assert loaded.logo.startswith("data:image/png;base64,")
    assert loaded.templates == (("sections/people.j2", "ours"),)


@pytest.mark.parametrize(
    ("face", "told"),
    [
        ('primary = "plum"', "'plum' is not a colour; write it as #RRGGBB, for example '#0B3D42'"),
        ('primary = "#C8102E"', "#C8102E has a contrast of 5.9 with white"),
        ('primary = "#C8102E"', "7 is needed; the same hue has it as #B20E29"),
        ('accent = "#FFD200"', "4.5 is needed; the same hue has it as #"),
        ('logo = "none.png"', "face.logo: none.png cannot be read"),
        ('logo = "stores.csv"', "face.logo: stores.csv is no whole picture; allowed are PNG and JPEG"),
        ('logo = "large.png"', "kB; 64 are allowed"),
        ('logo = "wide.png"', "is wider or higher than 2000 pixels"),
    ],
)
def test_a_face_that_cannot_be_is_told(site: Path, face: str, told: str) -> None:
    picture(site / "large.png", (400, 400))
    Image.new("1", (2001, 2)).save(site / "wide.png")
    edit(site / "kpi.toml", "[organisation]", f"[face]\n{face}\n[organisation]")
    assert [told in line for line in mistakes(site)] == [True]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "covers.j2",
            "",
            "templates/covers.j2 replaces nothing: no template has that name; there are ",
        ),
        ("cover.j2", "a\n{% if", "templates/cover.j2, line 2: "),
    ],
)
def test_a_template_that_cannot_be_is_told(site: Path, name: str, text: str, told: str) -> None:
    (site / "templates").mkdir()
    (site / "templates" / name).write_text(text, encoding="utf-8")
    assert [line.startswith(told) for line in mistakes(site)] == [True]
