"""The rows of the matrix for the 17, apart: what a session never opens, and what each centre has of its own."""

from __future__ import annotations

Row = dict[str, int]


def rows_of_the_17(everybody: tuple[str, ...]) -> dict[str, tuple[Row, Row]]:
    def given(*pairs: tuple[int, tuple[str, ...]]) -> Row:
        return {persona: status for status, personas in pairs for persona in personas}

    administrator, supervisors = ("administrator",), ("supervisor", "supervisor_974")
    own, elsewhere = ("supervisor",), ("supervisor_974",)
    # A token opens it, and nothing else: signed in or not, whoever the person is.
    by_token = (given((401, everybody)), given((401, everybody)))
    return {
        "alarm_registry:tokens": (given((200, administrator)), given((422, administrator))),
        "alarm_registry:revoke_token": (given((405, administrator)), given((302, administrator))),
        "alarm_registry:extract_settings": (given((200, administrator)), given((422, administrator))),
        "alarm_registry:close_extract": (given((405, administrator)), given((302, administrator))),
        "alarm_registry:extracts": (given((200, supervisors)), given((405, supervisors))),
        "alarm_registry:extract_passphrase": (
            given((200, own), (404, elsewhere)),
            given((422, own), (404, elsewhere)),
        ),
        "alarm_registry:download_extract": (given((405, supervisors)), given((200, own), (404, elsewhere))),
        "alarm_registry:extract_opener": (given((200, supervisors)), given((405, supervisors))),
        "alarm_registry:api_search": by_token,
        "alarm_registry:api_search_name": by_token,
        "alarm_registry:api_card": by_token,
        "alarm_registry:api_contract": (given((200, everybody)), given((405, everybody))),
        # The page of the operator.
        "alarm_registry:search": (given((200, ("operator",))), given((422, ("operator",)))),
        "alarm_registry:search_name": (given((200, ("operator",))), given((422, ("operator",)))),
        "alarm_registry:choose": (given((405, ("operator",))), given((404, ("operator",)))),
        "alarm_registry:handled": (given((405, ("operator",))), given((404, ("operator",)))),
    }
