"""Amounts and dates: what is read from a text, what agrees and what clashes. A case named "limit" is known to be wrong."""

from __future__ import annotations

import datetime as dt
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overstate.quantities import DateParts, Quantity, QuantityKind, clash, read_quantities, same

#: A Wednesday.
SAID_ON = dt.date(2024, 6, 12)


def value(number: float) -> str:
    return f"{number:.10g}"


def shown(q: Quantity) -> str:
    """A quantity in one line: span = kind, value, unit, "~" where it is hedged; of a date its parts or days."""
    if q.kind is QuantityKind.DATE:
        assert q.date is not None and q.unit == "date"
        if math.isfinite(q.low) or math.isfinite(q.high):
            days = [dt.date.fromordinal(int(day)).isoformat() if math.isfinite(day) else "" for day in (q.low, q.high)]
            return f"{q.text} = {days[0] if days[0] == days[1] else '..'.join(days)}"
        parts = {name: getattr(q.date, name) for name in DateParts.__slots__}
        return f"{q.text} = " + " ".join(
            f"{name}:{part}" for name, part in parts.items() if part not in (None, "", False)
        )
    amount = value(q.low) if q.low == q.high else f"{value(q.low)}..{value(q.high)}"
    if q.before is not None:
        amount = f"{value(q.before[0])}->{amount}"
    unit = f" {q.unit}{f'/{q.per}' if q.per else ''}".rstrip()
    kind = {QuantityKind.CHANGE: "change ", QuantityKind.DURATION: "lasts ", QuantityKind.AMOUNT: ""}[q.kind]
    return f"{q.text} = {kind}{amount}{unit}{' ~' if q.approximate else ''}"


