"""Who gets what, for every address, by GET and by an empty POST. The test refuses an address that is missing here.

302 to the sign-in page for a visitor and 403 for a person without the role go without saying: a row names the rest.
404 is somebody of the right role outside of the scope: to him the object does not exist.
"""

from __future__ import annotations

from tests.access.alarm_counter import COUNTER
from tests.access.centres import rows_of_the_17
from tests.access.referring import REFERRING
from tests.access.supervising import SUPERVISING
from tests.access.support_slips import rows_of_slips
from tests.access.supporting import rows_of_the_desk

Row = dict[str, int]

FILE = ("referent", "head", "instructor", "decider", "analyst")
FILE_ELSEWHERE = ("referent_elsewhere", "head_974", "instructor_974", "decider_974")
AGENTS = (*FILE, *FILE_ELSEWHERE, "operator", "supervisor", "supervisor_974", "adviser", "administrator")
PSYCHOLOGISTS = ("psychologist", "psychologist_974")
EVERYBODY_SIGNED_IN = (*AGENTS, "referent_expired", *PSYCHOLOGISTS, "official", "other_official", "relative")
OFFICIALS = ("official", "other_official")


def row(*groups: tuple[int, tuple[str, ...] | str], **more: int) -> Row:
    statuses: Row = {}
    for status, personas in groups:
        for persona in (personas,) if isinstance(personas, str) else personas:
            statuses[persona] = status
    return statuses | more


def public(get: int = 200, post: int = 405) -> tuple[Row, Row]:
    everybody = ("anonymous", *EVERYBODY_SIGNED_IN)
    return row((get, everybody)), row((post, everybody))


def signed_in(get: int, post: int) -> tuple[Row, Row]:
    return row((get, EVERYBODY_SIGNED_IN)), row((post, EVERYBODY_SIGNED_IN))


def both(get: int, post: int, *personas: str) -> tuple[Row, Row]:
    return row((get, personas)), row((post, personas))


def in_file(get: int, post: int) -> tuple[Row, Row]:
    """A page of a file: those of its scope; 404 for the same roles elsewhere."""
    return row((get, FILE), (404, FILE_ELSEWHERE)), row((post, FILE), (404, FILE_ELSEWHERE))


def act_in_file(get: int, post: int, actor: str, elsewhere: str) -> tuple[Row, Row]:
    """An act reserved to one role: the others of the scope get 403 at the door, the same role elsewhere 404."""
    return row((get, actor), (404, elsewhere)), row((post, actor), (404, elsewhere))


def linking(get: int, post: int) -> tuple[Row, Row]:
    """An act on a file by its référent or his hierarchy."""
    actors, elsewhere = ("referent", "head"), ("referent_elsewhere", "head_974")
    if get == 405:
        return row((405, (*actors, *elsewhere))), row((post, actors), (404, elsewhere))
    return row((get, actors), (404, elsewhere)), row((post, actors), (404, elsewhere))


def post_only(post: int, actor: str, elsewhere: str) -> tuple[Row, Row]:
    return row((405, (actor, elsewhere))), row((post, actor), (404, elsewhere))


ADDRESSED = ("referent_elsewhere", "head")
NOT_ADDRESSED = ("referent", "head_974")
OF_UNITS = (*ADDRESSED, *NOT_ADDRESSED)
FOLLOWING = tuple(persona for persona in FILE if persona != "analyst")


def follow_measure() -> tuple[Row, Row]:
    """An act on a measure, or the return of a device: those in office over the file; CALAE does not touch."""
    return row((200, FOLLOWING), (404, FILE_ELSEWHERE)), row((422, FOLLOWING), (404, FILE_ELSEWHERE))


READERS_OF_FIGURES = ("head", "head_974", "instructor", "instructor_974", "decider", "decider_974", "analyst")
SIGNATURES = ("instructor", "instructor_974", "decider", "decider_974", "administrator")
CLOSING = ("decider", "decider_974", "administrator")
# Those who manage the devices of a prefecture; CALAE reads counts only.
PARK = ("instructor", "decider")
PARK_ELSEWHERE = ("instructor_974", "decider_974")


