"""Every language says everything, and writes numbers as its readers do."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import language as reading
from reports.language import MissingText, language, languages
from reports.page import page
from tests.reports import reviews
from transforms.exports import REASONS as EXPORT_REASONS
from transforms.kpis.catalogue import shipped_catalogue
from transforms.kpis.values import REASONS as NOT_MEASURED
from transforms.quality import rules
from transforms.tables import LEVELS, TABLES

PLURAL = re.compile(r"\.(zero|one|two|few|many|other)$")
EVERY = tuple(languages())
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("reports", "flows", "transforms")


def keys(code: str) -> set[str]:
    return {PLURAL.sub(".*", key) for key in language(code).texts}


@pytest.mark.parametrize("code", EVERY)
def test_every_language_has_the_same_keys(code: str) -> None:
    assert keys(code) == keys("en"), f"locales/{code}.toml differs from locales/en.toml"


@pytest.mark.parametrize("code", EVERY)
def test_texts_fill_the_same_placeholders(code: str) -> None:
    english = blanks("en")
    assert {key: names for key, names in blanks(code).items() if english.get(key, names) != names} == {}


def blanks(code: str) -> dict[str, set[str]]:
    return {key: set(re.findall(r"{(\w+)}", text)) for key, text in language(code).texts.items()}


@pytest.mark.parametrize("code", EVERY)
def test_every_key_of_the_templates_is_there(code: str) -> None:
    folder = files("reports") / "templates"
    found = (*folder.iterdir(), *(folder / "sections").iterdir())
    templates = (file for file in found if file.name.endswith("j2"))
    used = {key for file in templates for key in re.findall(r"\bt\('([a-z_.]+)'[,)]", file.read_text("utf-8"))}
    assert used - keys(code) == set()
    assert used


def test_no_text_is_left_that_nothing_says() -> None:
    """A key is said whole, or by its table or the beginning of its name and something known only at run time."""
    sources = "\n".join(file.read_text("utf-8") for room in ROOMS for file in sources_of(room))
    whole = set(re.findall(r"""["']([a-z_.]+)["']""", sources))
    begun = (
        *re.findall(r"""f["']([a-z_]+\.[a-z_.]*)\{""", sources),
        *re.findall(r"""'([a-z_]+\.[a-z_.]*)' ~""", sources),
    )
    own_words = tuple(f"{table}." for table in re.findall(r"""(?:known|_own_word)\(["'](\w+)""", sources))
    unsaid = {key.removesuffix(".*") for key in keys("en")} - whole
    assert {key for key in unsaid if not key.startswith((*begun, *own_words))} == set()


def sources_of(room: str) -> Iterator[Path]:
    yield from (file for file in (ROOT / room).rglob("*") if file.suffix in {".py", ".j2"})


def test_a_third_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    english = (files("reports") / "locales" / "en.toml").read_text("utf-8")
    (tmp_path / "fr.toml").write_text(
        re.sub(r'(?m)^((?!day|moment|month|short_month)\w+ = ")(?!["{])', r"\1«fr» ", english), "utf-8"
    )
    monkeypatch.setattr(reading, "_LOCALES", tmp_path)
    language.cache_clear()
    shown = page(reviews.store(), language("fr"), reviews.ISSUED)
    language.cache_clear()
    assert languages() == ("fr",)
    assert shown.tiles[-1].label.startswith("«fr» ")
    assert {row.mark.word[:5] for kind in (shown.scorecard.kinds if shown.scorecard else ()) for row in kind.rows} == {
        "«fr» "
    }
    assert "octobre 2026" in shown.title


@pytest.mark.parametrize("code", EVERY)
def test_every_code_of_the_other_rooms_has_its_words(code: str) -> None:
    quarantine = {*EXPORT_REASONS, *(reason for table in TABLES for reason, _ in rules(table))}
    owners = {kpi.answers.owner for kpi in shipped_catalogue().values()}
    rhythms = {kpi.answers.reviewed for kpi in shipped_catalogue().values()}
    wanted = {
        *(f"quarantine.{reason}" for reason in quarantine),
        *(f"not_measured.{reason}" for reason in NOT_MEASURED),
        *(f"levels.{level}" for level in LEVELS),
        *(f"members.title_{level}" for level in LEVELS),
        *(f"tables.{table}" for table in TABLES),
        *(f"owners.{owner}" for owner in owners),
        *(f"reviewed.{rhythm}" for rhythm in rhythms),
        *(f"units.{kpi.unit}" for kpi in shipped_catalogue().values() if kpi.unit != "share"),
    }
    assert wanted - keys(code) == set()


def test_a_missing_text_is_named_with_its_language() -> None:
    with pytest.raises(MissingText, match=r"vi\.toml: status\.splendid"):
        language("vi").text("status.splendid")


def test_a_missing_language_is_named_with_those_there_are() -> None:
    with pytest.raises(MissingText, match="'xx'; there are en, vi"):
        language("xx")


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("vi", ["−1.234.567,90", "+96,9%", "1.791.234.567 ₫", "05/10/2026", "Tháng 10/2026", "01:47 05/10/2026"]),
        ("en", ["−1,234,567.90", "+96.9%", "₫1,791,234,567", "5 Oct 2026", "October 2026", "5 Oct 2026, 01:47"]),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(code: str, written: list[str]) -> None:
    words = language(code)
    texts = [
        words.number(Decimal("-1234567.895"), 2),
        words.percent(Decimal("0.9685"), signed=True),
        words.money(Decimal("1791234567.0000"), "VND"),
        words.day(date(2026, 10, 5)),
        words.month(date(2026, 10, 5)),
        words.moment(datetime(2026, 10, 5, 1, 47)),  # noqa: DTZ001 - a wall clock
    ]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts] == written


def test_zero_has_no_sign() -> None:
    assert language("en").number(Decimal("-0.004"), 2, signed=True) == "0.00"
    assert language("en").percent(Decimal("-0.0004")) == "0.0%"


def test_exact_money_keeps_fractions_that_its_currency_has_not() -> None:
    assert language("en").money(Decimal("1234.2500"), "VND") == "₫1,234.25"
    assert language("en").money(Decimal("1234.2500"), "VND", exact=False) == "₫1,234"
    assert language("en").money(Decimal("0E+3"), "USD") == "$0.00"


@given(st.decimals(min_value=-(10**34), max_value=10**34, places=4))
def test_exact_money_reads_back_as_the_same_amount(amount: Decimal) -> None:
    text = language("vi").money(amount, "VND")
    digits = re.sub(r"[.\s₫]", "", text).replace(",", ".").replace("−", "-")
    assert Decimal(digits) == amount


@pytest.mark.parametrize(("n", "text"), [(1, "1 employee"), (2, "2 employees"), (1200, "1,200 employees")])
def test_plurals_follow_the_number(n: int, text: str) -> None:
    assert language("en").plural("cover.people", n) == text


def test_a_name_falls_back_to_another_language() -> None:
    assert language("en").name({"vi": "Miền Bắc"}) == "Miền Bắc"
    assert language("en").name({}) == "—"
