"""A small example of each export of sales: profile -> inbox folder, header, one row."""

from collections.abc import Mapping
from typing import Final

TILLS: Final[Mapping[str, tuple[str, str, str]]] = {
    "canonical_sales": ("sales", "store_id,receipt_id,sold_date,net_amount,quantity", "Q1,1,2026-01-05,5,1"),
    "kiotviet_invoice_detail": (
        "sales",
        "Chi nhánh,Mã hóa đơn,Thời gian,Tổng tiền hàng,Giảm giá hóa đơn,Trạng thái,Mã hàng,Số lượng,Đơn giá,Thành tiền",
        "Q1,HD1,05/01/2026 08:00,30000,0,Hoàn thành,CF,1,30000,30000",
    ),
    "kiotviet_invoices": (
        "sales",
        "Mã hóa đơn,Thời gian,Mã trả hàng,Mã khách hàng,Khách hàng,Tổng tiền hàng,Giảm giá,Khách đã trả,Trạng thái",
        "HD1,05/01/2026 08:00,,KH1,Lan,30000,0,30000,Hoàn thành",
    ),
    "kiotviet_returns": (
        "sales",
        "Chi nhánh,Mã trả hàng,Thời gian,Mã hóa đơn,Cần trả khách,Đã trả khách,Trạng thái,Mã hàng,Số lượng,Thành tiền",
        "Q1,TH1,05/01/2026 08:00,HD1,30000,-30000,Đã trả,CF,1,30000",
    ),
    "square_items": (
        "sales",
        "Date,Time,Time Zone,Item,Qty,Gross Sales,Discounts,Net Sales,Transaction ID,Event Type,Location",
        "2026-01-05,10:00:00,Eastern,Tea,1.0,$8.00,$0.00,$8.00,T1,Payment,Main",
    ),
    "square_transactions": (
        "sales",
        (
            "Date,Time,Time Zone,Gross Sales,Discounts,Net Sales,Total Collected,Net Total,Transaction ID,Event Type,"
            "Location"
        ),
        "2026-01-05,10:00:00,Eastern,$8.00,$0.00,$8.00,$8.00,$7.70,T1,Payment,Main",
    ),
    "shopify_orders": (
        "sales",
        (
            "Name,Email,Financial Status,Subtotal,Shipping,Taxes,Total,Discount Amount,Created at,Lineitem quantity,"
            "Lineitem name,Lineitem price,Lineitem sku,Cancelled at,Refunded Amount"
        ),
        "#1001,a@b.c,paid,8.00,0.00,0.00,8.00,0.00,2026-01-05 10:00:00 -0400,1,Tea,8.00,T,,0.00",
    ),
    "loyverse_receipts_by_item": (
        "sales",
        "Date,Receipt number,Receipt type,SKU,Item,Quantity,Gross sales,Discounts,Net sales,Store,Status",
        "25/01/2026 10:00,1-1000,Sale,10001,Tea,1.000,8.00,0.00,8.00,Main,Closed",
    ),
    "loyverse_receipts": (
        "sales",
        "Date,Receipt number,Receipt type,Gross sales,Discounts,Net sales,Total collected,Store,Status",
        "25/01/2026 10:00,1-1000,Sale,8.00,0.00,8.00,8.00,Main,Closed",
    ),
    "toast_orders": (
        "sales",
        "Location,Order #,Opened,# of Guests,Server,Table,Discount Amount,Amount,Tax,Tip,Gratuity",
        "Main,12,1/5/26 4:55 PM,2,Jo,7,0.00,8.00,0.50,1.00,0.00",
    ),
    "toast_items": (
        "sales",
        "Location,Order #,Order Date,Item Selection Id,Menu Item,Gross Price,Discount,Net Price,Qty,Void?",
        "Main,12,1/15/26 4:55 PM,77,Tea,8.00,0.00,8.00,1.0,false",
    ),
    "shopee_orders": (
        "sales",
        (
            "Mã đơn hàng,Ngày đặt hàng,Trạng Thái Đơn Hàng,Trạng thái Trả hàng/Hoàn tiền,Tên sản phẩm,Giá ưu đãi,"
            "Số lượng,Tổng giá bán (sản phẩm),Tổng giá trị đơn hàng (VND),Mã giảm giá của Shop"
        ),
        "26A,2026-01-05 08:00,Hoàn thành,,Móc,30000,1,30000,30000,0",
    ),
    "tiktok_orders": (
        "sales",
        (
            "Order ID,Order Status,Cancelation/Return Type,Product Name,Quantity,Sku Quantity of return,SKU Subtotal"
            " Before Discount,SKU Platform Discount,SKU Seller Discount,SKU Subtotal After Discount,"
            "Order Refund Amount,Created Time"
        ),
        "58001,Completed,,Tee,1,0,30000,0,0,30000,0,05/01/2026 08:00:00",
    ),
    "lazada_orders": (
        "sales",
        "orderItemId,sellerSku,createTime,orderNumber,paidPrice,unitPrice,sellerDiscountTotal,itemName,status",
        "1,HAT,05 Jan 2026 08:00,4001,30000.00,30000.00,0.00,Hat,delivered",
    ),
    "ebay_orders": (
        "sales",
        "Sales Record Number,Order Number,Item Number,Item Title,Quantity,Sold For,Total Price,Sale Date",
        "101,12-3,4001,Tea,1,EUR 8.00,EUR 8.00,Jan-05-26",
    ),
    "sumup_transactions": (
        "sales",
        "Datum,Transaktions-ID,Zahlungsart,Status,Betrag inkl. MwSt.,Netto,Steuerbetrag,Trinkgeldbetrag",
        "2026-01-05 10:00:00,T1,Umsatz,Erfolgreich,8.00,7.80,0.20,1.00",
    ),
    "sumup_sales": (
        "sales",
        (
            "Account,Date,Time,Type,Transaction ID,Receipt Number,Quantity,Description,Currency,Price (Gross),"
            "Price (Net),Tax"
        ),
        "a@b.c,05.01.26,10:00,Sales,T1,S1,2,Tea,CHF,8.00,7.80,0.20",
    ),
    "misa_sales": (
        "sales",
        (
            "Ngày hạch toán (*),Ngày chứng từ (*),Số chứng từ (*),NV bán hàng,Mã hàng (*),Số lượng,Đơn giá,Thành tiền,"
            "Tỷ lệ CK (%),Tiền chiết khấu"
        ),
        "05/01/2026,05/01/2026,BH00012,An,CF,1,30000,30000,,0",
    ),
}

