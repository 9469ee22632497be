"""Punches, clockings, roster and absences -> shifts: who was there, for how long, how late.

`pairing` says how raw punches become spells, `sources` which of two systems is believed and when a machine clocked out,
`running` which open ends are nobody's mistake.
How a spell is read:

* An in and a later out are hours worked; the night on which a site's clocks are put forward is an hour shorter than the
  clock on the wall tells, that on which they are put back an hour longer. Of spells that overlap, the time already
  counted is left out and the later one is flagged `overlap`. Hours are whole seconds / 3600, rounded half up to four
  decimals.
* A punch that is missing, or an out that is not after its in, leaves the shift `open` (flag `open_punch`), without
  hours: null, never a guess. What a sheet states without any punch counts as stated, and tells nothing of lateness; a
  break that an export has beside an in and an out is taken off. More than the longest shift is a forgotten out (flag
  `too_long`), an out that a machine made is `auto_closed`; the site says whether the hours of each count, count up to
  the scheduled end (without one: not at all), or are left out. The stricter holds where both are true.
* A break may be owed: so many minutes are taken off each spell that lasts longer than so many hours without a pause,
  and of which the export has no break.
* It belongs to that day's rostered shift of that person whose begin is nearest (its end, if only the out is known),
  whatever store it was in. Several spells of one shift (a break) are one attendance: the first carries the schedule. A
  lone punch without direction is an out where it is nearer to an end. It, and an out alone, may end the night before.
* A rostered shift without a spell of its own was attended if another spell of that day covers at least half of it
  (someone worked through). Otherwise it is `on_leave` if agreed on for as long, `absent` if noted as not agreed; on a
  public holiday `holiday`, unless at least half of that store's shifts were worked; else `absent`, unless nobody at all
  clocked in that store that day: then the attendance was not delivered, and it is `not_recorded`.
* Where a store has no roster for a day, the site's usual shifts say who is late (flag `no_roster`); it is still
  `unscheduled`, and nobody is absent from it.
* Late is more than the grace after the scheduled begin, in whole minutes, and then counts in full; not measured where
  hours away were agreed on, or where nobody knows which punch of an odd run was the first. Overtime is what all spells
  of a shift last beyond what was scheduled for them, never below zero; an unscheduled shift has none.
"""

from transforms.attendance.pairing import MARGIN, trusted_clocks
from transforms.attendance.rules import FlaggedHours, ShiftRules, UsualShift
from transforms.attendance.shifts import shifts, with_clocked

__all__ = ["MARGIN", "FlaggedHours", "ShiftRules", "UsualShift", "shifts", "trusted_clocks", "with_clocked"]
