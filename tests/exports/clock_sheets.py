"""Sheets of time clocks, with ins and outs side by side, as their systems write them; people and times drawn."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.drawn import frame
from tests.exports.months import DAYS, matrix
from tests.exports.reader import every_profile
from transforms.tables import TABLES


@dataclass(frozen=True)
class Export:
    """A file, the profile that reads it, and what is read: drawn as in tests.drawn, columns of that profile's table."""

    text: str
    profile: str
    drawn: str

    @property
    def rows(self) -> list[dict[str, object]]:
        """What is read, in the columns that are drawn."""
        lines = "\n".join(line for line in self.drawn.splitlines() if line.strip())
        return frame(lines, TABLES[every_profile()[self.profile].table].columns).to_dicts()


PAIRS = """
employee_id | business_date | clock_in         | clock_out        | row_no
------------+---------------+------------------+------------------+-------
"""

TIMESHEET_HEADER = (
    "BẢNG CHI TIẾT CHẤM CÔNG\nTừ ngày 01/03/2026 đến ngày 31/03/2026\n"
    f"STT,Mã nhân viên,Tên nhân viên,Phòng ban,Chức danh,Chi nhánh,Ca,{',,'.join(map(str, DAYS))},,Tổng công\n"
    f",,,,,,,{','.join(['Vào,Ra'] * 31)},"
)

