"""Every HTML page that the test client receives is read for markup that was never rendered."""

from django.test import Client

real_request = Client.request
STRAY = ("{{", "{%", "{#")


class UnrenderedMarkupError(Exception):
    pass


def request_and_scan(self: Client, **request):
    response = real_request(self, **request)
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        page = response.content.decode()
        for mark in STRAY:
            if (at := page.find(mark)) >= 0:
                raise UnrenderedMarkupError(f"{request.get('PATH_INFO')}: …{page[max(0, at - 80) : at + 80]}…")
    return response


def scan_every_page() -> None:
    Client.request = request_and_scan
