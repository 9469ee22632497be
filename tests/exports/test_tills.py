"""One drawn table a till: its lines, receipts, returns, voids and discounts, in and out."""

import pytest

from tests.exports.examples import TILLS
from tests.exports.reader import assert_rows, every_profile, reasons, taken
from transforms.exports.header import comparable
from transforms.problem import BadExport


@pytest.mark.parametrize("name", sorted(TILLS))
def test_each_example_fits_one_profile_and_is_read_by_its_own(name: str) -> None:
    _, header, row = TILLS[name]
    names = {comparable(cell) for cell in header.split(",")}
    fitting = {
        profile.name: len(profile.recognised_by)
        for profile in every_profile().values()
        if profile.table == "sales"
        and names.isdisjoint(map(comparable, profile.not_with))
        and all(not names.isdisjoint(map(comparable, any_of)) for any_of in profile.recognised_by)
    }
    assert [found for found, size in fitting.items() if size == max(fitting.values())] == [name]
    assert taken(f"{header}\n{row}\n").profile.name == name


@pytest.mark.parametrize("name", sorted(TILLS))
def test_columns_of_other_builds_may_stand_anywhere(name: str) -> None:
    _, header, row = TILLS[name]
    cells = list(zip(header.split(","), row.split(","), strict=True))
    wide = [pair for number, cell in enumerate(cells) for pair in ((f"Cột mới {number}", f"{number}.5"), cell)]
    for build in (wide, wide[::-1]):
        result = taken("\n".join(",".join(line) for line in zip(*build, strict=True)))
        assert result.rows.equals(taken(f"{header}\n{row}\n").rows)


DETAIL = TILLS["kiotviet_invoice_detail"][1].replace("Thời gian", "Thời gian,Mã khách hàng")


def test_an_edited_kiotviet_invoice_replaces_the_one_it_was() -> None:
    assert_rows(
        taken(
            f"{DETAIL}\n"
            "Q1,HD013097,05/01/2026 08:00,KH1{DEL},30000,5000,Hoàn thành,CF,1,30000,30000\n"
            "Q1,HD013097.01,05/01/2026 08:00,KH1,60000,3000,Hoàn thành,CF,2,30000,60000\n"
            "Q1,HD013098.02,05/01/2026 08:05,,20000,0,Hoàn thành,TR,1,20000,20000\n"
        ),
        """
        receipt_id | line_no | kind | customer_id | quantity | gross_amount | discount_amount | net_amount
        -----------+---------+------+-------------+----------+--------------+-----------------+-----------
        HD013097   |       1 | void | KH1         |        1 |       30_000 |           5_000 |     25_000
        HD013097   |       2 | sale | KH1         |        2 |       60_000 |           3_000 |     57_000
        HD013098   |       1 | sale |             |        1 |       20_000 |               0 |     20_000
        """,
    )


def test_a_kiotviet_invoice_list_is_of_whole_receipts() -> None:
    assert_rows(
        taken(
            "Chi nhánh;Mã hóa đơn;Thời gian;Khách hàng;Người bán;Tổng tiền hàng;Giảm giá;Khách cần trả;Khách đã trả;"
            "Trạng thái\n"
            "Q1;HD1;05/01/2026 08:00;Lan;An;100.000;10.000;90.000;90.000;Hoàn thành\n"
            "Q1;HD2;05/01/2026 09:00;;Bình;45.000;0;45.000;0;Đã hủy\n"
        ),
        """
        store_id | receipt_id | line_no | kind | employee_id | quantity | gross_amount | discount_amount | net_amount
        ---------+------------+---------+------+-------------+----------+--------------+-----------------+-----------
        Q1       | HD1        |       0 | sale | An          |          |      100_000 |          10_000 |     90_000
        Q1       | HD2        |       0 | void | Bình        |          |       45_000 |               0 |     45_000
        """,
    )


def test_a_kiotviet_list_without_status_is_refused_as_its_cancelled_invoices_would_count() -> None:
    with pytest.raises(BadExport, match="no column Trạng thái"):
        taken("Mã hóa đơn;Thời gian;Tổng tiền hàng;Giảm giá;Khách đã trả\nHD1;05/01/2026 08:00;1;0;1\n")


def test_invoice_lines_that_lack_a_column_are_not_taken_for_a_list_of_invoices() -> None:
    with pytest.raises(BadExport, match="closest profile"):
        taken(
            "Chi nhánh;Mã hóa đơn;Thời gian;Tổng tiền hàng;Giảm giá;Khách đã trả;Trạng thái;Mã hàng;Thành tiền\n"
            "Q1;HD1;05/01/2026 08:00;3;0;3;Hoàn thành;CF;1\nQ1;HD1;05/01/2026 08:00;3;0;3;Hoàn thành;TR;2\n"
        )


