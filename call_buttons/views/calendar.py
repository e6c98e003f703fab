from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from dateutil.relativedelta import relativedelta
from django.views.generic import TemplateView

from call_buttons.permissions import VIEW_CALL_BUTTON
from call_buttons.selectors.calendar import departements_read, month_of
from core import clock

if TYPE_CHECKING:
    from territories.models import Departement

MOST_TERMS = 150
# Before the first protections, and farther than any closure can be declared: nothing to read there.
YEARS = range(2020, 2100)
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])\Z", re.ASCII)


class CalendarView(TemplateView):
    """The month of a département, as a list of the days on which something falls."""

    access = VIEW_CALL_BUTTON
    template_name = "call_buttons/calendar.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        places = departements_read(user=self.request.user)
        asked = self.request.GET.get("departement")
        # A place that is not mine, or none: the first of mine.
        place = next((one for one in places if one.pk == asked), places[0])
        first = self._month(place)
        days, more = month_of(user=self.request.user, departement=place, first=first, limit=MOST_TERMS)
        return super().get_context_data(
            places=places,
            place=place,
            first=first,
            previous=first - relativedelta(months=1),
            following=first + relativedelta(months=1),
            today=clock.today(place.time_zone),
            days=days,
            more=more,
            **kwargs,
        )

    def _month(self, place: Departement) -> date:
        found = MONTH.match(self.request.GET.get("mois", ""))
        if found and int(found[1]) in YEARS:
            return date(int(found[1]), int(found[2]), 1)
        return clock.today(place.time_zone).replace(day=1)
