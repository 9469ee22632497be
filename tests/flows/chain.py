"""A chain small enough to see whole: two stores, three people, exports in the canonical format."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

KPI_TOML = """
[organisation]
id = "tiny"
name = "Chuỗi Tí Hon"
languages = ["vi", "en"]
currency = "VND"
country = "VN"
time_zone = "Asia/Ho_Chi_Minh"
business_day_starts = "04:00"
[inbox]
settle_seconds = 0
[quality]
small_amount = 0
[regions]
north = { vi = "Miền Bắc", en = "North" }
[departments]
bar = { vi = "Pha chế", en = "Bar" }
[positions]
barista = { vi = "Pha chế", en = "Barista" }
"""
STORES = """store_id,name,region,manager,opened_on,closed_on,aliases
HN01,Cầu Giấy,north,Ánh,2023-01-01,,CH Cầu Giấy
HN02,Hồ Tây,north,Bình,2023-01-01,,
"""
PEOPLE = """employee_id,name,position,department,store_id,from,to,aliases
NV1,Ánh,barista,bar,HN01,2023-01-01,,1
NV2,Bình,barista,bar,HN02,2023-01-01,,
NV3,Chi,barista,bar,HN02,2023-01-01,2026-09-30,
"""
TARGETS = """kpi,level,group,from_month,kind,value
net_sales,store,HN01,2026-01,absolute,3000000
net_sales,chain,,2026-01,growth,+20%
attendance_rate,store,,2026-01,absolute,97%
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
weights = { net_sales = 60, attendance_rate = 40 }
[levels.region]
weights = { net_sales = 60, attendance_rate = 40 }
[levels.store]
weights = { net_sales = 60, attendance_rate = 40 }
[levels.department]
weights = { net_sales = 60, attendance_rate = 40 }
[positions.barista]
weights = { attendance_rate = 100 }
"""
SALES_HEADER = "store_id,sold_at,receipt_id,employee_id,product_id,quantity,gross_amount,discount_amount,net_amount"


def small_site(folder: Path) -> Path:
    """Write the site; its inbox is empty."""
    (folder / "inbox" / "sales").mkdir(parents=True)
    (folder / "inbox" / "attendance").mkdir()
    for name, text in (
        ("kpi.toml", KPI_TOML),
        ("stores.csv", STORES),
        ("people.csv", PEOPLE),
        ("targets.csv", TARGETS),
        ("scorecards.toml", SCORECARDS),
        ("recipients.csv", "level,group,name,address,language\nstore,HN01,Ánh,anh@example.com,vi\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def sale(store: str, day: date, receipt: str, amount: int, *, person: str = "NV1", product: str = "latte") -> str:
    """One line of a canonical sales export."""
    return f"{store},{day}T09:30:00,{receipt},{person},{product},1,{amount},0,{amount}"


def deliver(site: Path, name: str, lines: Iterable[str], header: str = SALES_HEADER) -> Path:
    """Put an export into the inbox (name begins with the folder)."""
    path = site / "inbox" / name
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def month_of_sales(site: Path, month: date, amount: int = 100_000) -> Path:
    """Two receipts a day and store for a whole month, in one file."""
    days = [month + timedelta(days=n) for n in range(31) if (month + timedelta(days=n)).month == month.month]
    lines = [
        sale(store, day, f"{store}-{day}-{n}", amount, person="NV1" if store == "HN01" else "NV2")
        for day in days
        for store in ("HN01", "HN02")
        for n in (1, 2)
    ]
    return deliver(site, f"sales/{month:%Y-%m}.csv", lines)