def test_kiotviet_returns_are_subtracted_whatever_their_signs() -> None:
    assert_rows(
        taken(
            "Chi nhánh;Mã trả hàng;Thời gian;Người bán;Mã hóa đơn;Tổng tiền hàng trả;Giảm giá;VAT;Cần trả khách;"
            "Đã trả khách;Trạng thái;Mã hàng;Số lượng;Đơn giá;Giá trả lại;Thành tiền\n"
            "Q1;TH1;02/02/2026 08:00;An;HD1;90.000;9.000;0;81.000;-81.000;Đã trả;CF;2;30.000;30.000;60.000\n"
            "Q1;TH1;02/02/2026 08:00;An;HD1;90.000;9.000;0;81.000;-81.000;Đã trả;TR;1;30.000;30.000;30.000\n"
            "Q1;TH2;02/02/2026 09:00;An;;20.000;0;0;20.000;-20.000;Đã trả;TR;1;20.000;20.000;20.000\n"
            "Q1;TH3;02/02/2026 09:00;An;;20.000;0;0;20.000;0;Đã hủy;TR;1;20.000;20.000;20.000\n"
        ),
        """
        receipt_id | line_no | kind   | quantity | gross_amount | discount_amount | net_amount
        -----------+---------+--------+----------+--------------+-----------------+-----------
        TH1        |       1 | return |       -2 |      -60_000 |          -6_000 |    -54_000
        TH1        |       2 | return |       -1 |      -30_000 |          -3_000 |    -27_000
        TH2        |       1 | return |       -1 |      -20_000 |               0 |    -20_000
        TH3        |       1 | void   |        1 |       20_000 |               0 |     20_000
        """,
    )


def test_square_transactions_hold_refunds_and_service_charges() -> None:
    assert_rows(
        taken(
            "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Tax,Total Collected,Net Total,"
            "Transaction ID,Event Type,Location,Staff Name\n"
            '2026-01-05,10:00:00,Eastern,"$1,010.00",-$10.00,$0.00,"$1,000.00",$5.00,$1.00,$1.00,T1,Payment,Main,Jo\n'
            "2026-01-05,10:05:00,Eastern,$10.00,$0.00,$2.00,$12.00,$5.00,$1.00,$1.00,T2,Payment,Main,Jo\n"
            "2026-01-05,10:10:00,Eastern,($9.00),$0.00,$0.00,-$9.00,$0.00,$1.00,$1.00,T1,Refund,Main,Jo\n"
        ),
        """
        receipt_id | line_no | kind   | employee_id | quantity | gross_amount | discount_amount | net_amount
        -----------+---------+--------+-------------+----------+--------------+-----------------+-----------
        T1         |       0 | sale   | Jo          |          |        1_010 |              10 |      1_000
        T2         |       0 | sale   | Jo          |          |           12 |               0 |         12
        T1         |       0 | return | Jo          |          |           -9 |               0 |         -9
        """,
    )


LOYVERSE = TILLS["loyverse_receipts_by_item"][1]


def test_loyverse_refunds_are_negative_and_cancelled_receipts_void() -> None:
    assert_rows(
        taken(
            f"{LOYVERSE}\n"
            "25/01/2026 10:00,1-1000,Sale,10001,Tea,2.000,3.500,0.500,3.000,Main,Closed\n"
            "25/01/2026 10:05,1-1001,Refund,10001,Tea,1.000,1.750,0.250,1.500,Main,Closed\n"
            "25/01/2026 10:06,1-1002,Sale,10001,Tea,1.000,1.750,0.000,1.750,Main,Cancelled\n"
        ),
        """
        receipt_id | kind   | quantity | gross_amount | discount_amount | net_amount
        -----------+--------+----------+--------------+-----------------+-----------
        1-1000     | sale   |        2 |          3.5 |             0.5 |          3
        1-1001     | return |       -1 |        -1.75 |           -0.25 |       -1.5
        1-1002     | void   |        1 |         1.75 |               0 |       1.75
        """,
    )


@pytest.mark.parametrize(("day", "said"), [("25/01/2026 10:00", 25), ("1/25/26 10:00", 25), ("1/2/26 10:00 PM", 2)])
def test_loyverse_days_in_every_order_that_shows(day: str, said: int) -> None:
    rows = taken(f"{LOYVERSE}\n{day},1-1000,Sale,1,Tea,1.000,8.00,0.00,8.00,Main,Closed\n").rows
    assert rows["business_date"].dt.day().to_list() == [said]


