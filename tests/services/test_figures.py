"""Who stayed, without a database."""

from datetime import UTC, date, datetime

import pytest

from fedi.errors import BadRequest
from fedi.services.figures import Span, Stay, cohorts


def at(day, month=11):
    return datetime(2026, month, day, 12, tzinfo=UTC)


def test_who_stayed_by_days():
    """Of three who joined on the first, one came that day alone, one until the second, one until the third."""
    people = [(at(1), at(1)), (at(1), at(2)), (at(1), at(3)), (at(3), at(3))]
    first, second, third = (date(2026, 11, day) for day in (1, 2, 3))
    assert cohorts(people, [first, second, third], "day") == [
        (first, [Stay(first, 3, 1.0), Stay(second, 2, 2 / 3), Stay(third, 1, 1 / 3)]),
        (second, [Stay(second, 0, 0.0), Stay(third, 0, 0.0)]),
        (third, [Stay(third, 1, 1.0)]),
    ]


def test_who_stayed_by_months():
    people = [(at(30, month=10), at(2)), (at(5, month=10), at(6, month=10))]
    october, november = date(2026, 10, 1), date(2026, 11, 1)
    (first, stays), _ = cohorts(people, [october, november], "month")
    assert (first, stays) == (october, [Stay(october, 2, 1.0), Stay(november, 1, 0.5)])


def test_spans():
    span = Span(date(2026, 11, 28), date(2026, 11, 29))
    assert span.before == Span(date(2026, 11, 26), date(2026, 11, 27))
    assert [day.day for day in span.days] == [28, 29]
    for start, end in ((date(2026, 11, 2), date(2026, 11, 1)), (date(2024, 1, 1), date(2026, 1, 1))):
        with pytest.raises(BadRequest):
            Span(start, end)
