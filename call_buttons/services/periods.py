from __future__ import annotations

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.backends.postgresql.psycopg_any import DateRange

MONTHS = 3


def three_months_from(start: date) -> DateRange:
    """The half-open period `[start, last protected day + 1)`.

    The last protected day bears the same day-number three months later, clamped to the month: granted on
    14 January, protected to 14 April; 30 November leads to 28 or 29 February. The database checks the same.
    """
    return DateRange(start, start + relativedelta(months=MONTHS) + timedelta(days=1))
