import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from core import clock
from core.middleware import ClockMiddleware, PrivateResponseMiddleware


def answer(middleware, view=lambda request: HttpResponse("page")):
    return middleware(view)(RequestFactory().get("/"))


def test_no_page_is_kept_by_a_cache_or_given_sensors():
    headers = answer(PrivateResponseMiddleware).headers
    assert headers["Cache-Control"] == "no-store"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(("https", "policy"), [(True, "same-origin"), (False, None)])
def test_pages_are_isolated_from_other_windows_where_browsers_accept_it(settings, https, policy):
    settings.HTTPS = https
    assert answer(PrivateResponseMiddleware).headers.get("Cross-Origin-Opener-Policy") == policy


@pytest.mark.reads_the_clock
def test_the_clock_is_held_for_the_request_and_released_even_after_an_error(db, settings, django_assert_num_queries):
    settings.DEMO = True

    def broken(request):
        with django_assert_num_queries(1):
            assert clock.now() <= clock.now()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer(ClockMiddleware, broken)
    with django_assert_num_queries(2):
        clock.now()
        clock.now()