CASES: list[tuple[str, list[str]]] = [
    # figures and units
    ("we have 42 seats", ["42 seats = 42 seat"]),
    ("1,200,000", ["1,200,000 = 1200000"]),
    ("(42)", ["42 = 42"]),
    ("It was 12.", ["12 = 12"]),
    ("forty, no, fifty", ["forty = 40", "fifty = 50"]),
    ("10x", ["10x = 10 x"]),
    ("5KM away", ["5KM = 5 km"]),
    ("4 companies", ["4 companies = 4 company"]),
    ("3 boxes", ["3 boxes = 3 box"]),
    ("12 businesses", ["12 businesses = 12 business"]),
    ("30 people", ["30 people = 30 person"]),
    ("40 active users", ["40 active users = 40 user"]),
    ("forty new enterprise customers", ["forty new enterprise customers = 40 customer"]),
    ("12 sales reps", ["12 sales reps = 12 rep"]),
    ("forty of our customers", ["forty of our customers = 40 customer"]),
    ("forty of them", ["forty = 40"]),
    ("forty is enough", ["forty = 40"]),
    ("a forty-seat deal", ["forty-seat = 40 seat"]),
    ("one seat", ["one seat = 1 seat"]),
    ("zero incidents", ["zero incidents = 0 incident"]),
    ("3 and 4 seats", ["3 = 3", "4 seats = 4 seat"]),
    ("5 $10 plans", ["5 = 5", "$10 = 10 $"]),
    ("$1,234.56", ["$1,234.56 = 1234.56 $"]),
    ("3,000-4,000 users", ["3,000-4,000 users = 3000..4000 user"]),
    ("192.168.0.1", []),
    ("-5% and minus five percent", ["-5% = -5 %", "minus five percent = -5 %"]),
    ("- 5 seats", ["5 seats = 5 seat"]),
    # spoken numbers, as speech recognition writes them
    ("forty two percent", ["forty two percent = 42 %"]),
    ("Forty-Two percent", ["Forty-Two percent = 42 %"]),
    ("nine thousand two hundred and six euro", ["nine thousand two hundred and six euro = 9206 €"]),
    ("eleven hundred", ["eleven hundred = 1100"]),
    ("two hundred fifty", ["two hundred fifty = 250"]),
    ("two million three hundred thousand", ["two million three hundred thousand = 2300000"]),
    ("one hundred and twenty seats", ["one hundred and twenty seats = 120 seat"]),
    ("a hundred and fifty reps", ["a hundred and fifty reps = 150 rep"]),
    ("forty and five", ["forty = 40", "five = 5"]),
    ("three point one four", ["three point one four = 3.14"]),
    ("zero point five percent", ["zero point five percent = 0.5 %"]),
    ("point five percent", ["point five percent = 0.5 %"]),
    ("two point oh five percent", ["two point oh five percent = 2.05 %"]),
    # scales
    ("twelve point six million dollars", ["twelve point six million dollars = 12600000 $"]),
    ("$12.6M", ["$12.6M = 12600000 $"]),
    ("12.6 million", ["12.6 million = 12600000"]),
    ("$12,600,000", ["$12,600,000 = 12600000 $"]),
    ("two and a half million", ["two and a half million = 2500000"]),
    ("a million and a half", ["a million and a half = 1500000"]),
    ("a couple of million", ["a couple of million = 2000000..3000000 ~"]),
    ("a couple of hundred seats", ["a couple of hundred seats = 200..300 seat ~"]),
    ("half a million", ["half a million = 500000"]),
    ("half a dozen calls", ["half a dozen calls = 6 call"]),
    ("three quarters of a million", ["three quarters of a million = 750000"]),
    ("a quarter of a million", ["a quarter of a million = 250000"]),
    ("a quarter million dollars", ["a quarter million dollars = 250000 $"]),
    ("EUR 3,5 million", ["EUR 3,5 million = 3500000 €"]),
    ("twenty grand", ["twenty grand = 20000"]),
    ("$3MM", ["$3MM = 3000000 $"]),
    ("3k", ["3k = 3000"]),
    ("two point five k", ["two point five k = 2500"]),
    ("€4bn", ["€4bn = 4000000000 €"]),
    ("5 thousand seats", ["5 thousand seats = 5000 seat"]),
    ("2½ million", ["2½ million = 2500000"]),
    ("a million-dollar deal", ["a million-dollar = 1000000 $"]),
    ("a dozen", ["a dozen = 12"]),
    ("two dozen seats", ["two dozen seats = 24 seat"]),
    ("tens of thousands", ["tens of thousands = 20000..100000 ~"]),
    ("hundreds of thousands of users", ["hundreds of thousands of users = 200000..1000000 user ~"]),
    ("thousands of users", ["thousands of users = 2000..1000000 user ~"]),
    ("dozens of calls", ["dozens of calls = 24..100 call ~"]),
    ("a few hundred users", ["a few hundred users = 300..600 user ~"]),
    ("a few users", []),
    # money
    ("$ 500 a seat", ["$ 500 = 500 $/seat"]),
    ("500 dollars or 1 dollar", ["500 dollars = 500 $", "1 dollar = 1 $"]),
    ("€40, 40 euros, 40 €", ["€40 = 40 €", "40 euros = 40 €", "40 € = 40 €"]),
    ("USD 500", ["USD 500 = 500 $"]),
    ("US$500", ["US$500 = 500 $"]),
    ("500 GBP", ["500 GBP = 500 £"]),
    ("fifty cents", ["fifty cents = 0.5 $"]),
    ("millions of dollars", ["millions of dollars = 2000000..1000000000 $ ~"]),
    ("40 dollars per month", ["40 dollars = 40 $/month"]),
    ("$9/mo", ["$9 = 9 $/month"]),
    ("40 dollars per user per month", ["40 dollars = 40 $/user/month"]),
    ("$500 per user", ["$500 = 500 $/user"]),
    # per cent and shares
    ("42%", ["42% = 42 %"]),
    ("42 %", ["42 % = 42 %"]),
    ("45 per cent", ["45 per cent = 45 %"]),
    ("12pct", ["12pct = 12 %"]),
    ("99,9 %", ["99,9 % = 99.9 %"]),
    (".5% and 0.5%", [".5% = 0.5 %", "0.5% = 0.5 %"]),
    ("a hundred percent", ["a hundred percent = 100 %"]),
    ("500 basis points", ["500 basis points = 5 %"]),
    ("25 bps", ["25 bps = 0.25 %"]),
    ("two percentage points", ["two percentage points = 2 %"]),
    ("half of our customers", ["half of = 50 %"]),
    ("about half the team", ["about half = 45..55 % ~"]),
    ("a third of the budget", ["a third of = 33.33333333 %"]),
    ("two thirds of them", ["two thirds = 66.66666667 %"]),
    ("we reduced churn by 5%", ["5% = change -5 %"]),
    ("three quarters of the team", ["three quarters = 75 %"]),
    ("one in five customers", ["one in five = 20 %"]),
    ("nine out of ten", ["nine out of ten = 90 %"]),
    ("half a percent", ["half a percent = 0.5 %"]),
    ("a quarter of a percent", ["a quarter of a percent = 0.25 %"]),
    ("3 of 5 people", ["3 of 5 = 60 %"]),
    ("a third party", []),
    ("a half-baked plan", []),
    # multiples
    ("twice as many", ["twice = 2 x"]),
    ("three times faster", ["three times = 3 x"]),
    ("1.5x", ["1.5x = 1.5 x"]),
    ("twice a week", ["twice = 2 x/week"]),
    ("three times a year", ["three times = 3 x/year"]),
    ("we doubled the team", ["doubled = change 2 x"]),
    ("churn halved", ["halved = change 0.5 x"]),
    ("let me double check", []),
    ("double-click on it", []),
    # approximators and bounds
    ("about forty seats", ["about forty seats = 36..44 seat ~"]),
    ("forty-ish", ["forty-ish = 36..44 ~"]),
    ("40ish seats", ["40ish seats = 36..44 seat ~"]),
    ("forty seats or so", ["forty seats or so = 36..44 seat ~"]),
    ("forty or so seats", ["forty or so seats = 36..44 seat ~"]),
    ("roughly $40k", ["roughly $40k = 36000..44000 $ ~"]),
    ("~40 seats", ["~40 seats = 36..44 seat ~"]),
    ("some forty people", ["some forty people = 36..44 person ~"]),
    ("almost forty", ["almost forty = 36..40 ~"]),
    ("just over forty", ["just over forty = 40..44 ~"]),
    ("over forty", ["over forty = 40..inf"]),
    ("more than a hundred seats", ["more than a hundred seats = 100..inf seat"]),
    ("at least 40", ["at least 40 = 40..inf"]),
    ("forty plus seats", ["forty plus seats = 40..inf seat"]),
    ("40+ seats", ["40+ seats = 40..inf seat"]),
    ("40 or more", ["40 or more = 40..inf"]),
    ("no more than 12 seats", ["no more than 12 seats = 0..12 seat"]),
    ("no fewer than 12", ["no fewer than 12 = 12..inf"]),
    ("under 5%", ["under 5% = 0..5 %"]),
    ("up to 40 seats", ["up to 40 seats = 0..40 seat"]),
    ("it went up to 40 seats", ["40 seats = 40 seat"]),
    ("a couple of seats", ["a couple of seats = 2..3 seat ~"]),
    ("mid-teens", ["mid-teens = 13..17 ~"]),
    ("mid teens percent", ["mid teens percent = 13..17 % ~"]),
    ("low thirties", ["low thirties = 30..34 ~"]),
    ("in the mid to high forties", ["mid to high forties = 43..49 ~"]),
    ("high single digits", ["high single digits = 7..9 ~"]),
    ("double-digit growth", ["double-digit = 10..99 ~"]),
    ("in the nineties", []),
    # ranges
    ("21 to 23 percent", ["21 to 23 percent = 21..23 %"]),
    ("30–40%", ["30–40% = 30..40 %"]),
    ("20-30 people", ["20-30 people = 20..30 person"]),
    ("between 21 and 23 seats", ["21 and 23 seats = 21..23 seat"]),
    ("between one hundred and two hundred", ["one hundred and two hundred = 100..200"]),
    ("two or three reps", ["two or three reps = 2..3 rep"]),
    ("two three weeks", ["two three weeks = lasts 14..21 day"]),
    ("3 to 4 million", ["3 to 4 million = 3000000..4000000"]),
    ("$3 to $4 million", ["$3 to $4 million = 3000000..4000000 $"]),
    ("$3-4M", ["$3-4M = 3000000..4000000 $"]),
    ("two to three hundred thousand", ["two to three hundred thousand = 200000..300000"]),
    ("about 20 to 30 seats", ["about 20 to 30 seats = 18..33 seat ~"]),
    ("40 seats to 3 regions", ["40 seats = 40 seat", "3 regions = 3 region"]),
    ("one or two outages", ["one or two outages = 1..2 outage"]),
    ("two hundred, two hundred fifty", ["two hundred = 200", "two hundred fifty = 250"]),
    ("one hundred one hundred and ten", ["one hundred = 100", "one hundred and ten = 110"]),
    ("1.5-2x", ["1.5-2x = 1.5..2 x"]),
    ("a six-figure deal", ["six-figure = 100000..999999 ~"]),
    # changes
    ("from 21% to 23%", ["21% to 23% = change 21->23 %"]),
    ("from 21 to 23 percent", ["21 to 23 percent = change 21->23 %"]),
    ("from twelve to forty reps", ["twelve to forty reps = change 12->40 rep"]),
    ("from forty reps to twelve", ["forty reps to twelve = change 40->12 rep"]),
    ("from $3 million to $4 million", ["$3 million to $4 million = change 3000000->4000000 $"]),
    ("grew by 5%", ["5% = change 5 %"]),
    ("fell 5%", ["5% = change -5 %"]),
    ("down about five percent", ["about five percent = change -5.5..-4.5 % ~"]),
    ("we cut it by forty seats", ["forty seats = change -40 seat"]),
    ("fell to 5%", ["5% = 5 %"]),
    ("up 12 percent to 40", ["12 percent = change 12 %", "40 = 40"]),
    # lengths of time
    ("four to six weeks", ["four to six weeks = lasts 28..42 day"]),
    ("3.5 days", ["3.5 days = lasts 3.5 day"]),
    ("for 12 hours", ["12 hours = lasts 0.5 day"]),
    ("a 30-day notice", ["30-day = lasts 30 day"]),
    ("a two-year contract", ["two-year = lasts 730.5 day"]),
    ("two and a half years", ["two and a half years = lasts 913.125 day"]),
    ("a year and a half", ["a year and a half = lasts 547.875 day"]),
    ("it takes a week", ["a week = lasts 7 day"]),
    ("a week or two", ["a week or two = lasts 7..14 day ~"]),
    ("half an hour", ["half an hour = lasts 0.02083333333 day"]),
    ("within two weeks", ["within two weeks = lasts 0..14 day"]),
    ("five business days", ["five business days = lasts 5 day"]),
    ("the last three months", ["three months = lasts 91.3125 day"]),
    ("two hours a week", ["two hours = lasts 0.08333333333 day/week"]),
    ("a couple of weeks", ["a couple of weeks = lasts 14..21 day ~"]),
    ("wait a second", []),
    ("one second please", []),
    # years, quarters, halves
    ("fiscal twenty-four", ["fiscal twenty-four = year:2024 fiscal:True"]),
    ("fiscal year 2024", ["fiscal year 2024 = year:2024 fiscal:True"]),
    ("FY24", ["FY24 = year:2024 fiscal:True"]),
    ("FY 2024", ["FY 2024 = year:2024 fiscal:True"]),
    ("Q2", ["Q2 = quarter:2"]),
    ("q two", ["q two = quarter:2"]),
    ("the second quarter", ["second quarter = quarter:2"]),
    ("Q2 2024", ["Q2 2024 = 2024-04-01..2024-06-30"]),
    ("Q2 of 2024", ["Q2 of 2024 = 2024-04-01..2024-06-30"]),
    ("2Q24", ["2Q24 = 2024-04-01..2024-06-30"]),
    ("Q2 FY24", ["Q2 FY24 = year:2024 quarter:2 fiscal:True"]),
    ("fiscal Q2", ["fiscal Q2 = quarter:2 fiscal:True"]),
    ("second quarter of fiscal 2024", ["second quarter of fiscal 2024 = year:2024 quarter:2 fiscal:True"]),
    ("H1", ["H1 = half:1"]),
    ("the first half of 2024", ["first half of 2024 = 2024-01-01..2024-06-30"]),
    ("the second half of the meeting", []),
    ("in 2019", ["2019 = 2019-01-01..2019-12-31"]),
    ("since 2019", ["since 2019 = 2019-01-01.."]),
    ("early 2024", ["early 2024 = 2024-01-01..2024-05-01"]),
    ("twenty twenty-four", ["twenty twenty-four = 2024-01-01..2024-12-31"]),
    ("nineteen ninety-nine", ["nineteen ninety-nine = 1999-01-01..1999-12-31"]),
    ("twenty oh five", ["twenty oh five = 2005-01-01..2005-12-31"]),
    ("two thousand and nineteen", ["two thousand and nineteen = 2019-01-01..2019-12-31"]),
    ("two thousand seats", ["two thousand seats = 2000 seat"]),
    ("2024 seats", ["2024 seats = 2024 seat"]),
    ("$2024", ["$2024 = 2024 $"]),
    ("twenty thirty seconds", ["twenty thirty seconds = lasts 0.0002314814815..0.0003472222222 day"]),
    # months and days
    ("in March", ["March = month:3"]),
    ("in may", ["may = month:5"]),
    ("we may go and they march on in the sun", []),
    ("May I ask", []),
    ("May: 12 seats", ["May = month:5", "12 seats = 12 seat"]),
    ("Since May was wet", ["Since May = month:5 bound:since"]),
    ("we planned for March", ["March = month:3"]),
    ("by the end of March", ["by the end of March = month:3 part:late bound:by"]),
    ("mid-May", ["mid-May = month:5 part:middle"]),
    ("early June", ["early June = month:6 part:early"]),
    ("March third", ["March third = month:3 day:3"]),
    ("march 3", ["march 3 = month:3 day:3"]),
    ("the third of March", ["the third of March = month:3 day:3"]),
    ("3rd of March 2024", ["3rd of March 2024 = 2024-03-03"]),
    ("3 March 2024", ["3 March 2024 = 2024-03-03"]),
    ("March 3, 2024", ["March 3, 2024 = 2024-03-03"]),
    ("march twenty first twenty twenty four", ["march twenty first twenty twenty four = 2024-03-21"]),
    ("Mar. 3", ["Mar. 3 = month:3 day:3"]),
    ("March 2024", ["March 2024 = 2024-03-01..2024-03-31"]),
    ("March 30 to 31", ["March 30 to 31 = month:3"]),
    ("in March 20 customers left", ["March = month:3", "20 customers = 20 customer"]),
    ("by the thirtieth", ["by the thirtieth = day:30 bound:by"]),
    ("3/14", ["3/14 = month:3 day:14"]),
    ("3/14/2024", ["3/14/2024 = 2024-03-14"]),
    ("03/04/2024", ["03/04/2024 = 2024-01-01..2024-12-31"]),
    ("2024-03-14", ["2024-03-14 = 2024-03-14"]),
    ("2024-02-30", ["2024-02-30 = year:2024 month:2 day:30"]),
    # counted from the call, whose day is not known
    ("last Friday", ["last Friday = weekday:4 relative:last"]),
    ("on Friday", ["Friday = weekday:4"]),
    ("every Friday", []),
    ("tomorrow", ["tomorrow = offset:(1.0, 1.0)"]),
    ("next week", ["next week = relative:next period:week"]),
    ("last quarter", ["last quarter = relative:last period:quarter"]),
    ("in two weeks", ["in two weeks = offset:(14, 14)"]),
    ("three years ago", ["three years ago = offset:(-1096, -1096)"]),
    ("by the end of the quarter", ["by the end of the quarter = part:late bound:by relative:this period:quarter"]),
    ("the rest of the week", []),
    ("the end of the year", ["end of the year = part:late relative:this period:year"]),
    (
        "year end or EOY",
        ["year end = part:late relative:this period:year", "EOY = part:late relative:this period:year"],
    ),
    ("Q3 of this year", ["Q3 of this year = quarter:3 relative:this period:year"]),
    ("Monday the 3rd of June", ["Monday the 3rd of June = month:6 day:3"]),
    # labels, clock times, ordinals, pronouns
    ("three thirty pm", []),
    ("at 10:30 or 3pm or 3 p.m.", []),
    ("at five", []),
    ("ten o'clock", []),
    ("half past three", []),
    ("call 555-123-4567", []),
    ("+44 20 7946 0958", []),
    ("five five five one two one two", []),
    ("one oh five", []),
    ("version 2.3", []),
    ("version 2.3.1", []),
    ("we ship the iPhone 15", []),
    ("ISO 27001", []),
    ("clause 4 and page three", []),
    ("pages 3, 4 and 5", []),
    ("slide 4 shows 12 seats", ["12 seats = 12 seat"]),
    ("COVID-19", []),
    ("24/7", []),
    ("number one", []),
    ("the third floor", []),
    ("the 21st century", []),
    ("B2B and S3", []),
    ("this one, one of them, no one, one more", []),
    ("one could say", []),
    ("007", []),
    ("1e999", []),
    ("9999999999999999999", []),
    ("١٢ seats", ["١٢ seats = 12 seat"]),
    ("", []),
    ("\0", []),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text or "empty" for text, _ in CASES])
