"""Words of the sample: names, menu and places, in Vietnamese and (without marks) in English."""

import csv
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from flows.sample.scale import Language

CHANNELS: Final = {"vi": ("Tại chỗ", "Mang đi", "Giao hàng"), "en": ("For Here", "To Go", "Delivery")}
CHANNEL_SHARES: Final = (0.48, 0.34, 0.18)
POSITIONS: Final = {
    "store_manager": {"vi": "Cửa hàng trưởng", "en": "Store manager"},
    "shift_lead": {"vi": "Trưởng ca", "en": "Shift lead"},
    "barista": {"vi": "Pha chế", "en": "Barista"},
    "server": {"vi": "Phục vụ", "en": "Server"},
    "cashier": {"vi": "Thu ngân", "en": "Cashier"},
}
DEPARTMENT_OF: Final = {
    "store_manager": "service",
    "shift_lead": "service",
    "barista": "bar",
    "server": "service",
    "cashier": "till",
}


@dataclass(frozen=True, slots=True)
class Product:
    """One line of the menu; `price` and `cost` in the smallest unit of the currency (đ or cents)."""

    product_id: str
    name: str
    category: str
    unit: str
    price: int
    cost: int
    morning: float  # popularity before 13:00
    evening: float


@dataclass(frozen=True, slots=True)
class Names:
    """What people and places are called."""

    family: tuple[str, ...]
    middle: tuple[str, ...]
    given: tuple[str, ...]
    districts: dict[str, tuple[str, ...]]


def exponent(language: Language) -> int:
    """Decimal places of the twin's currency: VND has none, USD two."""
    return 0 if language == "vi" else 2


def text(name: str) -> str:
    """One text file of the package's data."""
    return (files(__package__) / "data" / name).read_text(encoding="utf-8")


@cache
def menu(language: Language) -> tuple[Product, ...]:
    """What the chain sells."""
    return tuple(_product(row, language) for row in csv.DictReader(text("menu.csv").splitlines()))


def _product(row: dict[str, str], language: Language) -> Product:
    price = int(row["price_vnd"]) if language == "vi" else round(float(row["price_usd"]) * 100)
    return Product(
        product_id=row["product_id"],
        name=row[language],
        category=row[f"category_{language}"],
        unit=row["unit_vi"] if language == "vi" else "ea",
        price=price,
        cost=round(price * float(row["cost_share"])),
        morning=float(row["morning"]),
        evening=float(row["evening"]),
    )


@cache
def names() -> Names:
    """Vietnamese names of people and districts."""
    raw = tomllib.loads(text("names.toml"))
    districts = {region: tuple(own) for region, own in raw["districts"].items()}
    return Names(tuple(raw["family"]), tuple(raw["middle"]), tuple(raw["given"]), districts)


def plain(name: str) -> str:
    """The name as an English system writes it: without marks."""
    letters = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
