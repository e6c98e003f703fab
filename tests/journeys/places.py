"""Where the things that the demonstration invented are: addresses of the brigade of Olivet and of the Loiret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.harness.portal import Portal
from tests.journeys.people import Person

# Those still without any answer come first: sent as they are, they are refused.
OF_OLIVET = (
    "FROM cases_case c JOIN accounts_unit u ON u.id = c.unit_id JOIN cases_evaluation e ON e.case_id = c.id"
    " WHERE u.name LIKE '%%Olivet' AND e.state = %s ORDER BY e.answers <> '{}', c.reference, e.number LIMIT 1"
)


@dataclass(frozen=True)
class Places:
    portal: Portal
    # Brings in somebody else, for what takes two people.
    play: Callable[[str], Person] | None = None

    def with_(self, login: str) -> Person:
        assert self.play is not None, "nobody else can come in"
        return self.play(login)

    def one(self, query: str, *parameters: str) -> str:
        return str(self.portal.rows(query, *parameters)[0][0])

    def case(self, state: str) -> str:
        """A file that has an evaluation in that state."""
        return self.one(f"SELECT '/dossiers/' || c.reference || '/' {OF_OLIVET}", state)

    def evaluation(self, state: str) -> str:
        return self.case(state) + self.one(f"SELECT 'evaluations/' || e.id || '/' {OF_OLIVET}", state)

    def threat(self, state: str) -> str:
        return self.case(state) + self.one(f"SELECT 'menaces/' || e.threat_id || '/' {OF_OLIVET}", state)

    def task(self) -> str:
        """A waiting task of the référents of Olivet."""
        return self.one(
            "SELECT '/taches/' || t.id || '/' FROM cases_casetask t JOIN accounts_unit u ON u.id = t.unit_id"
            " WHERE u.name LIKE '%%Olivet' AND t.done_at IS NULL AND t.role = 'referent' AND t.kind = 'other'"
            " AND t.assignee_id IS NULL ORDER BY t.due_at, t.id LIMIT 1"
        )

    def panel(self) -> str:
        return self.one(f"SELECT '/boutons-appel/dossier/' || c.reference || '/' {OF_OLIVET}", "validated")

    def asking(self) -> str:
        return self.panel() + self.one(f"SELECT 'demander/' || e.id || '/' {OF_OLIVET}", "validated")

    def running(self) -> str:
        """A protection of the Loiret that runs, about whose end nothing is decided."""
        return self.one(
            "SELECT '/boutons-appel/protections/' || g.id || '/' FROM call_buttons_callbuttongrant g"
            " WHERE g.departement_id = '45' AND upper(g.period) > current_date + 40"
            " AND lower(g.period) < current_date ORDER BY upper(g.period), g.id LIMIT 1"
        )

    def request(self, state: str, condition: str = "TRUE") -> str:
        """A call-button request of the Loiret."""
        return self.one(
            "SELECT '/boutons-appel/demandes/' || r.id || '/' FROM call_buttons_callbuttonrequest r"
            f" WHERE r.departement_id = '45' AND r.state = %s AND {condition} ORDER BY r.requested_at LIMIT 1",
            state,
        )

    def withdrawing(self) -> str:
        """Where the référents of Olivet take back a request of theirs."""
        return self.one(
            "SELECT '/boutons-appel/demandes/' || r.id || '/retirer/' FROM call_buttons_callbuttonrequest r"
            " JOIN accounts_unit u ON u.id = r.unit_id WHERE u.name LIKE '%%Olivet' AND r.state = 'pending'"
            " ORDER BY r.requested_at LIMIT 1"
        )

    def ending(self) -> str:
        """The request of a protection of the Loiret that ends within a month, about whose end nothing is asked."""
        return self.one(
            "SELECT '/boutons-appel/demandes/' || d.request_id || '/' FROM call_buttons_callbuttongrant g"
            " JOIN call_buttons_callbuttondecision d ON d.id = g.decision_id WHERE g.departement_id = '45'"
            " AND upper(g.period) BETWEEN current_date AND current_date + 28 AND NOT EXISTS"
            " (SELECT FROM call_buttons_callbuttonrequest r WHERE r.renews_id = g.id) ORDER BY g.period LIMIT 1"
        )

    def quiet_file(self) -> str:
        """A file of the Loiret, open to its territory, nobody's double, in which nothing is asked of the prefecture."""
        return self.one(
            "SELECT '/dossiers/' || c.reference || '/' FROM cases_case c WHERE c.departement_id = '45'"
            " AND NOT c.is_restricted AND c.official_id NOT IN (SELECT id FROM officials_official WHERE user_id > 0)"
            " AND NOT EXISTS (SELECT FROM call_buttons_callbuttonrequest r WHERE r.case_id = c.id)"
            " AND NOT EXISTS (SELECT FROM cases_duplicatehint h WHERE c.id IN (h.first_id, h.second_id))"
            " ORDER BY c.reference DESC LIMIT 1"
        )

    def restricted_file(self) -> str:
        return self.one(
            "SELECT '/dossiers/' || reference || '/' FROM cases_case WHERE is_restricted AND departement_id = '45'"
            " ORDER BY reference LIMIT 1"
        )

    def latest_glass(self) -> str:
        """Where the last emergency access is reviewed."""
        return self.one(
            "SELECT '/dossiers/acces-urgence/' || id || '/controler/' FROM cases_caseaccess"
            " WHERE kind = 'break_glass' ORDER BY added_at DESC LIMIT 1"
        )

    def latest_attachment(self) -> str:
        return self.one(
            "SELECT '/dossiers/' || c.reference || '/pieces-jointes/' || a.id || '/' FROM cases_attachment a"
            " JOIN cases_case c ON c.id = a.case_id ORDER BY a.added_at DESC LIMIT 1"
        )

    def official(self, last_name: str) -> str:
        return self.one("SELECT id FROM officials_official WHERE last_name = %s ORDER BY first_name LIMIT 1", last_name)

    def frozen_month(self) -> str:
        return self.one('SELECT to_char(max(month), \'"/barometre/"YYYY-MM"/"\') FROM barometer_frozenmonth')

    def measure(self, state: str, kind: str) -> str:
        """A protective measure of the brigade of Olivet."""
        return self.one(
            "SELECT '/dossiers/' || c.reference || '/mesures/' || m.id || '/' FROM cases_protectivemeasure m"
            " JOIN cases_case c ON c.id = m.case_id WHERE m.state = %s AND m.kind = %s ORDER BY m.id LIMIT 1",
            state,
            kind,
        )

    def proposing(self) -> str:
        """Where measures are proposed, from a validated evaluation of Olivet."""
        return self.case("validated") + self.one(f"SELECT 'mesures/proposer/' || e.id || '/' {OF_OLIVET}", "validated")

    def passage(self) -> str:
        return self.one("SELECT '/vigilance/passages/' || id || '/' FROM cases_vigilancepassage ORDER BY at LIMIT 1")