def at_the_counter(post: int = 422) -> tuple[Row, Row]:
    """An act of the unit on a device in somebody's hands."""
    actors, elsewhere = ("referent", "head"), ("referent_elsewhere", "head_974")
    return row((200, actors), (404, elsewhere)), row((post, actors), (404, elsewhere))


def of_a_handover() -> tuple[Row, Row]:
    """Whom a device calls is read by the unit and the prefecture, never by CALAE."""
    return row((200, FOLLOWING), (404, FILE_ELSEWHERE)), row((405, (*FOLLOWING, *FILE_ELSEWHERE)))


def on_a_device(post: int) -> tuple[Row, Row]:
    return row((405, (*PARK, *PARK_ELSEWHERE))), row((post, PARK), (404, PARK_ELSEWHERE))


MATRIX: dict[str, tuple[Row, Row]] = {
    **COUNTER,
    **SUPERVISING,
    **REFERRING,
    **rows_of_the_desk(EVERYBODY_SIGNED_IN),
    # An operator is on the telephone: his home is the search. Those who help have a space of their own.
    "home": (row((200, EVERYBODY_SIGNED_IN), (302, (*PSYCHOLOGISTS, "operator"))), row((405, EVERYBODY_SIGNED_IN))),
    "situation": both(200, 405, *OFFICIALS),
    "consultations": both(200, 405, *OFFICIALS),
    "own_space": both(200, 405, "relative"),
    "activate": (
        row((200, "anonymous"), (302, EVERYBODY_SIGNED_IN)),
        row((422, "anonymous"), (302, EVERYBODY_SIGNED_IN)),
    ),
    "accounts:sign_in": (
        row((200, "anonymous"), (302, EVERYBODY_SIGNED_IN)),
        row((200, "anonymous"), (302, EVERYBODY_SIGNED_IN)),
    ),
    "accounts:sign_out": signed_in(405, 302),
    "accounts:postings": signed_in(200, 405),
    "accounts:password_change": signed_in(200, 200),
    "accounts:notifications": signed_in(200, 405),
    "accounts:open_notification": signed_in(405, 404),
    "accounts:read_notifications": signed_in(405, 302),
    "accounts:digest_choice": signed_in(405, 302),
    "tasks:list": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "tasks:detail": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    # A task of the référents: they and their hierarchy act on it.
    "tasks:done": (
        row((405, (*FILE, *FILE_ELSEWHERE))),
        row((422, ("referent", "head")), (403, FILE[2:]), (404, FILE_ELSEWHERE)),
    ),
    "tasks:assign": (
        row((405, (*FILE, *FILE_ELSEWHERE))),
        row((422, ("referent", "head")), (403, FILE[2:]), (404, FILE_ELSEWHERE)),
    ),
    "cases:history": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:changes": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:add_task": (
        row((200, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
        row((422, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
    ),
    "cases:list": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "cases:new": both(200, 405, "referent", "referent_elsewhere"),
    "cases:new_for": both(200, 422, "referent", "referent_elsewhere"),
    "cases:hints": both(200, 405, "head", "head_974"),
    "cases:hint": (row((200, "head"), (404, "head_974")), row((405, ("head", "head_974")))),
    "cases:dismiss_hint": (row((405, ("head", "head_974"))), row((409, "head"), (404, "head_974"))),
    "cases:contact": (
        row((200, ("referent_elsewhere", "head")), (404, ("referent", "head_974"))),
        row((302, ("referent_elsewhere", "head")), (404, ("referent", "head_974"))),
    ),
    "cases:shared_identifiers": both(200, 422, "head", "head_974", "analyst"),
    "cases:unshare": both(405, 404, "head", "head_974", "analyst"),
    "cases:import_facts": both(200, 422, "instructor", "instructor_974", "analyst"),
    "cases:import_example": both(200, 405, "instructor", "instructor_974", "analyst"),
    "cases:fact_import": (
        row((200, ("instructor", "analyst")), (404, "instructor_974")),
        row((405, ("instructor", "instructor_974", "analyst"))),
    ),
    # The prefecture and CALAE have nothing to do in that file: they are asked why.
    "cases:links": (
        row((200, FILE[:2]), (302, FILE[2:]), (404, FILE_ELSEWHERE)),
        row((405, (*FILE, *FILE_ELSEWHERE))),
    ),
    "cases:link": linking(200, 422),
    "cases:unlink": linking(405, 302),
    "cases:ask_contact": linking(405, 404),
    "cases:withdraw_contact": linking(405, 302),
    "cases:merge_choose": (row((200, "head"), (404, "head_974")), row((405, ("head", "head_974")))),
    "cases:merge": act_in_file(200, 422, "head", "head_974"),
    "cases:undo_merge": act_in_file(200, 409, "head", "head_974"),
    "cases:detail": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:add_threat": act_in_file(200, 422, "referent", "referent_elsewhere"),
    "cases:draft_step": act_in_file(200, 409, "referent", "referent_elsewhere"),
    "cases:draft_abandon": post_only(302, "referent", "referent_elsewhere"),
    "cases:household": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:add_person": act_in_file(200, 422, "referent", "referent_elsewhere"),
    "cases:edit_person": act_in_file(200, 422, "referent", "referent_elsewhere"),
    "cases:activation_code": act_in_file(200, 422, "referent", "referent_elsewhere"),
    "cases:correct_threat": act_in_file(200, 422, "referent", "referent_elsewhere"),
    "cases:reevaluate": act_in_file(200, 409, "referent", "referent_elsewhere"),
    "cases:evaluation": (
        row((200, FILE), (404, FILE_ELSEWHERE)),
        row((422, "referent"), (403, FILE[1:]), (404, FILE_ELSEWHERE)),
    ),
    "cases:series": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:follow_up": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "cases:divergence": both(200, 405, "head", "head_974", "analyst"),
    "cases:delays": both(200, 405, "analyst"),
    "cases:delay_edit": both(200, 422, "analyst"),
    "cases:grids": both(200, 405, "analyst"),
    "cases:grid_create": both(405, 302, "analyst"),
    "cases:grid": both(200, 405, "analyst"),
    "cases:grid_preview": both(200, 405, "analyst"),
    "cases:grid_settings": both(200, 422, "analyst"),
    "cases:grid_add": both(200, 422, "analyst"),
    "cases:grid_question": both(200, 422, "analyst"),
    "cases:grid_remove": both(405, 302, "analyst"),
    "cases:grid_move": both(405, 302, "analyst"),
    "cases:grid_replay": both(405, 422, "analyst"),
    "cases:grid_replay_result": both(200, 405, "analyst"),
    "cases:grid_publish": both(200, 422, "analyst"),
    "cases:grid_discard": both(405, 302, "analyst"),
    "cases:validate": post_only(422, "head", "head_974"),
    "cases:return": post_only(422, "head", "head_974"),
    "cases:close": (
        row((405, ("referent", "head", "referent_elsewhere", "head_974"))),
        row((409, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
    ),
    "cases:reopen": (
        row((405, ("referent", "head", "referent_elsewhere", "head_974"))),
        row((409, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
    ),
    "cases:attachments": (
        row((200, FILE), (404, FILE_ELSEWHERE)),
        row((422, ("referent", "head")), (403, FILE[2:]), (404, FILE_ELSEWHERE)),
    ),
    "cases:download": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:withdraw_attachment": (
        row((405, ("referent", "head", "referent_elsewhere", "head_974"))),
        row((409, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
    ),
    "cases:measures": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:propose_measures": act_in_file(200, 422, "referent", "referent_elsewhere"),
    "cases:measure": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:decide_measure": follow_measure(),
    "cases:refuse_measure": follow_measure(),
    "cases:start_measure": follow_measure(),
    "cases:execute_measure": follow_measure(),
    "cases:reassign_measure": follow_measure(),
    "cases:review_measure": follow_measure(),
    "cases:end_measure": follow_measure(),
    # The head of the units of the 45 sees the instructions of each; the brigade of Gien is addressed, Olivet is not.
    "vigilance:list": both(200, 405, *OF_UNITS),
    "vigilance:acknowledge": (row((405, OF_UNITS)), row((302, ADDRESSED), (404, NOT_ADDRESSED))),
    "vigilance:passage": (row((405, OF_UNITS)), row((302, ADDRESSED), (404, NOT_ADDRESSED))),
    "vigilance:passage_note": (
        row((200, ADDRESSED), (404, NOT_ADDRESSED)),
        row((422, ADDRESSED), (404, NOT_ADDRESSED)),
    ),
    "vigilance:night_check": both(200, 405, *READERS_OF_FIGURES),
    "cases:find_restricted": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "cases:emergency_accesses": both(200, 405, "head", "head_974"),
    "cases:review_access": act_in_file(200, 422, "head", "head_974"),
    "cases:consultation_reason": in_file(200, 422),
    # Nothing to break here: who sees the file goes to it, the others know nothing of it.
    "cases:break_glass": in_file(302, 302),
    "cases:access": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "cases:restrict": act_in_file(200, 422, "head", "head_974"),
    "cases:lift_restriction": act_in_file(200, 422, "head", "head_974"),
    "cases:add_access": act_in_file(200, 422, "head", "head_974"),
    "cases:remove_access": post_only(404, "head", "head_974"),
    "cases:declare_party": (
        row((200, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
        row((422, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
    ),
    "cases:end_party": (
        row((405, ("referent", "head", "referent_elsewhere", "head_974"))),
        row((422, ("referent", "head")), (404, ("referent_elsewhere", "head_974"))),
    ),
    "call_buttons:open": (row((302, (*FILE, *FILE_ELSEWHERE))), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "call_buttons:queue": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "call_buttons:in_force": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "call_buttons:case_panel": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "call_buttons:new_request": act_in_file(200, 422, "referent", "referent_elsewhere"),
    "call_buttons:request": (row((200, FILE), (404, FILE_ELSEWHERE)), row((405, (*FILE, *FILE_ELSEWHERE)))),
    "call_buttons:advise": post_only(422, "instructor", "instructor_974"),
    "call_buttons:grant": act_in_file(200, 200, "decider", "decider_974"),
    "call_buttons:grant_preview": (row((200, "decider"), (404, "decider_974")), row((405, ("decider", "decider_974")))),
    "call_buttons:refuse": act_in_file(200, 422, "decider", "decider_974"),
    "call_buttons:refusal_preview": post_only(422, "decider", "decider_974"),
    "call_buttons:document": (
        row((200, (*FILE, "official")), (404, (*FILE_ELSEWHERE, "other_official"))),
        row((405, (*FILE, *FILE_ELSEWHERE, *OFFICIALS))),
    ),
    "call_buttons:acknowledge": (
        row((405, (*FOLLOWING, *FILE_ELSEWHERE))),
        row((302, FOLLOWING), (404, FILE_ELSEWHERE)),
    ),
    "call_buttons:withdraw": act_in_file(200, 422, "referent", "referent_elsewhere"),
    # Three months away: it says from when it opens.
    "call_buttons:prepare_end": (
        row((302, ("referent", "instructor")), (404, ("referent_elsewhere", "instructor_974"))),
        row((302, ("referent", "instructor")), (404, ("referent_elsewhere", "instructor_974"))),
    ),
    "call_buttons:take_note": post_only(302, "decider", "decider_974"),
    "call_buttons:calendar": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "call_buttons:my_agenda": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "call_buttons:create_agenda": both(405, 200, *FILE, *FILE_ELSEWHERE),
    "call_buttons:revoke_agenda": both(405, 302, *FILE, *FILE_ELSEWHERE),
    # The token of its address is the right.
    "call_buttons:agenda_feed": public(),
    "call_buttons:week": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "call_buttons:closed_days": both(200, 422, *CLOSING),
    "call_buttons:remove_closed": (row((405, CLOSING)), row((302, ("decider", "administrator")), (404, "decider_974"))),
    "call_buttons:renew": (
        row((403, "referent"), (404, "referent_elsewhere")),
        row((405, ("referent", "referent_elsewhere"))),
    ),
    "call_buttons:update_ground": (
        row((405, ("referent", "instructor", "referent_elsewhere", "instructor_974"))),
        row((302, ("referent", "instructor")), (404, ("referent_elsewhere", "instructor_974"))),
    ),
    "call_buttons:act": act_in_file(200, 422, "decider", "decider_974"),
    "call_buttons:act_preview": post_only(422, "decider", "decider_974"),
    "call_buttons:contest": act_in_file(200, 422, "official", "other_official"),
    "call_buttons:wish": (row((200, OFFICIALS)), row((302, "official"), (422, "other_official"))),
    "call_buttons:sms": both(200, 422, *OFFICIALS),
    "call_buttons:stop_sms": both(405, 302, *OFFICIALS),
    "call_buttons:delegations": (row((200, SIGNATURES)), row((422, "administrator"))),
    "call_buttons:end_delegation": both(200, 422, "administrator"),
    "call_buttons:templates": both(200, 405, "administrator"),
    "call_buttons:template": both(200, 422, "administrator"),
    "call_buttons:template_preview": both(405, 200, "administrator"),
    "call_buttons:rules": both(200, 422, "administrator"),
    "call_buttons:verify": public(200, 422),
    "call_buttons:devices": both(200, 405, *PARK, *PARK_ELSEWHERE, "analyst"),
    "call_buttons:new_device": both(200, 422, *PARK, *PARK_ELSEWHERE),
    "call_buttons:device_census": both(200, 405, *PARK, *PARK_ELSEWHERE),
    "call_buttons:device": (row((200, PARK), (404, PARK_ELSEWHERE)), row((405, (*PARK, *PARK_ELSEWHERE)))),
    "call_buttons:declare_device": on_a_device(422),
    "call_buttons:pair_device": on_a_device(422),
    "call_buttons:lend_device": on_a_device(422),
    # Without saying which step: the message of the list says what to choose.
    "call_buttons:loan_step": on_a_device(302),
    # The person of this protection has a device already.
    "call_buttons:hand_over": at_the_counter(409),
    "call_buttons:handover": of_a_handover(),
    "call_buttons:receipt": of_a_handover(),
    "call_buttons:sign_receipt": at_the_counter(),
    "call_buttons:test_call": at_the_counter(),
    "call_buttons:activation": at_the_counter(),
    "call_buttons:settle_activation": at_the_counter(),
    "call_buttons:contacts": at_the_counter(),
    "call_buttons:take_back": follow_measure(),
    "call_buttons:lose_device": follow_measure(),
    **rows_of_the_17(("anonymous", *EVERYBODY_SIGNED_IN)),
    **rows_of_slips(("anonymous", *EVERYBODY_SIGNED_IN)),
    "barometer:months": both(200, 405, *READERS_OF_FIGURES),
    "barometer:month": both(200, 405, *READERS_OF_FIGURES),
    "barometer:month_csv": both(200, 405, *READERS_OF_FIGURES),
    "officials:search": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "officials:detail": both(200, 405, *FILE, *FILE_ELSEWHERE),
    "referents:find": both(200, 405, *AGENTS, *PSYCHOLOGISTS, *OFFICIALS),
    "referents:orphans": both(200, 405, *READERS_OF_FIGURES, "administrator"),
    "referents:orphans_of": both(200, 405, *READERS_OF_FIGURES, "administrator"),
    "operations:journal": both(200, 405, "administrator"),
    "operations:verify_journal": both(405, 302, "administrator"),
    "operations:clock": both(200, 200, "administrator"),
    "operations:reset_clock": both(405, 302, "administrator"),
    "operations:outbox": both(200, 405, "administrator"),
    "operations:retry_message": both(405, 302, "administrator"),
    "operations:jobs": both(200, 405, "administrator"),
    "operations:run_job": both(405, 302, "administrator"),
    "gallery": both(200, 405, "administrator"),
    "health": public(),
    "alive": public(),
    "accessibility": public(),
    "legal_notice": public(),
}