def test_what_is_read(text: str, expected: list[str]) -> None:
    assert [shown(q) for q in read_quantities(text)] == expected


ON_A_DAY = [
    ("yesterday", "2024-06-11"),
    ("today", "2024-06-12"),
    ("tomorrow", "2024-06-13"),
    ("the day after tomorrow", "2024-06-14"),
    ("last Friday", "2024-06-07"),
    ("this Friday", "2024-06-14"),
    ("next Friday", "2024-06-14..2024-06-21"),
    ("next Monday", "2024-06-17"),
    ("last Wednesday", "2024-06-05"),
    ("last week", "2024-06-03..2024-06-09"),
    ("next week", "2024-06-17..2024-06-23"),
    ("this month", "2024-06-01..2024-06-30"),
    ("next quarter", "2024-07-01..2024-09-30"),
    ("last quarter", "2024-01-01..2024-03-31"),
    ("last year", "2023-01-01..2023-12-31"),
    ("Q2 of last year", "2023-04-01..2023-06-30"),
    ("last March", "2024-03-01..2024-03-31"),
    ("next March", "2025-03-01..2025-03-31"),
    ("March of last year", "2023-03-01..2023-03-31"),
    ("in two weeks", "2024-06-26"),
    ("two weeks ago", "2024-05-29"),
    ("in four to six weeks", "2024-07-10..2024-07-24"),
    ("a year ago", "2023-06-13"),
    ("by the end of the quarter", "..2024-06-30"),
    ("by next week", "..2024-06-23"),
    ("end of next month", "2024-07-21..2024-07-31"),
    ("after March 2024", "2024-04-01.."),
]


