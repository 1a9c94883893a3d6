"""A server of canned answers on loopback, and a log of who asked."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.support.stand_ins import answering


class Canned:
    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.log = []
        self._answers = {}

    def answers(self, path, body=None, status=200):
        self._answers[path] = (status, "application/json", json.dumps(body).encode())

    def page(self, path, text):
        self._answers[path] = (200, "text/html", text.encode())

    def answer(self, address):
        self.log.append(address)
        return self._answers.get(urlsplit(address).path, (404, "application/json", b"{}"))


@contextmanager
def canned():
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, kind, body = found.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with answering(Handler) as port:
        found = Canned(port)
        yield found
