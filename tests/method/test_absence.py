"""Spells and shifts missed over a year, for the context of a talk."""

from datetime import date

from tests.drawn import frame
from transforms.absence import ABSENCES, absences
from transforms.tables import FACTS


def test_a_year_of_absence_is_added_up_by_person() -> None:
    facts = frame(
        """
        kpi               | level  | group_id | month      | numerator | denominator | rows
        ------------------+--------+----------+------------+-----------+-------------+-----
        absence_frequency | person | an       | 2025-06-01 | 9         | 1           | 9
        absence_frequency | person | an       | 2025-07-01 | 1         | 1           | 9
        absence_frequency | person | an       | 2026-06-01 | 2         | 1           | 9
        absence_frequency | store  | q1       | 2026-06-01 | 4         | 5           | 9
        attendance_rate   | person | an       | 2025-07-01 | 21        | 22          | 9
        attendance_rate   | person | an       | 2026-06-01 | 17        | 22          | 9
        absence_frequency | person | binh     | 2026-06-01 | 0         | 1           | 9
        attendance_rate   | person | binh     | 2026-06-01 | 22        | 22          | 9
        """,
        FACTS,
    )
    expected = frame(
        """
        group_id | spells | shifts
        ---------+--------+-------
        an       | 3      | 6
        binh     | 0      | 0
        """,
        ABSENCES,
    )
    assert absences(facts, date(2026, 6, 1)).equals(expected)
