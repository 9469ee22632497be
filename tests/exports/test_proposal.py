"""What an unknown file looks like, and the profile proposed for it."""

import pytest

from tests.exports.examples import TILLS
from tests.exports.reader import of_site, taken
from transforms.exports.unknown.proposal import propose
from transforms.problem import BadExport

UNKNOWN = (
    "BÁO CÁO;;;;\n"
    "Ngày bán;Shop;Số bill;Tiền thực nhận;Trạng thái;Ghi chú\n"
    "25/01/2026;Quận 1;00012;1.234.567,50;Xong;\n"
    "26/01/2026;Quận 1;00013;90.000;Hủy bill;x\n"
)


def test_what_the_cells_prove_is_shown() -> None:
    seen = propose(UNKNOWN.encode(), "bao cao.csv")
    assert (seen.encoding, seen.delimiter, seen.header_row, seen.rows) == ("UTF-8", ";", 2, 2)
    assert [(c.type, c.column, list(c.ways)) for c in seen.columns[:4]] == [
        ("date", "sold_date", ["%d/%m/%Y"]),
        ("text", "store_id", []),
        ("text", "receipt_id", []),
        ("number", None, [",."]),
    ]
    assert [c.empty_share for c in seen.columns] == [0, 0, 0, 0, 0, 0.5]


def test_what_is_left_open_is_said() -> None:
    open_ = "\n".join(propose(UNKNOWN.encode(), "bao cao.csv").undecided)
    assert "No column is known to be net_amount" in open_
    assert '"Tiền thực nhận"' in open_
    assert "Trạng thái" not in open_


def test_a_proposal_reads_its_file_once_it_is_decided() -> None:
    toml = propose(UNKNOWN.encode(), "bao cao.csv").toml
    decided = toml.replace("[columns]\n", '[columns]\nnet_amount = { header = "Tiền thực nhận", required = true }\n')
    assert taken(UNKNOWN, profiles=of_site(own=decided)).rows["receipt_id"].to_list() == ["00012", "00013"]


@pytest.mark.parametrize("name", sorted(TILLS))
def test_every_proposal_is_a_valid_profile(name: str) -> None:
    _, header, row = TILLS[name]
    assert of_site(own=propose(f"{header}\n{row}\n".encode(), f"{name}.csv").toml)


def test_both_orders_of_a_day_are_shown() -> None:
    seen = propose(b"date,store,bill no,amount\n01/02/2026,Q1,1,1.234\n", "x.csv")
    assert any(
        "order of day and month (01/02/2026 is 2026-02-01 or 2026-01-02): keep one of %d/%m/%Y, %m/%d/%Y" in said
        for said in seen.undecided
    )
    assert any("which mark comes before decimals" in said for said in seen.undecided)


def test_what_has_no_header_is_refused() -> None:
    with pytest.raises(BadExport, match="no header line"):
        propose(b"hello\nworld\n", "x.csv")
