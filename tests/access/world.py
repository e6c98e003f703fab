"""A small world seen by everybody: two files of the brigade of Olivet (45), and all that hangs on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.enums import Role
from accounts.models import User
from alarm_registry.models import CentreToken, Extract
from call_buttons.models import (
    CallButtonActivation,
    CallButtonDevice,
    CallButtonGrant,
    CallButtonLoan,
    CallButtonRequest,
)
from call_buttons.services import create_agenda
from cases.models import (
    Attachment,
    CaseAccess,
    CaseParty,
    CaseTask,
    Evaluation,
    GridReplay,
    ProtectiveMeasure,
    Threat,
    ThreatDraft,
    VigilancePassage,
)
from cases.services import log_passage, request_replay
from core import clock
from core.models import OutboxMessage
from core.outbox import enqueue_email
from officials.models import Official, ProtectedPerson
from territories.models import ClosedDay
from tests import alarming, build, centring, handing, protecting
from tests.access import support_slips
from tests.access.alarm_counter import Counter
from tests.access.doubles import Doubles
from tests.access.referring import Referred
from tests.access.supervising import Supervised
from tests.access.supporting import Supporting
from tests.cases.attached import a_scanned_attachment

# Who knocks. Each refused role has its near miss: right role elsewhere, right place in another role, expired posting.
PERSONAS = (
    "anonymous",
    "referent",
    "referent_elsewhere",
    "referent_expired",
    "head",
    "head_974",
    "instructor",
    "instructor_974",
    "decider",
    "decider_974",
    "analyst",
    "operator",
    "supervisor",
    "supervisor_974",
    "adviser",
    "psychologist",
    "psychologist_974",
    "official",
    "other_official",
    "administrator",
    "relative",
)

OF_A_DRAFT = (
    "grid", "grid_preview", "grid_settings", "grid_add", "grid_replay", "grid_publish", "grid_discard",
)  # fmt: skip
OF_A_QUESTION = ("grid_question", "grid_remove", "grid_move")
OF_A_DEVICE = ("device", "declare_device", "pair_device", "lend_device")
OF_A_HANDOVER = (
    "handover", "receipt", "sign_receipt", "test_call", "activation", "contacts", "take_back", "lose_device",
)  # fmt: skip
MEASURE_PAGES = [
    f"cases:{name}"
    for name in (
        "measure", "decide_measure", "refuse_measure", "start_measure", "execute_measure", "reassign_measure",
        "review_measure", "end_measure",
    )
]  # fmt: skip


@dataclass
class World:
    users: dict[str, User]
    official: Official
    todo: Evaluation
    submitted: Evaluation
    validated: Evaluation
    evaluated_threat: Threat
    pending: CallButtonRequest
    grant: CallButtonGrant
    message: OutboxMessage
    task: CaseTask
    replay: GridReplay
    attachment: Attachment
    measure: ProtectiveMeasure
    passage: VigilancePassage
    glass: CaseAccess
    party: CaseParty
    draft: ThreatDraft
    person: ProtectedPerson
    doubles: Doubles
    counter: Counter
    closed: ClosedDay
    device: CallButtonDevice
    loan: CallButtonLoan
    activation: CallButtonActivation
    agenda: str
    supervised: Supervised
    supporting: Supporting
    token: CentreToken
    extract: Extract
    referred: Referred

    def arguments(self) -> dict[str, list[Any]]:
        """What fills the address of each URL that has parameters."""
        case = self.todo.case.reference
        return {
            **support_slips.ARGUMENTS,
            "cases:new_for": [self.official.pk],
            "cases:detail": [case],
            "cases:add_threat": [case],
            "cases:draft_step": [self.draft.pk, "victimes"],
            "cases:draft_abandon": [self.draft.pk],
            "cases:household": [case],
            "cases:add_person": [case],
            "cases:edit_person": [case, self.person.pk],
            "cases:activation_code": [case, self.person.pk],
            "cases:correct_threat": [case, self.todo.threat_id],
            "cases:reevaluate": [self.validated.case.reference, self.evaluated_threat.pk],
            "cases:evaluation": [case, self.todo.pk],
            "cases:series": [case, self.todo.threat_id],
            "cases:delay_edit": ["high"],
            **{f"cases:{name}": [self.replay.grid.number] for name in OF_A_DRAFT},
            **{f"cases:{name}": [self.replay.grid.number, "weapon_access"] for name in OF_A_QUESTION},
            "cases:grid_replay_result": [self.replay.grid.number, self.replay.pk],
            "cases:validate": [self.submitted.case.reference, self.submitted.pk],
            "cases:return": [self.submitted.case.reference, self.submitted.pk],
            "cases:close": [case],
            "cases:history": [case],
            "cases:changes": [case],
            "cases:add_task": [case],
            "tasks:detail": [self.task.pk],
            "tasks:done": [self.task.pk],
            "tasks:assign": [self.task.pk],
            "cases:reopen": [case],
            "cases:attachments": [case],
            "cases:download": [case, self.attachment.pk],
            "cases:withdraw_attachment": [case, self.attachment.pk],
            "cases:propose_measures": [self.validated.case.reference, self.validated.pk],
            "cases:measures": [case],
            **{name: [self.measure.case.reference, self.measure.pk] for name in MEASURE_PAGES},
            "vigilance:acknowledge": [self.passage.addressed_id],
            "vigilance:passage": [self.passage.addressed_id],
            "vigilance:passage_note": [self.passage.pk],
            "cases:consultation_reason": [case],
            "cases:break_glass": [case],
            "cases:access": [case],
            "cases:restrict": [case],
            "cases:lift_restriction": [case],
            "cases:add_access": [case],
            "cases:remove_access": [case, self.glass.pk],
            "cases:declare_party": [case],
            "cases:end_party": [case, self.party.pk],
            "cases:review_access": [self.glass.pk],
            **self.doubles.arguments(),
            **self.counter.arguments(),
            **self.supervised.arguments(),
            **self.referred.arguments(),
            **self.supporting.arguments(),
            "call_buttons:open": [self.pending.pk],
            "call_buttons:case_panel": [case],
            "call_buttons:new_request": [self.validated.case.reference, self.validated.pk],
            "call_buttons:request": [self.pending.pk],
            "call_buttons:advise": [self.pending.pk],
            "call_buttons:withdraw": [self.pending.pk],
            "call_buttons:prepare_end": [self.grant.decision.request_id],
            "call_buttons:take_note": [self.grant.decision.request_id],
            "call_buttons:agenda_feed": [self.agenda],
            "call_buttons:grant": [self.pending.pk],
            "call_buttons:grant_preview": [self.pending.pk],
            "call_buttons:refuse": [self.pending.pk],
            "call_buttons:refusal_preview": [self.pending.pk],
            "call_buttons:document": [self.grant.decision_id],
            "call_buttons:acknowledge": [self.pending.pk],
            "call_buttons:renew": [self.pending.pk],
            "call_buttons:update_ground": [self.pending.pk],
            "call_buttons:act": [self.grant.pk, "suspendre"],
            "call_buttons:act_preview": [self.grant.pk, "suspendre"],
            "call_buttons:contest": [self.grant.decision_id],
            "call_buttons:end_delegation": [self.grant.decision.delegation_id],
            "call_buttons:template": ["45", "grant"],
            "call_buttons:template_preview": ["45", "grant"],
            **{f"call_buttons:{name}": [self.device.pk] for name in OF_A_DEVICE},
            "call_buttons:loan_step": [self.loan.pk],
            "call_buttons:hand_over": [self.grant.request_id],
            **{f"call_buttons:{name}": [self.activation.handover_id] for name in OF_A_HANDOVER},
            "call_buttons:settle_activation": [self.activation.handover_id, self.activation.pk],
            "call_buttons:remove_closed": [self.closed.pk],
            "alarm_registry:revoke_token": [self.token.pk],
            "alarm_registry:close_extract": [self.extract.setting_id],
            "alarm_registry:extract_passphrase": [self.extract.setting_id],
            "alarm_registry:download_extract": [self.extract.pk],
            "alarm_registry:extract_opener": ["page"],
            "barometer:month": [clock.today("Europe/Paris").replace(day=1)],
            "barometer:month_csv": [clock.today("Europe/Paris").replace(day=1)],
            "officials:detail": [self.official.pk],
            "referents:orphans_of": ["45"],
            "operations:retry_message": [self.message.pk],
            "operations:run_job": ["call_button_reminders"],
        }


def an_access_by_glass(head: User) -> CaseAccess:
    """In a third file, restricted: the two others stay open to the whole territory."""
    threat = build.a_threat(user=build.referent(email="ref.verre@portail.example"), official=build.an_official("Verre"))
    case = build.restricted(threat.case, by=head)
    return build.glass_broken(case, build.posted(Role.INSTRUCTOR, email="verre@portail.example"))


def a_centre_token() -> CentreToken:
    centring.a_token()
    return centring.the_token()


def make_world() -> World:
    referent = build.referent()
    protected, waiting = build.an_official("Protégée"), build.an_official("Attente", "Paul")
    account = build.official_account(protected)
    decider = build.decider()
    grant = build.granted(build.a_request(threat=build.a_threat(user=referent, official=protected)), by=decider)
    todo = build.a_threat(user=referent, case=grant.case).evaluations.get()
    pending = build.a_request(threat=build.a_threat(user=referent, official=waiting))
    submitted = build.submitted(build.a_threat(user=referent, case=pending.case))
    other = build.an_official("Voisine", "Louise")
    validated = grant.decision.request.evaluation
    gien = build.a_unit("2", name="Brigade de Gien")
    order = protecting.ordered(
        gien, measure=protecting.decided(protecting.proposed(validated, kind="reinforced_vigilance"))
    )
    row = protecting.row_of(order, gien)
    elsewhere = build.referent(gien)
    head = User.objects.get(postings__role=Role.UNIT_HEAD)
    users = {
        "referent": referent,
        "referent_elsewhere": elsewhere,
        "referent_expired": build.referent(email="ancien@portail.example", end=date(2021, 1, 1)),
        "head": head,
        "head_974": build.unit_head(departement_code="974"),
        "instructor": build.posted(Role.INSTRUCTOR),
        "instructor_974": build.posted(Role.INSTRUCTOR, departement_code="974"),
        "decider": decider,
        "decider_974": build.decider(departement_code="974"),
        "analyst": build.posted(Role.CALAE_ANALYST),
        "operator": build.posted(Role.OPERATOR_17),
        "supervisor": build.posted(Role.SUPERVISOR_17),
        "supervisor_974": build.posted(Role.SUPERVISOR_17, departement_code="974"),
        "adviser": build.posted(Role.SECURITY_ADVISER),
        "psychologist": build.posted(Role.PSYCHOLOGIST),
        "psychologist_974": build.posted(Role.PSYCHOLOGIST, departement_code="974"),
        "official": account,
        "other_official": build.official_account(other, "voisine@portail.example"),
        "administrator": build.posted(Role.ADMINISTRATOR),
        "relative": build.relative_account(build.a_relative(protected)),
    }
    analyst = users["analyst"]
    replay = request_replay(grid=build.a_grid_draft(analyst), months=12, user=analyst, actor=build.actor(analyst))
    # The analyst said why: without a reason he is sent to the page that asks (test_hidden.py).
    for case in (grant.case, pending.case):
        build.consulted(case, users["analyst"])
    party = build.declared(grant.case, build.posted(Role.INSTRUCTOR, email="concerne@portail.example"), by=referent)
    return World(
        users=users,
        official=protected,
        todo=todo,
        submitted=submitted,
        validated=grant.decision.request.evaluation,
        evaluated_threat=grant.decision.request.evaluation.threat,
        pending=pending,
        grant=grant,
        task=build.a_task(grant.case),
        attachment=a_scanned_attachment(todo.case, user=referent),
        glass=an_access_by_glass(users["head"]),
        party=party,
        draft=build.a_draft(referent, protected, case=grant.case),
        person=build.a_relative(protected, first_name="Denis"),
        counter=Counter.made(protected, waiting, by=referent),
        doubles=Doubles.made(referent, elsewhere, head, users["instructor"]),
        closed=build.a_closed_day(),
        activation=handing.pressed(handing.handed_over(grant, by=referent)),
        device=handing.a_device(),
        loan=handing.lent(),
        supervised=Supervised.made(
            users["operator"], alarming.a_registration(official=build.an_official("Inscrite", "Paule"), by=referent)
        ),
        supporting=Supporting.made(users["psychologist"], users["psychologist_974"]),
        token=a_centre_token(),
        extract=centring.an_extract(),
        referred=Referred.made(todo.case, by=referent, psychologist=users["psychologist"]),
        agenda=create_agenda(user=decider, actor=build.actor(decider)),
        message=enqueue_email(dedupe_key="essai", recipient="a@portail.example", subject="Essai", body="Essai."),
        replay=replay,
        measure=protecting.proposed(validated),
        passage=log_passage(row=row, user=elsewhere, actor=build.actor(elsewhere)),
    )