@pytest.mark.parametrize(("text", "days"), ON_A_DAY)
def test_dates_that_count_from_the_call(text: str, days: str) -> None:
    (read,) = read_quantities(text, SAID_ON)
    assert shown(read).rpartition(" = ")[2] == days


SAME, CLASH, NEITHER = "same", "clash", "neither"
PAIRS = [
    # precision
    ("12.6 million", "12,611,400", SAME),
    ("$12.6M", "$12,611,400", SAME),
    ("$12.6M", "12.6 million", SAME),
    ("$12.6M", "$12,711,400", CLASH),
    ("42%", "42.4%", SAME),
    ("42%", "43%", CLASH),
    ("42 seats", "42 seats", SAME),
    ("40 seats", "41 seats", CLASH),
    ("forty reps", "our twelve reps", CLASH),
    ("forty-two percent", "42 %", SAME),
    ("nine thousand seats", "9,206 seats", SAME),
    ("12,000 seats", "12,100 seats", SAME),
    ("12,000 seats", "12,500 seats", CLASH),
    ("$40M", "$41M", CLASH),
    ("$40M", "$40.4M", SAME),
    ("two hundred seats", "206 seats", CLASH),
    ("$12,611,400", "$12,611,500", CLASH),
    ("a million users", "1,400,000 users", CLASH),
    ("$50", "$49.99", SAME),
    ("half of the seats", "48% of the seats", SAME),
    ("half of the seats", "60% of the seats", CLASH),
    ("one in five", "20%", SAME),
    ("a third of them", "35%", SAME),
    ("0.35%", "0.3%", SAME),
    # hedges, bounds, ranges
    ("about forty seats", "42 seats", SAME),
    ("about forty seats", "50 seats", CLASH),
    ("over forty seats", "60 seats", SAME),
    ("over forty seats", "30 seats", CLASH),
    ("up to forty seats", "30 seats", SAME),
    ("up to forty seats", "50 seats", CLASH),
    ("at least 40 seats", "at most 30 seats", CLASH),
    ("21 to 23 percent", "22%", SAME),
    ("21 to 23 percent", "25%", CLASH),
    ("four to six weeks", "it takes a month", SAME),
    ("four to six weeks", "30 days", SAME),
    ("four to six weeks", "two weeks", CLASH),
    ("a dozen seats", "12 seats", SAME),
    ("thousands of users", "12,000 users", SAME),
    ("tens of thousands of users", "900 users", CLASH),
    ("mid-teens percent", "15%", SAME),
    ("one year", "12 months", SAME),
    ("48 hours", "2 days", SAME),
    # units
    ("40 seats", "50 reps", NEITHER),
    ("40 seats", "40 reps", NEITHER),
    ("$40", "€50", NEITHER),
    ("forty", "40 seats", SAME),
    ("forty", "50 seats", NEITHER),
    ("twenty grand", "$20,000", SAME),
    ("500 basis points", "5%", SAME),
    ("$40 a seat", "$50 a seat", CLASH),
    ("$40 a seat", "$480 a year", NEITHER),
    ("$40 a seat", "$40", SAME),
    ("$40 a seat", "$50", NEITHER),
    ("40 days", "40 seats", NEITHER),
    # changes
    ("from 21% to 23%", "from 21% to 23%", SAME),
    ("from 21% to 23%", "from 21% to 25%", CLASH),
    ("from 21% to 23%", "from 20% to 23%", CLASH),
    ("from 21% to 23%", "30%", NEITHER),
    ("from 21% to 23%", "23%", NEITHER),
    ("grew by 5%", "growth was 5%", SAME),
    ("fell by 5%", "it was 5%", SAME),
    ("grew by 5%", "it was 7%", NEITHER),
    ("grew by 5%", "fell by 5%", CLASH),
    ("grew by 5%", "grew by 7%", CLASH),
    ("doubled", "2x", SAME),
    # dates
    ("in March", "in May", CLASH),
    ("March", "March third", SAME),
    ("March third", "the third of March", SAME),
    ("March third", "March fourth", CLASH),
    ("Q2", "June", SAME),
    ("Q2", "in March", CLASH),
    ("Q2", "Q3", CLASH),
    ("Q2 2024", "Q2 2023", CLASH),
    ("Q2 2024", "June", SAME),
    ("H1", "Q2", SAME),
    ("H1", "Q3", CLASH),
    ("2024", "2023", CLASH),
    ("March 2024", "2024", SAME),
    ("March 2024", "2023", CLASH),
    ("in March", "2024", NEITHER),
    ("fiscal twenty-four", "2024", SAME),
    ("fiscal twenty-four", "2023", NEITHER),
    ("fiscal twenty-four", "FY25", CLASH),
    ("fiscal Q2", "June", NEITHER),
    ("early May", "late May", CLASH),
    ("by the end of March", "March third", NEITHER),
    ("by March", "by May", CLASH),
    ("by March", "in February", NEITHER),
    ("Friday", "Monday", CLASH),
    ("last Friday", "last Monday", CLASH),
    ("last Friday", "next Monday", NEITHER),
    ("last Friday", "last Friday", SAME),
    ("next week", "in two weeks", NEITHER),
    ("next week", "next month", NEITHER),
    ("on Friday", "in March", NEITHER),
    ("2024-03-14", "March 14", SAME),
    ("2024-03-14", "March 15, 2024", CLASH),
    ("by March 2024", "January 2024", SAME),
    ("by March 2024", "May 2024", CLASH),
    ("in 2019", "2019 seats", NEITHER),
    ("in two weeks", "for two weeks", NEITHER),
]