def test_loyverse_days_in_an_order_that_does_not_show_are_refused_with_both_readings() -> None:
    with pytest.raises(BadExport, match="2026-02-01 or 2026-01-02"):
        taken(f"{LOYVERSE}\n01/02/2026 10:00,1-1000,Sale,1,Tea,1.000,8.00,0.00,8.00,Main,Closed\n")


@pytest.mark.parametrize(
    "header",
    [
        "Location,Order #,Opened,Server,Table,Revenue Center,Discount Amount,Amount,Tax,Tip,Gratuity,Duration",
        "Location,Order #,Opened,# of Guests,Server,Table,Discount Amount,Amount,Tax,Tip,Gratuity",
    ],
)
def test_both_builds_of_toast_orders(header: str) -> None:
    cells = {"Location": "Main", "Order #": "12", "Opened": "1/5/26 4:55 PM", "Server": "Jo", "Tax": "0.50"}
    cells |= {"Tip": "0.00", "Gratuity": "0.00"}

    def row(**more: str) -> str:
        given = {**cells, **{name.replace("_", " "): cell for name, cell in more.items()}}
        return ",".join(given.get(name, "") for name in header.split(","))

    assert_rows(
        taken(
            "\n".join(
                [
                    header,
                    row(Discount_Amount="2.00", Amount="8.00"),
                    row(Discount_Amount="0.00", Amount="0.00", Opened="1/6/26 1:00 AM"),
                    row(Discount_Amount="5.00", Amount="0.00", Opened="1/6/26 1:00 PM"),
                ]
            )
        ),
        """
        receipt_id    | line_no | kind | gross_amount | discount_amount | net_amount
        --------------+---------+------+--------------+-----------------+-----------
        2026-01-05#12 |       0 | sale |           10 |               2 |          8
        2026-01-05#12 |       0 | void |            0 |               0 |          0
        2026-01-06#12 |       0 | sale |            5 |               5 |          0
        """,
    )


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Order #,Opened Date,Void Date,Server,Approver,Item Name,Reason,Item Quantity,Total Price", "voided"),
        (
            "Location,Order #,Opened Date,Server,Table,Discount Name,Discount Reason,Comment,Discount Amount",
            "discounts",
        ),
    ],
)
def test_details_of_toast_orders_are_known_and_refused(header: str, said: str) -> None:
    with pytest.raises(BadExport, match=rf"is the export toast_\w+, which lists .*{said}.*; deliver OrderDetails"):
        taken(f"{header}\n{',' * header.count(',')}\n")


def test_misa_vouchers_with_discounts_by_amount_and_by_rate() -> None:
    assert_rows(
        taken(
            "\ufeffNgày hạch toán (*),Ngày chứng từ (*),Số chứng từ (*),NV bán hàng,Loại tiền,Mã hàng (*),Tên hàng,"
            "Số lượng,Đơn giá,Thành tiền,Thành tiền quy đổi,Tỷ lệ CK (%),Tiền chiết khấu\n"
            '01/02/2026,31/01/2026,BH00012,An,VND,CF,Cà phê,2,"30.000,00","60.000,00",,,"6.000,00"\n'
            '01/02/2026,31/01/2026,BH00012,An,VND,TR,Trà,1,"20.000,00","20.000,00",,10,\n'
            '01/02/2026,31/01/2026,BH00013,An,USD,TR,Trà,1,"2,00","2,00","52.000,00",,\n'
        ),
        """
        store_id | receipt_id | line_no | business_date | gross_amount | discount_amount | net_amount
        ---------+------------+---------+---------------+--------------+-----------------+-----------
        MISA     | BH00012    |       1 | 2026-01-31    |       60_000 |           6_000 |     54_000
        MISA     | BH00012    |       2 | 2026-01-31    |       20_000 |           2_000 |     18_000
        MISA     | BH00013    |       1 | 2026-01-31    |       52_000 |               0 |     52_000
        """,
    )


def test_money_in_a_currency_that_misa_did_not_convert_is_rejected() -> None:
    result = taken(
        "Ngày chứng từ (*),Số chứng từ (*),Loại tiền,Mã hàng (*),Số lượng,Đơn giá,Thành tiền,Tiền chiết khấu\n"
        "31/01/2026,BH1,USD,TR,1,20,20,0\n31/01/2026,BH2,VND,TR,1,20000,20000,0\n"
    )
    assert result.rows["receipt_id"].to_list() == ["BH2"]
    assert reasons(result)[2][0] == ["missing_value"]
