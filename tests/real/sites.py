"""Sites of their own for the real chains of shared/data, written from the chains' own master data."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

PROFILES = Path(__file__).parents[1] / "exports" / "profiles"
WAREHOUSE = "2"

COFFEE_TOML = """
[organisation]
id = "coffee_chain"
name = "Coffee shop chain"
languages = ["en"]
currency = "USD"
country = "US"
time_zone = "America/New_York"

[regions]
new_york = { en = "New York", vi = "New York" }
[departments]
floor = { en = "Floor", vi = "Bán hàng" }
office = { en = "Office", vi = "Văn phòng" }
[positions]
"""

SCORECARDS = """
[rules]
cap = 1.2
watch_from = 0.95
not_measured = "re-weight"
[[bands]]
name = "A"
from = 100
[[bands]]
name = "B"
from = 0
[levels.chain]
weights = { net_sales = 60, average_transaction_value = 20, units_per_transaction = 20 }
[levels.region]
weights = { net_sales = 60, average_transaction_value = 20, units_per_transaction = 20 }
[levels.store]
weights = { net_sales = 60, average_transaction_value = 20, units_per_transaction = 20 }
[levels.department]
weights = { net_sales = 100 }
"""


def coffee_chain(folder: Path, data: Path) -> Path:
    """The coffee chain's site: its outlets, its staff and its own monthly targets."""
    outlets, staff = _read(data / "sales_outlet.csv"), _read(data / "staff.csv")
    positions = sorted({_id(row["position"]) for row in staff})
    named = "".join(f'{p} = {{ en = "{p}", vi = "{p}" }}\n' for p in positions)
    _text(folder / "kpi.toml", COFFEE_TOML + named)
    _text(folder / "scorecards.toml", SCORECARDS)
    _profile(folder, "coffee_chain.toml")
    stores = [(o["sales_outlet_id"], o["Neighorhood"], "new_york", o["manager"]) for o in outlets]
    _write(folder / "stores.csv", ("store_id", "name", "region", "manager"), stores)
    people = [_person(row, {o["sales_outlet_id"] for o in outlets}) for row in staff]
    _write(folder / "people.csv", ("employee_id", "name", "position", "department", "store_id", "from", "to"), people)
    goals = [
        ("net_sales", "store", row["sales_outlet_id"], "2019-04", "absolute", row["total_goal"])
        for row in _read(data / "sales targets.csv")
    ]
    _write(folder / "targets.csv", ("kpi", "level", "group", "from_month", "kind", "value"), goals)
    return folder


def adventure_works(folder: Path, data: Path) -> Path:
    """The bicycle chain's site: a store per territory, the price list as products."""
    toml = COFFEE_TOML.replace("coffee_chain", "adventure_works").replace("Coffee shop chain", "Adventure Works")
    _text(folder / "kpi.toml", toml + 'seller = { en = "Seller", vi = "Bán hàng" }\n')
    _text(folder / "scorecards.toml", SCORECARDS)
    _profile(folder, "adventureworks.toml")
    territories = [(str(n), f"Territory {n}", "new_york") for n in range(1, 11)]
    _write(folder / "stores.csv", ("store_id", "name", "region"), territories)
    _write(folder / "people.csv", ("employee_id", "name", "position", "department", "store_id", "from"), [])
    products = [
        (p["ProductKey"], p["ProductName"], p["ProductPrice"], p["ProductCost"])
        for p in _read(data / "AdventureWorks_Products.csv")
    ]
    _write(folder / "products.csv", ("product_id", "product_name", "list_price", "unit_cost"), products)
    _write(
        folder / "targets.csv",
        ("kpi", "level", "group", "from_month", "kind", "value"),
        [("net_sales", "store", "", "2018-01", "growth", "+20%")],
    )
    return folder


def drop(site: Path, source: Path, name: str | None = None) -> None:
    """Deliver a copy of an export to the inbox."""
    target = site / "inbox" / "sales" / (name or source.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(source.read_bytes())


def _person(row: Mapping[str, str], outlets: set[str]) -> tuple[str, ...]:
    # Staff of the head office, the roastery and of outlets that are no longer listed sell nowhere.
    office = row["location"] not in outlets
    store = WAREHOUSE if office else row["location"]
    began = datetime.strptime(row["start_date"], "%m/%d/%Y").date()  # noqa: DTZ007 - a date
    name = f"{row['first_name']} {row['last_name']}"
    department = "office" if office else "floor"
    return (row["staff_id"], name, _id(row["position"]), department, store, str(began), "")


def _id(name: str) -> str:
    return name.strip().lower().replace(" ", "_")


def _profile(folder: Path, name: str) -> None:
    _text(folder / "profiles" / name, (PROFILES / name).read_text(encoding="utf-8"))


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