@pytest.mark.parametrize(("one", "other", "verdict"), PAIRS)
def test_pairs(one: str, other: str, verdict: str) -> None:
    (a,), (b,) = read_quantities(one), read_quantities(other)
    assert same(a, b) is same(b, a) is (verdict == SAME)
    assert clash(a, b) is clash(b, a) is (verdict == CLASH)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ("last Friday", "June 7, 2024", SAME),
        ("last Friday", "June 6, 2024", CLASH),
        ("next week", "in two weeks", CLASH),
        ("last year", "2023", SAME),
        ("last year", "2024", CLASH),
        ("tomorrow", "yesterday", CLASH),
        ("in two weeks", "the end of June 2024", SAME),
        ("by the end of next week", "by the end of next month", NEITHER),
    ],
)
def test_pairs_on_a_day(one: str, other: str, verdict: str) -> None:
    (a,), (b,) = read_quantities(one, SAID_ON), read_quantities(other, SAID_ON)
    assert (same(a, b), clash(a, b)) == (verdict == SAME, verdict == CLASH)


#: What is wrong and known; each line says what a reader would expect instead.
LIMITS = [
    ("hundreds said as pairs are not read", "one forty two seats", []),
    ("the number of a year is a year before a noun that has no s", "2024 staff", ["2024 = 2024-01-01..2024-12-31"]),
    ("a noun without s is no unit", "forty equipment", ["forty = 40"]),
    ("how long something took is a date", "we built it in two weeks", ["in two weeks = offset:(14, 14)"]),
    ("points that part thousands are decimal", "1.200 seats", ["1.200 seats = 1.2 seat"]),
    (
        "two lengths of time are not added",
        "2 years and 3 months",
        ["2 years = lasts 730.5 day", "3 months = lasts 91.3125 day"],
    ),
    ("grand is money of no currency", "a grand", ["a grand = 1000"]),
    ("a name in small letters is no label", "acme 40 and us", ["40 = 40"]),
]


