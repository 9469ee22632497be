"""The configuration: what an operator would have written, without a mistake in it."""

import tomllib
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.sample import Scale, write_sample
from tests.sample.conftest import Sample
from tests.sample.parsing import records, sold
from transforms.exports import load_profiles, read, shipped_profiles

KPIS = {
    *("net_sales", "sales_growth", "transactions", "average_transaction_value", "units_per_transaction"),
    *("sales_per_labour_hour", "transactions_per_labour_hour", "gross_margin_rate", "discount_rate", "return_rate"),
    *("attendance_rate", "lateness_rate", "overtime_share", "missing_punch_rate"),
    *("same_store_growth", "schedule_adherence"),
    *("full_price_share", "product_range_sold", "service_skill", "attach_rate"),
}
BEHAVIOUR = {"attendance_rate", "lateness_rate", "overtime_share", "missing_punch_rate", "schedule_adherence"}
COMPETENCY = {"full_price_share", "product_range_sold", "service_skill", "attach_rate"}


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _cards(sample: Sample) -> dict[str, dict[str, float]]:
    raw = _toml(sample.folder / "scorecards.toml")
    cards = {**raw["levels"], **{f"person {name}": card for name, card in raw["positions"].items()}}
    return {name: card["weights"] for name, card in cards.items()}


def test_every_scorecard_sums_to_100_and_mixes_the_three_kinds(sample: Sample) -> None:
    cards = _cards(sample)
    assert {"chain", "region", "store", "department"} <= cards.keys()
    for weights in cards.values():
        assert sum(Decimal(str(weight)) for weight in weights.values()) == 100
        assert weights.keys() <= KPIS
        assert weights.keys() & BEHAVIOUR
        assert weights.keys() & COMPETENCY
        assert weights.keys() - BEHAVIOUR - COMPETENCY


def test_every_kpi_of_a_scorecard_has_a_target_at_its_level(sample: Sample) -> None:
    targets = {(row["level"], row["kpi"]) for row in records(sample.folder / "targets.csv")}
    wanted = {(name.split(" ")[0], kpi) for name, weights in _cards(sample).items() for kpi in weights}
    assert wanted <= targets


def test_targets_are_in_force_from_the_first_month_and_written_as_the_contract_says(sample: Sample) -> None:
    rows = list(records(sample.folder / "targets.csv"))
    assert {row["from_month"] for row in rows} == {"2025-09"}
    assert {row["kind"] for row in rows} == {"absolute", "growth"}
    assert ("net_sales", "chain", "growth", "+20%") in [(r["kpi"], r["level"], r["kind"], r["value"]) for r in rows]
    assert len({(row["kpi"], row["level"], row["group"]) for row in rows}) == len(rows)


def test_what_people_and_stores_refer_to_is_declared(sample: Sample) -> None:
    kpi = _toml(sample.folder / "kpi.toml")
    stores = list(records(sample.folder / "stores.csv"))
    people = list(records(sample.folder / "people.csv"))
    assert {row["region"] for row in stores} <= kpi["regions"].keys()
    assert {row["position"] for row in people} == kpi["positions"].keys()
    assert {row["department"] for row in people} == kpi["departments"].keys()
    assert {row["store_id"] for row in people} == {row["store_id"] for row in stores}
    scored = _toml(sample.folder / "scorecards.toml")["positions"]
    assert scored.keys() == kpi["positions"].keys()


def test_every_reviewed_group_has_a_reader(sample: Sample) -> None:
    read = {(row["level"], row["group"]) for row in records(sample.folder / "recipients.csv")}
    stores = list(records(sample.folder / "stores.csv"))
    assert ("chain", "song_xanh") in read
    assert {("region", row["region"]) for row in stores} <= read
    assert {("store", row["store_id"]) for row in stores} <= read
    departments = {f"{row['store_id']}.{row['department']}" for row in records(sample.folder / "people.csv")}
    assert {("department", group) for group in departments} == {pair for pair in read if pair[0] == "department"}
    assert {row["language"] for row in records(sample.folder / "recipients.csv")} == {"vi", "en"}


def test_products_cost_less_than_they_are_sold_for(sample: Sample) -> None:
    products = list(records(sample.folder / "products.csv"))
    assert len({row["product_id"] for row in products}) == len(products) == 40
    assert all(0 < Decimal(row["unit_cost"]) < Decimal(row["list_price"]) / 2 for row in products)
    marked = {mark: sum(row[mark] == "yes" for row in products) for mark in ("focus", "add_on")}
    assert marked == {"focus": 4, "add_on": 6}


@pytest.mark.parametrize(("name", "currency", "first"), [("vietnamese", "VND", "vi"), ("english", "USD", "en")])
def test_each_twin_has_its_money_and_language(
    request: pytest.FixtureRequest, name: str, currency: str, first: str
) -> None:
    organisation = _toml(request.getfixturevalue(name).folder / "kpi.toml")["organisation"]
    assert organisation["currency"] == currency
    assert next(iter(organisation["languages"])) == first
    assert organisation["business_day_starts"] == "04:00"


def test_the_shipped_profiles_read_what_the_tills_write(sample: Sample) -> None:
    assert not (sample.folder / "profiles").exists()
    path = sample.exports("sales")[0]
    profiles = load_profiles(shipped_profiles())
    result = read(path.read_bytes(), name=path.name, file_id="1", kind="sales", profiles=profiles, day_starts=time(4))
    till = {"vi": "kiotviet_invoice_detail", "en": "square_items"}
    assert result.profile.name == till[sample.language]
    lines = sold(path, sample.language)
    assert (result.rows.height, result.rows["gross_amount"].sum()) == (len(lines), sum(line.gross for line in lines))
    assert round(Decimal(result.rows["net_amount"].sum()), 2) == round(sum(line.net for line in lines), 2)
    stated = pl.col("gross_amount") - pl.col("discount_amount")
    assert result.rows.filter(stated - pl.col("net_amount") != 0).is_empty()
    assert set(result.rows["kind"]) == {"sale", "return", "void"} - ({"void"} if sample.language == "en" else set())


def test_a_small_chain_has_no_target_for_a_store_it_lacks(tmp_path: Path) -> None:
    write_sample(tmp_path, Scale(stores=2, people=12, months=1, receipts_per_day=3, nights=0), "vi")
    assert {row["group"] for row in records(tmp_path / "targets.csv")} == {""}
