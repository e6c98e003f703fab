import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core.sms import HttpSmsGateway, SmsError, gateway


@pytest.fixture
def operator(settings):
    """A gateway that notes what it is asked and answers `status`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.asked.append((self.headers, json.loads(body)))
            self.send_response(server.status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.asked, server.status = [], 202
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.DEMO = True
    settings.SMS_BACKEND = "core.sms.HttpSmsGateway"
    settings.SMS_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}/messages"
    settings.SMS_GATEWAY_TOKEN = "jeton"
    yield server
    server.shutdown()
    server.server_close()


def send():
    gateway().send(recipient="+262692000001", body="Voyez le portail.", message_id="<1@portail>")


def test_the_operator_gets_number_text_and_an_idempotency_key(operator):
    send()
    ((headers, body),) = operator.asked
    assert body == {"to": "+262692000001", "text": "Voyez le portail.", "reference": "<1@portail>"}
    assert headers["Authorization"] == "Bearer jeton"
    assert headers["Idempotency-Key"] == "<1@portail>"


@pytest.mark.parametrize("status", [400, 429, 503])
def test_a_refusal_says_its_code_and_not_the_number(operator, status):
    operator.status = status
    with pytest.raises(SmsError) as refused:
        send()
    assert str(refused.value) == f"La passerelle SMS a répondu {status}."


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://exemple.fr/", "http://exemple.fr/"])
def test_only_https_leaves_a_real_instance(settings, url):
    settings.DEMO = False
    settings.SMS_GATEWAY_URL = url
    with pytest.raises(SmsError, match="https"):
        HttpSmsGateway().send(recipient="0692000001", body="x", message_id="<1@x>")