@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=f"limit: {i}") for i, t, e in LIMITS])
def test_limits(text: str, expected: list[str]) -> None:
    assert [shown(q) for q in read_quantities(text)] == expected


PIECES = st.sampled_from(
    "one two twenty forty hundred thousand million point half a third and of in to - . , $ % € 2024 12.6 1e999 1,234 9,9 .5 , % million : ١٢ ½ ² 007 "
    "Q2 FY24 may March Friday last next by end the week quarter about over couple from seats 2024-02-31 13/45 24/7 + \0".split(
        " "
    )
)
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=14).map(" ".join),
    st.lists(PIECES, max_size=14).map("".join),
    st.integers(1, 6000).map(lambda n: "9" * n),
)
DAYS = st.one_of(st.none(), st.dates())


@given(TEXTS, DAYS)
def test_offsets_are_those_of_the_text(text: str, said_on: dt.date | None) -> None:
    behind = 0
    for q in read_quantities(text, said_on):
        assert behind <= q.start < q.end <= len(text)
        assert text[q.start : q.end] == q.text
        assert q.low <= q.high and q.tolerance >= 0
        assert (q.date is not None) is (q.kind is QuantityKind.DATE)
        behind = q.end


@given(TEXTS, TEXTS, DAYS)
def test_same_and_clash_exclude_each_other(one: str, other: str, said_on: dt.date | None) -> None:
    for a in read_quantities(one, said_on):
        assert not clash(a, a)
        for b in read_quantities(other, said_on):
            assert same(a, b) is same(b, a) and clash(a, b) is clash(b, a)
            assert not (same(a, b) and clash(a, b))


@given(st.integers(0, 10**9), st.sampled_from(["seats", "users", "reps"]))
def test_figures_are_read_with_and_without_commas(number: int, unit: str) -> None:
    (a,), (b,) = read_quantities(f"about {number:,} {unit}."), read_quantities(f"about {number} {unit}.")
    assert (
        (a.low, a.high, a.unit)
        == (b.low, b.high, b.unit)
        == (pytest.approx(0.9 * number), pytest.approx(1.1 * number), unit[:-1])
    )


@pytest.mark.parametrize(
    "piece", ["1-", "one ", "a'", "3 to ", "of 2024 ", "pages 3, ", "two hundred and ", "+1 ", "about ", "1,111"]
)
def test_time_is_linear(piece: str) -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        read_quantities(piece * times)
        return time.process_time() - start

    assert min(seconds(4000) for _ in range(3)) < 12 * min(seconds(1000) for _ in range(3))