# More rows of some of them, so that damage to one row can be told from damage to the file.
ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "canonical_sales": ("Q1,2,2026-01-25,1250.5,2", "Q1,3,2026-01-26,-40,-1"),
    "kiotviet_invoice_detail": (
        "Q1,HD2,25/01/2026 09:00,115000,5000,Hoàn thành,CF,2,45000,90000",
        "Q1,HD2,25/01/2026 09:00,115000,5000,Hoàn thành,TR,1,25000,25000",
        "Q1,HD3,26/01/2026 23:15,25000,0,Đã hủy,TR,1,25000,25000",
    ),
    "kiotviet_invoices": (
        "HD2,25/01/2026 09:00,,,,115000,5000,110000,Hoàn thành",
        "HD3,26/01/2026 09:00,,KH2,An,25000,0,0,Đã hủy",
    ),
    "kiotviet_returns": (
        "Q1,TH2,25/01/2026 09:00,,81000,-81000,Đã trả,CF,2,60000",
        "Q1,TH2,25/01/2026 09:00,,81000,-81000,Đã trả,TR,1,30000",
    ),
    "square_items": (
        '2026-01-25,11:00:00,Eastern,Tea,2.0,"$1,016.00",-$2.00,"$1,014.00",T2,Payment,Main',
        "2026-01-25,12:00:00,Eastern,Tea,-1.0,-$8.00,$1.00,-$7.00,T3,Refund,Main",
    ),
    "square_transactions": (
        '2026-01-25,11:00:00,Eastern,"$1,016.00",-$2.00,"$1,014.00",$9.00,$9.00,T2,Payment,Main',
        "2026-01-25,12:00:00,Eastern,-$8.00,$1.00,-$7.00,$9.00,$9.00,T1,Refund,Main",
    ),
    "shopify_orders": (
        "#1002,,paid,27.00,5.00,2.00,34.00,3.00,2026-01-25 10:15:00 -0400,2,Tea,10.00,T,,0.00",
        "#1002,,,,,,,,,1,Cup,10.00,C,,",
        "#1003,,voided,10.00,0.00,0.00,10.00,0.00,2026-01-25 11:15:00 -0400,1,Tea,10.00,T,,0.00",
    ),
    "loyverse_receipts_by_item": (
        "26/01/2026 10:05,1-1001,Sale,10002,Cup,2.000,1203.50,0.50,1203.00,Main,Closed",
        "26/01/2026 10:09,1-1002,Refund,10001,Tea,1.000,8.00,0.00,8.00,Main,Closed",
    ),
    "loyverse_receipts": (
        "26/01/2026 10:05,1-1001,Sale,1203.50,0.50,1203.00,1203.00,Main,Closed",
        "26/01/2026 10:09,1-1002,Refund,8.00,0.00,8.00,8.00,Main,Closed",
    ),
    "toast_orders": (
        "Main,13,1/25/26 4:58 PM,2,Jo,7,2.00,1208.50,0.50,1.00,0.00",
        "Main,14,1/25/26 5:00 PM,,Jo,,0,0,0,0,0",
    ),
    "toast_items": (
        "Main,13,1/25/26 4:58 PM,78,Tea,1208.00,8.00,1200.00,2.0,false",
        "Main,14,1/25/26 5:00 PM,79,Tea,8.00,0.00,8.00,1.0,true",
    ),
    "shopee_orders": (
        "26B,2026-01-25 09:00,Hoàn thành,,Móc,45000,2,90000,100000,10000",
        "26B,2026-01-25 09:00,Hoàn thành,,Khung,10000,1,10000,100000,10000",
        "26C,2026-01-26 09:00,Đã hủy,,Khung,10000,1,10000,10000,0",
    ),
    "tiktok_orders": (
        "58002,Completed,,Tee,2,0,90000,5000,10000,75000,0,25/01/2026 09:00:00",
        "58002,Completed,,Hat,1,0,10000,0,0,10000,0,25/01/2026 09:00:00",
        "58003,Canceled,Cancel,Hat,1,0,10000,0,0,10000,0,26/01/2026 09:00:00",
    ),
    "lazada_orders": (
        "2,TEE,25 Jan 2026 09:00,4002,75000.00,90000.00,-10000.00,Tee,confirmed",
        "3,HAT,25 Jan 2026 09:00,4002,10000.00,10000.00,0.00,Hat,confirmed",
        "4,HAT,26 Jan 2026 09:00,4003,10000.00,10000.00,0.00,Hat,canceled",
    ),
    "misa_sales": (
        "25/01/2026,25/01/2026,BH00013,An,TR,2,1250000,2500000,10,",
        "26/01/2026,26/01/2026,BH00014,An,TR,1,20000,20000,,2000",
    ),
}
