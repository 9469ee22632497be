"""Ways of other systems: each is read to its totals by what is proposed, or the proposal says why not."""

from decimal import Decimal

import polars as pl
import pytest

from tests.exports.reader import proposed, read_by, reasons

# What is shown -> rows of the file, and of what counts: net amount, of it returns, quantity, receipts.
READ: dict[str, tuple[str, str, str, str, int]] = {
    "a flag tells voids": (
        (
            "Location,Order Id,Order Date,Menu Item,Gross Price,Discount,Net Price,Qty,Void?\n"
            "Main,1,10/31/26 9:05 AM,Tea,9.00,1.00,8.00,2,false\nMain,2,10/31/26 9:15 AM,Tea,4.50,0.00,4.50,1,true\n"
        ),
        *("8", "0", "2", 1),
    ),
    "a type tells returns, which are positive, and a status voids": (
        (
            "Date,Receipt no,Type,Item,Qty,Net sales,Status\n2026-10-31,1,Sale,Tea,2,9,Closed\n"
            "2026-10-31,2,Refund,Tea,1,4.5,Closed\n2026-10-31,3,Sale,Tea,1,4.5,Voided\n"
        ),
        *("4.5", "-4.5", "1", 2),
    ),
    "totals without quantities are returns where they are negative": (
        "Order Ref,Date,Point of Sale,Taxes,Total,Status\n"
        + "".join(f"{n},2026-10-31 09:0{n}:00,Main,{n}.00,{6 * n}.00,Paid\n" for n in range(1, 6))
        + "6,2026-10-31 10:00:00,Main,-2.00,-12.00,Paid\n",
        *("65", "-10", "0", 6),
    ),
    "a till in Polish": (
        (
            "Numer paragonu;Data sprzedaży;Godzina;Kasjer;Nazwa towaru;Ilość;Cena;Rabat;Wartość\n"
            "P1;31.10.2026;09:05;Ola;Herbata;2;4,50;1,00;8,00\nP2;31.10.2026;09:15;Ola;Ciasto;1;4,50;0,00;4,50\n"
        ),
        *("12.5", "0", "3", 2),
    ),
    "a till in Turkish": (
        (
            "Fiş No;Satış Tarihi;Ürün Adı;Adet;Birim Fiyatı;Tutar;Durum\n"
            "F1;31.10.2026;Çay;2;4,50;9,00;Satış\nF2;31.10.2026;Çay;1;4,50;4,50;İptal\n"
        ),
        *("9", "0", "2", 1),
    ),
    "what was paid is the goods less the discount": (
        (
            "Mã hóa đơn,Thời gian,Khách hàng,Tổng tiền hàng,Giảm giá,Khách đã trả\n"
            "HD1,31/10/2026 09:05,An,90000,5000,85000\nHD2,31/10/2026 09:15,An,45000,0,45000\n"
        ),
        *("130000", "0", "0", 2),
    ),
    "a discount is written as what it takes away": (
        "Date,Bill no,Item,Qty,Price,Discounts,Net total\n2026-10-31,1,Tea,2,4.5,-1,8\n2026-10-31,2,Tea,1,4.5,0,4.5\n",
        *("12.5", "0", "3", 2),
    ),
    "a discount in percent is taken off where no total shows it, and is written with another mark": (
        (
            "Order ID,Order Date,Qty,Unit price,Discount pct\nA1,2026-10-30,2,Rp 1.045.000,10.0\n"
            "A2,2026-10-30,1,30000,\nA3,2026-10-31,1,30000,0.0\n"
        ),
        *("1941000", "0", "4", 3),
    ),
    "a price is what a row brought where nothing is counted": (
        "order_id,order_time,city,price\n1,2026-10-30 12:10:00,Hue,450\n2,2026-10-31 19:20:00,Hue,600\n",
        *("1050", "0", "0", 2),
    ),
    "a share is taken off, which the total proves, in Chinese": (
        (
            "订单日期,订单编号,销售员,产品编码,单价,数量,折扣,收入(折后)\n2026-10-30,D1,An,P7,10,2,0.1,18\n"
            "2026-10-30,D2,An,P7,10,1,0.2,8\n2026-10-30,D3,Bo,P8,5,4,0.5,10\n2026-10-31,D4,Bo,P8,5,1,0,5\n"
        ),
        *("41", "0", "8", 4),
    ),
    "an invoice without and with its tax, in Korean": (
        (
            "작성일자,승인번호,합계금액,공급가액,세액,품목명,품목수량\n2026-10-30,A1,1100,1000,100,Tea,2\n"
            "2026-10-31,A2,-550,-500,-50,Tea,-1\n2026-10-31,A3,220,200,20,Cake,1\n"
        ),
        *("700", "-500", "2", 3),
    ),
    "the discount of a receipt repeats on its lines": (
        (
            "Order number,Date,Item,Qty,Item cost,Discount\n1,2026-10-31,Tea,2,4,3\n1,2026-10-31,Cake,1,4.5,3\n"
            "2,2026-10-31,Tea,1,4,1\n2,2026-10-31,Cake,1,4.5,1\n"
        ),
        *("17", "0", "5", 2),
    ),
    "a service charge is no sale": (
        (
            "Bill no,Date,Outlet,Sub total,Discount,Service charge,VAT,Grand total\n"
            "1,31/10/2026,Main,100,10,4.5,9.45,103.95\n2,31/10/2026,Main,50,0,2.5,5.25,57.75\n"
        ),
        *("140", "0", "0", 2),
    ),
    "a total holds its tax": (
        "Order ID,Date,Item,Quantity,Price,Discount,Tax,Total\n1,2026-10-31,Tea,2,4.5,1,0.8,8.8\n",
        *("8", "0", "2", 1),
    ),
    "the rate shows that prices hold the tax": (
        "Bill no,Date,Item,Qty,Price,Tax,Amount\n"
        + "".join(f"{n},2026-10-31,Tea,1,{n * 11000},{n * 1000},{n * 11000}\n" for n in range(1, 6)),
        *("150000", "0", "5", 5),
    ),
    "the receipt stands on its first line only": (
        (
            "Order,Date,Lines/Product,Lines/Quantity,Lines/Price,Lines/Total\n1,2026-10-30,Tea,2,4,8\n,,Cake,1,5,5\n"
            "2,2026-10-31,Tea,1,4,4\n,,Cake,1,5,5\n,,Tea,1,4,4\n"
        ),
        *("26", "0", "6", 2),
    ),
    "what is about the receipt stands on its first line only": (
        (
            "Order no,Date,Status,Total,Item,Qty,Price\n1,2026-10-30,Paid,13,Tea,2,4\n1,,,,Cake,1,5\n"
            "2,2026-10-31,Cancelled,13,Tea,1,4\n2,,,,Cake,1,5\n2,,,,Tea,1,4\n"
        ),
        *("13", "0", "3", 1),
    ),
    "headers have two rows": (
        (
            "Mã hóa đơn,Thời gian,,Món,,Thanh toán,\n,Ngày,Giờ,Tên món,Số lượng,Đơn giá,Thành tiền\n"
            "1,31/10/2026,09:05,Trà,2,45000,90000\n"
        ),
        *("90000", "0", "2", 1),
    ),
    "columns are written in ways of their own": (
        'date,ticket_number,article,Qty,unit_price\n2026-10-31,1,PAIN,2.0,"0,90 €"\n2026-10-31,2,PAIN,1.5,"1,00 €"\n',
        *("3.3", "0", "3.5", 2),
    ),
    "totals are no rows, but show how numbers are written": (
        (
            "Cửa hàng,Số HĐ,Ngày,Tên hàng,SL,Đơn giá,Thành tiền\nQ1,1,31/10/2026,Trà,20,45.000,900.000\n"
            "Q1,2,31/10/2026,Trà,10,45.000,450.000\nTổng cộng,,,,30,,1.350.000\n"
        ),
        *("1350000", "0", "30", 2),
    ),
    "a sum without tax is no tax, and a share is no discount": (
        (
            "Order ref,Date,Lines/Product,Lines/Quantity,Lines/Discount (%),Lines/Subtotal w/o Tax,Lines/Subtotal\n"
            "1,2026-10-31,Tea,2,10,8.1,8.91\n2,2026-10-31,Tea,1,0,4.5,4.95\n"
        ),
        *("12.6", "0", "3", 2),
    ),
    "names are Spanish": (
        (
            "Tienda;Número de recibo;Fecha;Artículo;Cantidad;Precio;Importe;Tipo de recibo\n"
            "Centro;1;31/10/2026 09:05;Té;2;4,50;9,00;Venta\nCentro;2;31/10/2026 09:15;Té;-1;4,50;-4,50;Reembolso\n"
        ),
        *("4.5", "-4.5", "1", 2),
    ),
    "names are Russian": (
        "№ чека;Закрыт;Заведение;Товар;Количество;Цена;Скидка;Сумма\n1;31.10.2026 09:05;Центр;Чай;2;45,00;5,00;85,00\n",
        *("85", "0", "2", 1),
    ),
    "names are written as one word": (
        "ORDERNUMBER,ORDERDATE,PRODUCTNAME,QUANTITYORDERED,PRICEEACH\n1,2026-10-31,Tea,2,4.5\n",
        *("9", "0", "2", 1),
    ),
    "days are eight digits, a minus follows": (
        "STORE,DATE,CHECK,ITEM,QTY,PRICE,AMOUNT\nMain,20261031,1,Tea,2,4.50,9.00\nMain,20261031,2,Tea,1-,4.50,4.50-\n",
        *("4.5", "-4.5", "1", 2),
    ),
    "groups are marked by apostrophes": (
        "Store,Receipt No,Date,Item,Qty,Price,Amount\nMain,1,31.10.2026,Bar,2,1'000.50,2'001.00\n",
        *("2001", "0", "2", 1),
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_proposal_reads_its_file_to_the_totals(name: str) -> None:
    content, net, returned, quantity, receipts = READ[name]
    result = read_by(proposed(content).toml, content)
    rows = result.rows.filter(pl.col("kind") != "void")
    assert (result.profile.name, result.rejected.height) == ("own", 0)
    assert (rows["net_amount"].sum(), rows["quantity"].sum()) == (Decimal(net), Decimal(quantity))
    assert rows.filter(pl.col("kind") == "return")["net_amount"].sum() == Decimal(returned)
    assert rows["receipt_id"].n_unique() == receipts
    assert rows["business_date"].dt.strftime("%Y-%m").unique().to_list() == ["2026-10"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Ticket Date,Bill No,Item,Total\n2026-10-31,1,Tea,9\n", '"Ticket Date" is taken for sold_date'),
        ("Date,ID,Item,Total\n2026-10-31,1,Tea,9\n", '"ID" is taken for receipt_id'),
        ("Date,Store,Sales\n2026-10-31,1,900\n", "has no receipts, and cannot be read: export receipts"),
        (
            "Date,Bill No,Item,Qty,Price\nyesterday,1,Tea,2,4.5\n",
            '"Date" (yesterday) is not written as days in one way',
        ),
        ("Date,Bill No,Item,Total,Status\n2026-10-31,1,Tea,9,Open\n", "until then rows with Open are rejected"),
        (
            "Date,Bill No,Item,Qty,Price,Tax,Total\n2026-10-31,1,Tea,1,5,1,5\n",
            'do not show whether "Total" holds the tax',
        ),
        (
            "Date,Bill No,Item,Qty,Price,Order Total\n2026-10-31,1,Tea,2,5,17\n2026-10-31,1,Cake,1,5,17\n",
            '"Order Total" states 17 where net_amount comes to 15, so on 1 of 1',
        ),
        (
            (
                "Date,Bill No,Location,Item,Qty,Price\n2026-10-31,1,Takeaway,Tea,2,5\n2026-10-31,2,In-store,Tea,2,5\n"
                "2026-10-31,3,UNKNOWN,Tea,2,5\n"
            ),
            '"Location" (Takeaway, In-store, UNKNOWN) is taken for channel, not for a store',
        ),
        (
            "Order ID,Date,Qty,Price,Discount\n1,2026-10-30,1,50,0.2\n2,2026-10-31,1,50,0\n",
            '"Discount" is taken off as a share of it; see that it is so',
        ),
        (
            "Order ID,Date,Qty,Price,Disc 1,Disc 2\n1,2026-10-30,1,50,10,0\n2,2026-10-31,1,50,0,5\n",
            'do not show what "Disc 1" or "Disc 2" takes off: work net_amount out under [derive]',
        ),
        (
            "order_id,order_date,sku,qty,seller_voucher_discount,seller_discount_total,left\n1,2026-10-30,P7,1,5,7,93\n",
            'Numbers that are taken for nothing yet: "seller_voucher_discount", "seller_discount_total", "left".',
        ),
        (
            "MaDon,NgayDat,SanPham,SoLuong,DonGia\nD1,2026-10-30,Tea,1,5\nD2,2026-10-30,Tea,2,5\nD1,2026-10-30,Tea,1,5\n",
            "1 rows are the same as rows above other receipts before them, and count again",
        ),
        (
            "an,2026-10-30 08:00:00\nName,Time,Status\nan,2026-10-31 08:00:00,In\nbo,2026-10-31 09:00:00,In\n",
            'Above the header stands "an,2026-10-30 08:00:00": if it is a row, it is not read',
        ),
        (
            "employee_id,date,status\n7,2026-10-30,Present\n7,2026-10-31,Absent\n8,2026-10-31,Present\n",
            '"status" (Present, Absent) says who was there on a day, at no time',
        ),
        ("Tanggal,Nama_Menu,Laku\n2026-10-30,Tea,3\n2026-10-31,Tea,4\n", "a file of totals of days or products"),
        (
            "Date,Bill No,Item,Qty,Price,Total,After discount\n2026-10-31,1,Tea,2,5,10,8\n2026-10-31,2,Tea,2,5,10,10\n",
            '"After discount" states 8 where net_amount comes to 10, so on 1 of 2',
        ),
        (
            "Date,Bill No,Item,Qty,Price,Amount,Net Sales\n2026-10-31,1,Tea,2,5,10,8\n2026-10-31,2,Tea,2,5,10,10\n",
            '"Net Sales" is taken for net_amount by its name only',
        ),
        (
            "Order ID;Date;Item;Qty;Cena brutto;Kwota\n1;2026-10-15;Tea;2;4,32;8,64\n2;2026-10-16;Tea;1;4,32;4,32\n",
            '"Cena brutto" is said to hold the tax, and net_amount comes from it: take the tax off under [derive].',
        ),
    ],
)
def test_what_a_proposal_stands_on_is_said(content: str, said: str) -> None:
    assert any(said in sentence for sentence in proposed(content).undecided)


@pytest.mark.parametrize("third", ["Bill,1,,{both}", "Cash,1,,-{both}", "VAT 8%,1,,1"])
def test_a_total_without_a_price_beside_other_lines_of_its_receipt_is_rejected(third: str) -> None:
    content = "Order ID,Date,Item,Qty,Price,Total\n" + "".join(
        f"{n},2026-10-31,Tea,1,{n},{n}\n{n},2026-10-31,Cake,2,5,10\n{n},2026-10-31,{third.format(both=n + 10)}\n"
        for n in range(1, 4)
    )
    result = read_by(proposed(content).toml, content)
    assert result.rows["net_amount"].sum() == 36
    assert [said for said, _ in reasons(result).values()] == [["does_not_add_up"]] * 3


def test_a_receipt_does_not_go_on_beyond_a_line_that_cannot_be_read() -> None:
    content = READ["the receipt stands on its first line only"][0]
    result = read_by(proposed(content).toml, content.replace("2,2026-10-31,Tea,1,4,4", '2,"2026-10-31,Tea,1,4,4'))
    assert {row: said for row, (said, _) in reasons(result).items()} == {
        4: ["bad_quotes"],
        5: ["missing_value"],
        6: ["missing_value"],
    }
    assert result.rows["net_amount"].sum() == 13


def test_a_profile_of_receipts_counts_them_once_where_their_lines_are_exported() -> None:
    of_receipts, *_ = READ["what was paid is the goods less the discount"]
    twice = of_receipts.replace("HD2,31", "HD1,31").replace("45000,0,45000", "90000,5000,85000")
    assert read_by(proposed(of_receipts).toml, twice).rows["net_amount"].sum() == 85000