SHEETS: Mapping[str, Export] = {
    "NGTeco": Export(
        ",,,,Timecard Report,,\nPay Period,,,20250825-20250831,,,\nEmployee,,,Jo Doe (3),,,\n"
        "Date,,IN,OUT,Work Time, Daily Total, Note\nMON,20250825,17:40,,,,Missing OUT\n"
        "TUE,20250826,8:00,16:30,8.5,8.5,\n"
        "Total Hours,,,,,18.62,\n\n,,,,Timecard Report,,\nPay Period,,,20250825-20250831,,,\nEmployee,,,Al (14),,,\n"
        "Date,,IN,OUT,Work Time, Daily Total, Note\nSUN,20250831,22:00,6:30,8.5,8.5,\nTotal Hours,,,,,8.50,\n",
        "ngteco_timecards",
        PAIRS
        + """
        3  | 2025-08-25 | 2025-08-25 17:40 |                  | 5
        3  | 2025-08-26 | 2025-08-26 08:00 | 2025-08-26 16:30 | 6
        14 | 2025-08-31 | 2025-08-31 22:00 | 2025-09-01 06:30 | 13
        """,
    ),
    "time sheet of persons": Export(
        "Person ID,First Name,Last Name,Date,Timesheet,Clock In,Clock Out,Clock Time(h),Total Break Time(h),Total Work "
        "Time(h),Total Time(h),Total Overtime Time(h),Statistic Rule Mode,Abnormal Situation\n"
        "011,An,Doe,2026-03-05,Bar,07:05:00,17:25:00,10:20:00,,10:20:00,10:20:00,,First and Last,\n"
        "02,Bo,Doe,2026-03-05,Bar,,,,,,,,First and Last,\n"
        "02,Bo,Doe,2026-03-06,Bar,08:00:00,17:00:00,09:00:00,01:00:00,08:00:00,08:00:00,,Every Punch,\n",
        "person_timesheet",
        PAIRS
        + """
        011 | 2026-03-05 | 2026-03-05 07:05 | 2026-03-05 17:25 | 2
        02  | 2026-03-06 | 2026-03-06 08:00 | 2026-03-06 17:00 | 4
        """,
    ),
    "Wise Eye": Export(
        "CHI TIẾT CHẤM CÔNG\nSTT,Mã N.Viên,Tên N.Viên,Ngày,Thứ,Vào 1,Ra 1,Vào 2,Ra 2,Tổng giờ,Ngày Công,TC1,TC2,TC3,"
        "Tổng cộng,Ghi chú\n1,00403,An,05/03/2026,Năm,7:58,12:01,13:00,17:32,08:35,1,,,,1,\n"
        "2,00403,An,06/03/2026,Sáu,22:00,6:05,,,08:05,1,,,,1,ca đêm\n3,00403,An,07/03/2026,Bảy,,,,,,,,,,,nghỉ\n"
        "Tổng,,,,,,,,,16:40,2,,,,2,\n,,,,,,,,,,,,,,,\nNgười lập,,,,,Kế toán,,,,,,,,,,\n",
        "wise_eye_detail",
        PAIRS
        + """
        00403 | 2026-03-05 | 2026-03-05 07:58 | 2026-03-05 12:01 | 3
        00403 | 2026-03-05 | 2026-03-05 13:00 | 2026-03-05 17:32 | 3
        00403 | 2026-03-06 | 2026-03-06 22:00 | 2026-03-07 06:05 | 4
        """,
    ),
    "Wise Eye, one pair": Export(
        "STT,Mã N.Viên,Tên N.Viên,Ngày,Thứ,Giờ ĐK,Vào 1,Ra 1,Tổng giờ,Ngày Công,Ghi chú\n"
        "1,403,An,05/03/2026,T5,08:00-17:00,7:58,17:01,09:03,1,\n",
        "wise_eye_detail",
        PAIRS + "403 | 2026-03-05 | 2026-03-05 07:58 | 2026-03-05 17:01 | 2\n",
    ),
    "flat": Export(
        "CHI TIẾT CHẤM CÔNG\nTừ ngày 01/01/2026 đến ngày 31/01/2026\n"
        "Mã N.Viên,Tên nhân viên,Phòng ban,Chức vụ,Ngày,Thứ,Vào,Ra\n'00012,An,Q1,Pha chế,05/01/2026,Hai,7:53,12:01\n"
        "'00012,An,Q1,Pha chế,15/01/2026,Năm,13:00,--:--\n",
        "vn_clock_flat",
        PAIRS
        + """
        00012 | 2026-01-05 | 2026-01-05 07:53 | 2026-01-05 12:01 | 4
        00012 | 2026-01-15 | 2026-01-15 13:00 |                  | 5
        """,
    ),
    "blocks": Export(
        "BẢNG CHI TIẾT CHẤM CÔNG,,,,,,,,,,,,,,,\nTừ ngày 20/12/2025 đến ngày 19/01/2026,,,,,,,,,,,,,,,\n"
        + "".join(
            f"Mã nhân viên: {who}   Tên nhân viên: {called}   Phòng ban: {unit},,,,,,,,,,,,,,,\n"
            "Tổng giờ: 16.5,,Số lần trễ: 0,,Số phút trễ: 0,,,,,,,,,,,\nTổng công: 2,,Số lần sớm: 0,,,,,,,,,,,,,\n"
            "Tăng ca: 0,,Vắng KP: 0,,,,,,,,,,,,,\nChi tiết,,,,,,,,,,,,,,,\n"
            "Ngày,Thứ,1,,2,,3,,Trễ,Sớm,Về trễ,Giờ,Công,T.Ca1,T.Ca2,Ký hiệu\n,,Vào,Ra,Vào,Ra,Vào,Ra,,,,,,,,\n"
            f"{rows}Tổng cộng,,,,,,,,,,,16:30,2,,,\n"
            for who, called, unit, rows in (
                (
                    "A7",
                    "An",
                    "--------",
                    (
                        "31/12,Tư,7:58,12:01,13:00,17:32,,,,,,8:33,1,,,X\n01/01,Năm,,,,,,,,,,,,,,V\n"
                        "02/01,Sáu,22:00,6:05,,,,,,,,8:05,1,,,X\n"
                    ),
                ),
                ("B12", "Bình", "Q1", "03/01,Bảy,,,,,18:00,,0:05,,,,0,,,O\n"),
            )
        )
        + "Người lập,,,,,,Kế toán,,,,,,,,,\n",
        "vn_clock_blocks",
        """
        store_id | employee_id | business_date | clock_in         | clock_out        | row_no
        ---------+-------------+---------------+------------------+------------------+-------
                 | A7          | 2025-12-31    | 2025-12-31 07:58 | 2025-12-31 12:01 | 10
                 | A7          | 2025-12-31    | 2025-12-31 13:00 | 2025-12-31 17:32 | 10
                 | A7          | 2026-01-02    | 2026-01-02 22:00 | 2026-01-03 06:05 | 12
        Q1       | B12         | 2026-01-03    | 2026-01-03 18:00 |                  | 21
        """,
    ),
    "KiotViet month": Export(
        matrix(
            TIMESHEET_HEADER,
            ("1,NV01,An,Bar,Pha chế,Đỗ Quang Đẩu,Ca sáng (06:00 - 14:00)", {1: "05:58,14:03", 31: "06:01,14:00"}),
            (",,,,,,Ca đêm ( 2 )(22:00 - 06:00)(ca qua đêm)", {2: "21:55,06:04", 31: "22:00,06:00"}),
            ("2,NV02,Bình,Bar,Pha chế,Đỗ Quang Đẩu,Ca sáng (06:00 - 14:00)", {3: "06:00,"}),
            ("Tổng cộng,,,,,,", {1: "1,1"}),
            blank=",",
        ).replace("06:01,14:00", "06:01,14:00,7h58p"),
        "kiotviet_timesheet",
        """
        store_id     | employee_id | business_date | clock_in         | clock_out        | row_no
        -------------+-------------+---------------+------------------+------------------+-------
        Đỗ Quang Đẩu | NV01        | 2026-03-01    | 2026-03-01 05:58 | 2026-03-01 14:03 | 5
        Đỗ Quang Đẩu | NV01        | 2026-03-31    | 2026-03-31 06:01 | 2026-03-31 14:00 | 5
        Đỗ Quang Đẩu | NV01        | 2026-03-02    | 2026-03-02 21:55 | 2026-03-03 06:04 | 6
        Đỗ Quang Đẩu | NV01        | 2026-03-31    | 2026-03-31 22:00 | 2026-04-01 06:00 | 6
        Đỗ Quang Đẩu | NV02        | 2026-03-03    | 2026-03-03 06:00 |                  | 7
        """,
    ),
}
