from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def assert_constant_queries(client: Client, url: str, make_rows: Callable[[int], object], *, at_most: int = 12) -> None:
    """A list of 1, 3 and 30 rows costs the same number of queries. `make_rows(n)` adds n rows to it."""
    counts: dict[int, int] = {}
    queries: dict[int, list[str]] = {}
    make_rows(1)
    client.get(url)  # what is cached for the life of the process is not counted
    for total, added in ((1, 0), (3, 2), (30, 27)):
        if added:
            make_rows(added)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            response = client.get(url)
        assert response.status_code == 200, f"{url}: {response.status_code}"
        counts[total], queries[total] = len(captured), [query["sql"][:200] for query in captured.captured_queries]
    assert len(set(counts.values())) == 1, f"{url}: queries by number of rows {counts}\n" + "\n".join(queries[30])
    assert counts[30] <= at_most, f"{url}: {counts[30]} queries\n" + "\n".join(queries[30])
