"""What a row brought, after discounts and without tax, as the numbers of an unknown export prove it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, combinations, islice, permutations, product
from typing import Final

import polars as pl

from transforms.exports.rates import Tax, tax_in
from transforms.exports.unknown.found import NEAR, Net, adds_up, holds, is_there
from transforms.exports.unknown.lines import one_each
from transforms.exports.unknown.payouts import is_left, payouts
from transforms.exports.unknown.products import (
    NEAR_PRODUCT,
    OF_THE_LINE,
    by_product,
    exceeds,
    is_discount_rate,
    off_the_product,
    rivals_of,
)
from transforms.exports.unknown.shared import BY_PRICES, OFFS, discount_repeats, how_it_comes_off, shared, ways

_LOOKED_AT: Final = 200  # rows, before all are
_MOST_EXTRAS: Final = 5
_MOST_OTHERS: Final = 8
_PRICED: Final = frozenset({"quantity", "unit_price"})


@dataclass(frozen=True)
class Sums:
    """The numbers of an export, in which `net` is looked for.

    `numbers` has a Decimal column for each place, named by it, and the text columns `receipt` and `product` if there
    are such. `known` are places by their roles, `amounts` the places of what may be the sum of a row, `extras` those of
    service charges, tips and the like; `headers` are all names, and `named` is the place of a column named net_amount.
    """

    numbers: pl.DataFrame
    known: Mapping[str, int]
    amounts: Sequence[int]
    extras: Sequence[int]
    headers: Sequence[str]
    named: int | None = None
    others: Sequence[int] = ()  # places of numbers that no name tells of
    is_shared: bool = False  # the discounts of receipts, among their lines

    def net(self) -> Net:
        """What is proven by sums, or else by names, which is then said."""
        if paid_out := next(self._paid_out(), None):
            return paid_out
        if self._discount_repeats():
            return self._with_discount_shared()
        proven = self.proven()
        if proven is None or not proven.sql:
            proven = next((net for net in self._of_whole_receipts() if net.sql), proven)
        return self._unproven() if proven is None or self._exceeds_named(proven) else proven

    def _with_discount_shared(self) -> Net:
        """Unless it adds up as it stands: lines of one receipt may well have one discount."""
        shared_ = self._shared(self.known, {"discount_amount": BY_PRICES})
        as_lines = self.proven() if shared_.proven() is None else None
        if as_lines and as_lines.sql and {"discount_amount", "taken_off"} & as_lines.used.keys():
            return as_lines
        found = shared_.net()
        header = self.headers[self.known["discount_amount"]]
        doubt = f'"{header}" is the same on all lines of each receipt: it is taken as the receipt\'s, see [spread].'
        taken = "discount_amount" in found.used
        return replace(found, spread={"discount_amount": BY_PRICES}, doubt=doubt) if taken else found

    def _paid_out(self) -> Iterator[Net]:
        for left, net, used in payouts(self.numbers, self.headers):
            kept = " and ".join(f'"{self.headers[at]}"' for name, at in used.items() if name.startswith("kept"))
            said = (
                f'"{self.headers[used["total"]]}" is what is left after {kept}, which are no discounts: net_amount is'
            )
            yield from self.if_so(left, net, used, f'{said} without them, from "{self.headers[used["before_tax"]]}".')

    def is_of_receipts(self, at: int) -> bool:
        """Whether receipts have several lines, all with the same amount."""
        return "receipt" in self.numbers and one_each(self.numbers[f"{at}"], self.numbers["receipt"])

    # -- amounts of whole receipts

    def _discount_repeats(self) -> bool:
        if self.is_shared or not {"discount_amount", *_PRICED} <= self.known.keys() or "receipt" not in self.numbers:
            return False
        return discount_repeats(self.numbers, self.known, self.headers[self.known["discount_amount"]])

    def _shared(self, used: Mapping[str, int], weights: Mapping[str, str]) -> "Sums":
        return replace(self, numbers=shared(self.numbers, used, weights), is_shared=True)

    def _of_whole_receipts(self) -> Iterator[Net]:
        """By totals of receipts, which stand on each of their lines and show whose the discount is."""
        off, places = self._off()
        tax = {"tax_amount": self.known["tax_amount"]} if self._taxed else {}
        priced = {**{role: at for role, at in self.known.items() if role in _PRICED}, **places}
        wholes = [at for at in self.amounts if self.is_of_receipts(at)] if priced.keys() >= _PRICED else []
        for at, extras in product(wholes, self._some_extras()):
            used = {**priced, **tax, **extras, "total": at}
            for sum_, net, weights in ways(self.known, off, [*tax, *extras]):
                for found in self._shared(used, weights).if_so(sum_, net, used, self._left_out(extras)):
                    yield replace(found, spread=weights)

    # -- proofs

    def proven(self) -> Net | None:
        """By amounts that names tell of, or else by any number; with a doubt that leaves it open if none is sure."""
        proofs = [*islice(self._proofs(), 1)]
        if self.others and not any(net.sql for net in proofs):
            widened = replace(self, amounts=[*self.amounts, *self.others[:_MOST_OTHERS]], others=())
            proofs = [*filter(None, [widened.proven()]), *proofs]
        return next((net for net in proofs if net.sql), proofs[0] if proofs else None)

    def _proofs(self) -> Iterator[Net]:
        priced = {role: at for role, at in self.known.items() if role in {"quantity", "unit_price"}}
        if len(priced) > 1:
            yield from self._by_prices(priced)
            yield from self._by_percents(priced)
        for extras in self._some_extras() if self._taxed or self._discounted or self.extras else ():
            for base, at in self._bases():
                yield from self._by_base(base, at, extras)

    def _bases(self) -> Iterator[tuple[int, int]]:
        """Amounts before taxes and charges, and those with them; what is called a price may be of the whole row."""
        yield from permutations(self._of_lines, 2)
        yield from ((self.known["unit_price"], at) for at in self._of_lines if "unit_price" in self.known)

    def _by_percents(self, priced: Mapping[str, int]) -> Iterator[Net]:
        """Discounts may be written as percents or shares of the price."""
        may_be = (*self.others, *self._shares)
        rates = [at for at in may_be if is_discount_rate(self.headers[at], self.numbers[f"{at}"])]
        for rate, at, whole in product(rates, self.amounts, (100, 1)):
            sum_ = f"(quantity * unit_price * ({whole} - off_rate)) / {whole}"
            yield from self.if_so(sum_, "total", {**priced, "off_rate": rate, "total": at})

    def _by_prices(self, priced: Mapping[str, int]) -> Iterator[Net]:
        off, places = self._off()
        used = {**priced, **places}
        for at in self.amounts:
            yield from self.if_so(f"quantity * unit_price{off}", "total", {**used, "total": at})
        for at in self.amounts if self._is_money else ():
            yield from self.if_so("quantity * unit_price", f"total{off}", {**used, "total": at}, OF_THE_LINE)
        for extras in self._some_extras() if self._taxed else ():
            added = "".join(f" + COALESCE({name}, 0)" for name in extras)
            taxed = {**used, "tax_amount": self.known["tax_amount"], **extras}
            for at in self.amounts:
                net = f"total - tax_amount{added.replace('+', '-')}"
                sum_ = f"quantity * unit_price{off} + tax_amount{added}"
                yield from self.if_so(sum_, net, {**taxed, "total": at}, self._left_out(extras))

    def _by_base(self, base: int, at: int, extras: Mapping[str, int]) -> Iterator[Net]:
        tax = {"tax_amount": self.known["tax_amount"]} if self._taxed else {}
        added = "".join(f" + COALESCE({name}, 0)" for name in (*tax, *extras))
        for off, places in (self._off(), *((("", {}),) if tax else ())):
            used = {**places, **tax, **extras, "before_tax": base, "total": at}
            net = f"before_tax{off}" if extras else f"total{' - COALESCE(tax_amount, 0)' if tax else ''}"
            yield from self.if_so(f"before_tax{off}{added}", net, used, self._left_out(extras))

    def _left_out(self, extras: Mapping[str, int]) -> str:
        named = " and ".join(f'"{self.headers[place]}"' for place in extras.values())
        return f"{named} is left out of net_amount." if extras else ""

    def if_so(self, sum_: str, net: str, used: Mapping[str, int], doubt: str = "") -> Iterator[Net]:
        """`net`, if nearly all rows come to the column total of `used` by `sum_`."""
        near = NEAR_PRODUCT if "quantity" in used else NEAR
        there = self.numbers.select(pl.col(f"{at}").alias(name) for name, at in used.items())
        test = pl.sql_expr(f"ABS({sum_} - total) <= {near}")
        if is_there(there["total"]) and holds(there.head(_LOOKED_AT), test) and holds(there, test):
            yield self._without_tax(f"ABS({sum_} - total) <= {near}", net, used, doubt)

    def _without_tax(self, test: str, net: str, used: Mapping[str, int], doubt: str) -> Net:
        """A product that is the total may hold the tax that stands beside it: the rate shows whether it does."""
        if net != "total" or not self._taxed or "tax_amount" in used or "before_tax" in used:
            return Net(f"CASE WHEN {test} THEN {net} END", used, doubt=doubt)
        total, tax = (self.numbers[f"{at}"] for at in (used["total"], self.known["tax_amount"]))
        if any(adds_up(total, tax, self.numbers[f"{at}"]) for at in self.amounts if at != used["total"]):
            return Net(f"CASE WHEN {test} THEN total END", used, doubt=doubt)
        held = any(adds_up(self.numbers[f"{at}"], tax, total) for at in (*self.amounts, *self.others))
        match Tax.WITHIN if held else tax_in(total, tax):
            case Tax.WITHIN:
                used = {**used, "tax_amount": self.known["tax_amount"]}
                return Net(f"CASE WHEN {test} THEN total - COALESCE(tax_amount, 0) END", used, doubt=doubt)
            case Tax.BESIDE:
                return Net(f"CASE WHEN {test} THEN total END", used, doubt=doubt)
            case Tax.UNKNOWN:
                return self._may_hold_tax(used["total"])

    def _may_hold_tax(self, at: int) -> Net:
        said = f'The cells do not show whether "{self.headers[at]}" holds the tax: name it as net_amount if it does not'
        return Net(doubt=f"{said}, or else work net_amount out under [derive] as it less the tax.")

    # -- what the numbers say of themselves

    @property
    def _of_lines(self) -> list[int]:
        """Amounts that do not repeat on the lines of a receipt: those would count once for each line."""
        return [at for at in self.amounts if not self.is_of_receipts(at)]

    @property
    def _taxed(self) -> bool:
        return "tax_amount" in self.known and is_there(self.numbers[f"{self.known['tax_amount']}"])

    @property
    def _discounted(self) -> bool:
        return self._is_money and is_there(self.numbers[f"{self.known['discount_amount']}"])

    @property
    def _is_money(self) -> bool:
        """Whether there are discounts, and not all between 0 and 1 as shares are."""
        if "discount_amount" not in self.known:
            return False
        discounts = self.numbers[f"{self.known['discount_amount']}"].fill_null(0)
        return bool((discounts.abs() > 1).any() or (discounts == 0).all())

    @property
    def _shares(self) -> list[int]:
        return [] if self._is_money or "discount_amount" not in self.known else [self.known["discount_amount"]]

    def _off(self) -> tuple[str, Mapping[str, int]]:
        return how_it_comes_off(self.numbers, self.known, self.amounts)

    def _some_extras(self) -> list[Mapping[str, int]]:
        there = [at for at in self.extras if is_there(self.numbers[f"{at}"])][:_MOST_EXTRAS]
        sets = chain.from_iterable(combinations(there, size) for size in range(len(there) + 1))
        return [{f"extra_{number}": at for number, at in enumerate(some, 1)} for some in sets]

    # -- by names

    def values(self, net: Net) -> pl.Series | None:
        """What `net` comes to on each row, null where it contradicts itself; None if there is none."""
        if net.spread:
            return self._shared(net.used, net.spread).values(replace(net, spread={}))
        if net.column is not None:
            return self.numbers[f"{net.column}"]
        there = self.numbers.select(pl.col(f"{at}").alias(name) for name, at in net.used.items())
        return there.select(pl.sql_expr(net.sql)).to_series() if net.sql else None

    def _exceeds_named(self, proven: Net) -> bool:
        values = self.values(proven)
        if values is None or self.named is None or self.named in proven.used.values():
            return False
        quantity = self.numbers[f"{self.known['quantity']}"] if "quantity" in self.known else None
        return exceeds(values, self.numbers[f"{self.named}"], quantity)

    def _unproven(self) -> Net:
        if self.named is not None:
            return self._by_name(self.named)
        left_out = {"tax_amount"} if self._is_money else {"tax_amount", "discount_amount"}
        priced = {role: at for role, at in self.known.items() if role not in left_out}
        has_price = {"quantity", "unit_price"} <= priced.keys()
        rivals = rivals_of(self.numbers, priced) if has_price else []
        amounts = self._of_lines
        if has_price and not amounts:
            off = OFFS[0][1] if "discount_amount" in priced else ""
            net = by_product(self.numbers, priced, off, [*self.others, *self._shares], self.headers)
            if not (net.sql and rivals):
                return net
        by_rate = [net for at in amounts for net in self._by_rate(at)]
        if by_rate and (not has_price or rivals):
            return by_rate[0]
        if len(self.amounts) == 1 and not self._taxed and (not has_price or self.amounts[0] in rivals):
            return self._before_or_after() if self._discounted else self._by_name(self.amounts[0])
        return self._left_open(amounts, has_price=has_price)

    def _left_open(self, amounts: Sequence[int], *, has_price: bool) -> Net:
        if self.amounts and not amounts:
            return self._by_name(self.amounts[0])
        if len(amounts) == 1 and has_price:
            return Net(doubt=off_the_product(self.numbers, self.known, amounts[0], self.headers))
        return self._may_hold_tax(amounts[0]) if len(amounts) == 1 and self._taxed else Net()

    def _before_or_after(self) -> Net:
        amount, discount = (self.headers[at] for at in (self.amounts[0], self.known["discount_amount"]))
        said = f'The cells do not show whether "{amount}" is before or after "{discount}"'
        return Net(doubt=f"{said}: name the amount after it under [columns], or work it out under [derive].")

    def _by_rate(self, at: int) -> Iterator[Net]:
        """By the rate of the tax that stands beside it."""
        if not self._taxed:
            return
        held = tax_in(self.numbers[f"{at}"], self.numbers[f"{self.known['tax_amount']}"])
        said = f'By the rate of "{self.headers[self.known["tax_amount"]]}", "{self.headers[at]}"'
        if held is Tax.WITHIN:
            used = {"total": at, "tax_amount": self.known["tax_amount"]}
            taken_off = f"{said} holds the tax: it is taken off; see that it is so."
            yield Net("total - COALESCE(tax_amount, 0)", used, doubt=taken_off)
        if held is Tax.BESIDE:
            yield Net(column=at, doubt=f"{said} is without tax: it is taken for net_amount; see that it is so.")

    def _by_name(self, at: int) -> Net:
        header = self.headers[at]
        if is_left(self.numbers, self.headers, at):
            return Net(doubt=f'"{header}" may be what is left after commissions: name the amount before them instead.')
        if not self.is_of_receipts(at):
            doubt = f'"{header}" is taken for net_amount by its name only: see that it is after discounts, without tax.'
            return Net(column=at, doubt=doubt)
        return Net(doubt=f'"{header}" is the same on all lines of each receipt: take it by [spread], it is no line\'s.')
