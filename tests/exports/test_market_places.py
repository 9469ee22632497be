"""Sales as own systems and market places write them, which were found in the field: read, or asked about."""

from collections.abc import Sequence

import pytest

from tests.exports.reader import proposed, taken
from transforms.exports import load_profiles


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            (
                "DANH SÁCH MÓN XÓA\n\nNgày,Giờ,Số HĐ,Tên hàng,Số lượng,Đơn giá,Thành tiền,Thao tác\n"
                "15/10/2026,08:12,H1,Trà,1,35000,35000,Xóa món\n16/10/2026,09:12,H2,Kem,2,30000,60000,Trả lại\n"
            ),
            ('No row of "Thao tác" is a sale (Trả lại, Xóa món)', 'Above the header stands "DANH SÁCH MÓN XÓA"'),
        ),
        (
            (
                "Số chứng từ,Ngày chứng từ,Tên hàng,Số lượng,Đơn giá,Doanh số bán,Giá trị trả lại\n"
                "B1,15/10/2026,Trà,2,50000,100000,0\nB2,16/10/2026,Trà,3,50000,150000,50000\n"
            ),
            ('"Giá trị trả lại" states what was given back', "No column is known to be net_amount"),
        ),
        (
            (
                "Order ID,Created Time,Item,Quantity,Unit Price,Subtotal Before Discount,Subtotal After Discount\n"
                "1,2026-10-15 08:15,Tea,2,50,100,85\n2,2026-10-16 08:15,Tea,1,50,50,45\n"
            ),
            ("No column is known to be net_amount",),
        ),
        (
            (
                "id,status,total,tax_total,created_at\n"
                "a,CLOSED,500,50,2026-03-03 21:26\nb,CLOSED,784,84,2026-03-13 21:36\n"
            ),
            ('do not show whether "total" holds the tax',),
        ),
        (
            "time,payment,total\n16:51:06 16-04-2026,Cash,1296\n16:55:58 17-04-2026,Card,191\n",
            ('if each row is a whole receipt, write receipt_id = "CAST(sold_at AS VARCHAR)"',),
        ),
        (
            (
                "Order Number,Order Date,Item Name,Order Subtotal Amount,Order Shipping Amount,Order Total Amount,Tax\n"
                "1,2026-10-15 08:15,Mug,50,4,55,1\n1,2026-10-15 08:15,Cup,50,4,55,1\n"
            ),
            ("the same on all lines of each receipt",),
        ),
        ("No Struk,Tanggal,Total\nK1,15 października 2026,450\n", ("export it as 2026-10-31 or 31/10/2026",)),
        (
            "Order ID,Date,Total\n1,07-03-2026,450\n2,8/23/2026,20\n3,08-03-2026,5\n4,8/25/2026,5\n",
            ('sold_date = { header = "Date", formats = ["%m/%d/%Y", "%m-%d-%Y"] } if the month comes first',),
        ),
        (
            'Order ID,"Order ""Date""",Total\n1,07-03-2026,450\n2,8/23/2026,20\n3,08-03-2026,5\n4,8/25/2026,5\n',
            ('sold_date = { header = "Order \\"Date\\"", formats = ',),
        ),
        (
            "Order ID,Date,Total\n1,08-11-16,450\n2,12-06-16,20\n3,15-04-17,5\n",
            ('formats = ["%y-%m-%d"] } if the year comes', 'formats = ["%d-%m-%y"] } if the day comes first'),
        ),
        (
            "Order,Date,Item,Qty,Price Each,Sales\n1,2026-10-15,Tea,2,5,10\n2,2026-10-16,Car,2,100,231\n",
            ('"Sales" is not "Qty" × "Price Each" on 1 of 2 rows: name it under [columns] as net_amount if',),
        ),
        ("Gesellschaft;Monat;Umsatz_EUR\n1;2026-01-01;450\n1;2026-02-01;20\n", ("has no receipts, and cannot be",)),
    ],
)
def test_what_looks_like_sales_and_may_be_something_else_is_asked_about(content: str, said: Sequence[str]) -> None:
    asked = proposed(content).undecided
    assert [part for part in said if not any(part in sentence for sentence in asked)] == []


@pytest.mark.parametrize(
    ("content", "net"),
    [
        ("Mã Hóa Đơn,Xuất lúc,Tổng Tiền (VNĐ)\n1,15/10/2026 09:10,250000\n2,16/10/2026 11:10,75000\n", 325000),
        (
            (
                "ID,Date,Status,Employee,Subtotal,Discount,Tax,Total\n"
                '1,"Oct 15, 2026 9:15 AM",Completed,Ann,100,10,7.2,97.2\n'
                '2,"Oct 16, 2026 9:15 AM",Voided,Ann,20,0,1.6,21.6\n'
            ),
            90,
        ),
        (
            (
                "Invoice No.,Date,Status,My Amount,Total Discount,Delivery Charge,Container Charge,Total Tax,"
                "Round Off,Grand Total\n"
                "1,2026-10-15,Success,500,50,0,5,22.5,0.5,478\n2,2026-10-16,Success,300,0,30,10,15,0,355\n"
            ),
            750,
        ),
        (
            (
                "Order ID,Date,Cancelation/Return Type,Item,Qty,Price,Total\n"
                "1,2026-10-15,,Tea,2,5,10\n2,2026-10-16,Cancel,Tea,1,5,5\n"
            ),
            10,
        ),
    ],
)
def test_orders_of_the_field_are_read_to_what_they_brought(content: str, net: int) -> None:
    result = taken(content, profiles=load_profiles({"own.toml": proposed(content).toml}))
    sold = result.rows.filter(result.rows["kind"] != "void")
    assert (result.rejected.height, sold["net_amount"].sum()) == (0, net)
