"""Exports of time clocks as their systems write them: header, formats and quirks verbatim, people and times drawn."""

from collections.abc import Mapping

from tests.exports.clock_sheets import SHEETS, Export
from tests.exports.months import DAYS, matrix

AGL = (
    "No\tTMNo\tEnNo\tName\t\tGMNo\tMode\tIN/OUT\tAntipass\tDateTime\r\n"
    "1\t1\t1\t          \t1\t1\tE\t0\t03-03-2026  12:15:44PM\r\n"
    "2\t1\t2\t          \t1\t1\tS\t0\t03-03-2026  07:05:03AM\r\n"
)


PUNCHES = """
employee_id | punched_at       | direction | device | row_no
------------+------------------+-----------+--------+-------
"""
EXPORTS: Mapping[str, Export] = {
    **SHEETS,
    "attlog, six columns": Export(
        "        1\t2026-03-05 08:15:00\t1\t0\t1\t0\r\n       12\t2026-03-05 17:30:00\t1\t1\t15\t0\r\n"
        "        1\t2026-03-06 08:00:00\t2\t255\t1\t0\r\n",
        "zkteco_attlog",
        PUNCHES
        + """
        1  | 2026-03-05 08:15 | in  | 1 | 1
        12 | 2026-03-05 17:30 | out | 1 | 2
        1  | 2026-03-06 08:00 |     | 2 | 3
        """,
    ),
    "attlog, four columns": Export(
        "1\t2026-03-05 08:15:00\t1\t2\n12\t2026-03-05 17:30:00\t1\t3\n",
        "zkteco_attlog",
        PUNCHES + "1 | 2026-03-05 08:15 | break_out | 1 | 1\n12 | 2026-03-05 17:30 | break_in | 1 | 2\n",
    ),
    "attlog, with names": Export(
        "1\tNguyễn Văn An\t2026-03-05 08:15:00\t1\t0\n12\t\t2026-03-05 17:30:00\t1\t5\n",
        "zkteco_attlog",
        PUNCHES + "1 | 2026-03-05 08:15 | in | 1 | 1\n12 | 2026-03-05 17:30 | out | 1 | 2\n",
    ),
    "attlog, reserved column and tabs at the end": Export(
        "        1\t2026-03-05 08:15:00\t1\t0\t1\t0\t0\r\n       12\t2026-03-05 17:30:00\t1\t1\t15\t0\t\r\n",
        "zkteco_attlog",
        PUNCHES + "1 | 2026-03-05 08:15 | in | 1 | 1\n12 | 2026-03-05 17:30 | out | 1 | 2\n",
    ),
    "attlog, as it is pushed": Export(
        "11\t2026-03-05 08:15:00\t0\t25\t0\t0\t0\t0\t0\t0\n11\t2026-03-05 17:30:00\t1\t1\t0\t0\t0\t0\t0\t0\n",
        "zkteco_attlog",
        PUNCHES + "11 | 2026-03-05 08:15 | in | | 1\n11 | 2026-03-05 17:30 | out | | 2\n",
    ),
    "USB text, Mchn and blanks in header and lines": Export(
        "No\tMchn\tEnNo\t\tName\t\tMode\tIOMd\tDateTime\t\r\n"
        "000001\t1\t00000007\t\tAn\t\t33\t2\t2026/03/05  08:15:00\t\r\n",
        "zk_usb_text",
        PUNCHES + "00000007 | 2026-03-05 08:15 | | 1 | 2\n",
    ),
    "USB text, a tab too many": Export(
        AGL.replace(":44PM", ":00PM").replace(":03AM", ":00AM"),
        "zk_usb_text",
        PUNCHES + "1 | 2026-03-03 12:15 | in | 1 | 2\n2 | 2026-03-03 07:05 | out | 1 | 3\n",
    ),
    "USB text, month first": Export(
        AGL.replace("\tE\t", "\t \t").replace("\tS\t", "\t \t").replace(":44PM", ":00PM").replace(":03AM", ":00AM")
        + "3\t1\t2\t          \t1\t1\t \t0\t03-30-2026  01:19:00PM\r\n",
        "zk_usb_text",
        PUNCHES
        + """
        1 | 2026-03-03 12:15 | | 1 | 2
        2 | 2026-03-03 07:05 | | 1 | 3
        2 | 2026-03-30 13:19 | | 1 | 4
        """,
    ),
    "USB text, a tab too few": Export(
        "No\tTMNo\tEnNo\tName GMNo\tMode\tDateTime\n1\t1\t9\tAn 1\t1\t2026/03/05 08:15:00\n"
        "2\t1\t60\t 1\t0\t2026/03/05 09:15:00\n",
        "zk_usb_text",
        PUNCHES + "9 | 2026-03-05 08:15 | | 1 | 2\n60 | 2026-03-05 09:15 | | 1 | 3\n",
    ),
    "USB text, with comments": Export(
        "# DeviceModel = K14\r\n# Version = 1\r\nNo\tTMNo\tEnNo\tName\tGMNo\tMode\tDateTime\r\n"
        "1\t1\t00000001\tAn\t1\t1\t2026/03/05 08:15:00\r\n",
        "zk_usb_text",
        PUNCHES + "00000001 | 2026-03-05 08:15 | | 1 | 4\n",
    ),
    "USB text, INOUT": Export(
        "No\tTMNo\tEnNo\tName\tGMNo\tINOUT\tMode\tDateTime\r\n1\t1\t7\t  \t1\t1\t1\t2026/03/05 08:15:00\r\n",
        "zk_usb_text",
        PUNCHES + "7 | 2026-03-05 08:15 | | 1 | 2\n",
    ),
    "USB text, ProxyWork": Export(
        "No\tTMNo\tEnNo\tName\tGMNo\tMode\tIn/Out\tAntipass\tProxyWork\tDateTime\r\n"
        "1\t1\t7\tAn\t1\t1\tDutyOn\t0\t0\t2026/03/05 08:15:00\r\n",
        "zk_usb_text",
        PUNCHES + "7 | 2026-03-05 08:15 | in | 1 | 2\n",
    ),
    "USB text, Department": Export(
        "No\tTMNo\tEnNo\tName\tGMNo\tMode\tIn/Out\tVM\tDepartment\tDateTime\r\n"
        "1\t1\t7\tAn\t1\t1\tDutyOff\t0\tBar\t2026/03/05 18:15:00\r\n",
        "zk_usb_text",
        PUNCHES + "7 | 2026-03-05 18:15 | out | 1 | 2\n",
    ),
    "ZKTime, events": Export(
        'Department,Name,No.,Date/Time,Status,Location ID\nBar,"Dela Cruz, Jo",7,02/12/2024 5:15,C/In,1\n'
        'Bar,"Dela Cruz, Jo",7,02/12/2024 17:15,C/Out,1\n',
        "zktime_events",
        PUNCHES + "7 | 2024-12-02 05:15 | in | 1 | 2\n7 | 2024-12-02 17:15 | out | 1 | 3\n",
    ),
    "ZKTime, states": Export(
        "AC-No.,Name,Time,State\n7,An,02/12/2024 5:15,C/In\n",
        "zktime_states",
        PUNCHES + "7 | 2024-12-02 05:15 | in | | 2\n",
    ),
    "ZKTime, states, of an American Windows": Export(
        "AC-No.,Name,Time,State,New State,Exception\n7,An,10/15/2026 5:15:00 PM,C/Out,,\n"
        "7,An,10/5/2026 8:00:00 AM,C/In,,\n",
        "zktime_states",
        PUNCHES + "7 | 2026-10-15 17:15 | out | | 2\n7 | 2026-10-05 08:00 | in | | 3\n",
    ),
    "Hikvision": Export(
        "Person ID,Name,Department,Time,Attendance Status,Attendance Check Point,Custom Name,Data Source,Handling Type,"
        "Temperature,Abnormal\n'114,An,Bar,2026-03-05 08:15:00,Check-in,Door1,,Original Records,,-,No\n"
        "'114,An,Bar,2026-03-05 17:15:00,None,Door1,,Original Records,,-,No\n",
        "hikvision_attendance",
        PUNCHES + "114 | 2026-03-05 08:15 | in | Door1 | 2\n114 | 2026-03-05 17:15 | | Door1 | 3\n",
    ),
    "MITA": Export(
        "MaChamCong,NgayCham,GioCham,KieuCham,NguonCham,MaSoMay,TenMay\n"
        "12,2026-03-05 00:00:00.000,2026-03-05 08:15:00.000,0,FP,13,Máy 13\n",
        "mita_check_in_out",
        PUNCHES + "12 | 2026-03-05 08:15 | in | Máy 13 | 2\n",
    ),
    "Frappe, checkins": Export(
        "ID,Employee,Time,Log Type\n,HR-EMP-00001,05-03-2026 08:15:00,IN\n,HR-EMP-00001,05-03-2026 17:15:00,OUT\n"
        ",HR-EMP-00001,15-03-2026 17:15:00,\n",
        "frappe_checkins",
        PUNCHES
        + """
        HR-EMP-00001 | 2026-03-05 08:15 | in  | | 2
        HR-EMP-00001 | 2026-03-05 17:15 | out | | 3
        HR-EMP-00001 | 2026-03-15 17:15 |     | | 4
        """,
    ),
    "Frappe, attendance": Export(
        '"Notes:"\n"Please do not change the template headings"\n'
        '"Status should be one of these values: Present, Absent, On Leave, Half Day, Work From Home"\n'
        '"If you are overwriting existing attendance records, ""ID"" column mandatory"\n'
        '"ID","Employee","Employee Name","Date","Status","Leave Type","Company","Naming Series"\n'
        '"","E1","An","2026-03-05","Present","","Quán","HR-ATT-.YYYY.-"\n'
        '"","E1","An","2026-03-06","Absent","","Quán","HR-ATT-.YYYY.-"\n'
        '"","E2","Bình","2026-03-06","On Leave","Sick Leave","Quán","HR-ATT-.YYYY.-"\n',
        "frappe_attendance",
        """
        employee_id | business_date | excused | row_no
        ------------+---------------+---------+-------
        E1          | 2026-03-06    | false   | 7
        E2          | 2026-03-06    | true    | 8
        """,
    ),
    "workbook of a terminal": Export(
        "Att.log report,,,\n,,,\nAtt. Time,,2026-02-01 ~ 2026-02-28,,Tabulation,,2026-03-01 09:00:00\n"
        f"{','.join(map(str, range(1, 29)))}\n"
        'ID:,,3,,Name:,,An,,,Dept.:,,Bar\n"07:58\n17:32",06:0022:00\n'
        "ID:,,14,,Name:,,,,,Dept.:,,\n,,08:00\nID:,,15,,Name:,,Chi,,,Dept.:,,Bar\n,\n",
        "zk_attlog_report",
        PUNCHES
        + """
        3  | 2026-02-01 07:58 | | | 6
        3  | 2026-02-01 17:32 | | | 6
        3  | 2026-02-02 06:00 | | | 6
        3  | 2026-02-02 22:00 | | | 6
        14 | 2026-02-03 08:00 | | | 8
        """,
    ),
    "month, stacked punches": Export(
        matrix(
            f"Bảng chấm công tháng 02/2026\nMã nhân viên,Tên nhân viên,{','.join(map(str, DAYS))}",
            ("NV01,An", {1: '"07:58\n12:01 13:00\n17:32"', 28: "06:00 22:00"}),
            ("NV02,Bình", {2: "08:00"}),
        ),
        "canonical_month",
        PUNCHES
        + """
        NV01 | 2026-02-01 07:58 | | | 3
        NV01 | 2026-02-01 12:01 | | | 3
        NV01 | 2026-02-01 13:00 | | | 3
        NV01 | 2026-02-01 17:32 | | | 3
        NV01 | 2026-02-28 06:00 | | | 3
        NV01 | 2026-02-28 22:00 | | | 3
        NV02 | 2026-02-02 08:00 | | | 4
        """,
    ),
}
