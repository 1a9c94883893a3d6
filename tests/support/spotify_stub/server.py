"""The stub over HTTP: accounts service, Web API, a player script, and its own controls."""

import base64
import hashlib
import json
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.spotify_stub import api
from tests.support.spotify_stub.faults import Fault, with_nulls
from tests.support.spotify_stub.state import Call, World, now_ms

CLIENT_ID = "stub-client"
CLIENT_SECRET = "stub-secret"
PICTURES = "https://i.scdn.co/image/"
PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" width="640" height="640" viewBox="0 0 8 8">
<path fill="hsl({hue} 45% 38%)" d="M0 0h8v8H0z"/>
<circle fill="hsl({other} 60% 62%)" cx="{x}" cy="5" r="2.5"/></svg>"""
SDK = Path(__file__).parent / "sdk.js"


def picture(path: str) -> bytes:
    """Each record has colours of its own, which its page takes on."""
    hue, shift, x = hashlib.sha1(path.encode()).digest()[:3]
    return PICTURE.format(
        hue=hue * 360 // 256, other=(hue + 64 + shift // 2) % 360, x=x % 7 + 1
    ).encode()


@dataclass
class Stub:
    port: int
    world: World = field(default_factory=World)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self):
        """What Andre's environment says to meet this stub instead of Spotify."""
        return {
            "SPOTIFY_CLIENT_ID": CLIENT_ID,
            "SPOTIFY_CLIENT_SECRET": CLIENT_SECRET,
            "SPOTIFY_API_URL": f"{self.url}/v1",
            "SPOTIFY_ACCOUNTS_URL": self.url,
            "SPOTIFY_SDK_URL": f"{self.url}/sdk.js",
        }

    def goes_wrong(self, path="*", **how):
        self.world.faults.insert(0, Fault(path, **how))

    def is_well(self):
        self.world.faults.clear()

    def consents(self, authorize_url, name):
        """The address a browser is sent back to when this person says yes."""
        asked = dict(parse_qsl(urlsplit(authorize_url).query))
        return agreed(self.world, asked, name)


def agreed(world, asked, name):
    code = world.code_for(name, asked["code_challenge"], asked["redirect_uri"])
    return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"


@contextmanager
def running(port=0):
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    stub = server.stub = Stub(server.server_address[1])
    server.ending = threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield stub
    finally:
        server.ending.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    @property
    def pictures(self):
        return f"{self.server.stub.url}/image/"

    @property
    def world(self):
        return self.server.stub.world

    def handle_any(self):
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query))
        length = int(self.headers.get("Content-Length") or 0)
        self.text = self.rfile.read(length).decode() if length else ""
        with suppress(BrokenPipeError, ConnectionResetError):
            if parts.path.startswith("/v1/") or parts.path == "/api/token":
                self.service(parts.path.removeprefix("/v1").rstrip("/"))
            else:
                self.around(parts.path)

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

    def do_OPTIONS(self):
        self.send(204, None)

    # The service

    def service(self, path):
        call = Call(now_ms(), self.command, path, self.query, self.body(), self.account())
        self.world.ledger.append(call)
        struck = (each for each in list(self.world.faults) if each.strikes(self.command, path))
        fault = next(struck, None)
        if fault and not fault.after and fault.kind != "nulls":
            call.status = fault.status
            return self.fail(fault)
        try:
            call.status, found = self.answered(path)
        except api.Problem as problem:
            call.status, found = problem.status, problem.body
        if fault and fault.kind == "nulls":
            found = with_nulls(found)
        elif fault:
            return self.fail(fault)
        self.send(call.status, found)

    def answered(self, path):
        if path == "/api/token":
            return self.grant()
        request = api.Request(self.command, path, self.query, self.body(), self.token())
        return api.answer(self.world, request)

    def grant(self):
        form = dict(parse_qsl(self.text))
        match form.get("grant_type"):
            case "client_credentials":
                given = self.world.token_for(None) if self.knows_secret() else None
                refused = "invalid_client"
            case "authorization_code":
                given = self.world.tokens_for_code(
                    form.get("code"), form.get("code_verifier", ""), form.get("redirect_uri")
                )
                refused = "invalid_grant"
            case _:
                given = self.world.tokens_for_refresh(form.get("refresh_token"))
                refused = "invalid_grant"
        if given is None:
            return 400, {"error": refused, "error_description": "Refused"}
        return 200, given

    def knows_secret(self):
        wanted = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {wanted}"

    def fail(self, fault):
        match fault.kind:
            case "hang":
                self.server.ending.wait(fault.seconds)
                self.close_connection = True
            case "drip":
                self.drip(fault.seconds)
            case "truncated":
                self.raw(200, b'{"tracks": {"items": [', "application/json", length=4000)
                self.close_connection = True
            case "html":
                page = b"<!doctype html><title>Please stand by</title>"
                self.raw(fault.status if fault.status != 500 else 200, page, "text/html")
            case _:
                problem = api.Problem(fault.status, fault.message, fault.reason)
                headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
                self.send(fault.status, problem.body, headers)

    def drip(self, seconds):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "100000")
        self.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.server.ending.wait(0.2):
            self.wfile.write(b" ")
            self.wfile.flush()
        self.close_connection = True

    # What stands around it

    def around(self, path):
        match self.command, path:
            case "GET", "/authorize":
                self.raw(200, self.question().encode(), "text/html")
            case "GET", "/authorize/yes":
                name = self.query.pop("account")
                self.away(agreed(self.world, self.query, name))
            case "GET", "/authorize/no":
                refused = {"error": "access_denied", "state": self.query["state"]}
                self.away(f"{self.query['redirect_uri']}?{urlencode(refused)}")
            case "GET", _ if path.startswith("/image/"):
                self.raw(200, picture(path), "image/svg+xml")
            case "GET", "/sdk.js":
                self.raw(200, SDK.read_bytes(), "text/javascript")
            case "POST", "/stub/sdk/connect":
                held = self.world.access.get(self.token(), (None, 0))[0]
                if held is None:
                    return self.send(401, {})
                self.send(200, {"device_id": self.world.accounts[held].gets("This page")})
            case "GET", "/stub/ledger":
                self.send(200, {"calls": [vars(call) for call in self.world.ledger[-200:]]})
            case "POST", "/stub/faults":
                self.world.faults = [Fault(**each) for each in self.body() or []]
                self.send(200, {"faults": [each.as_dict() for each in self.world.faults]})
            case _:
                self.send(404, {})
        return None

    def question(self):
        lines = [
            f'<li><a href="/authorize/yes?{escape(urlencode({**self.query, "account": name}))}">'
            f"{escape(name)}</a> ({escape(account.product)})</li>"
            for name, account in self.world.accounts.items()
        ]
        no = escape(urlencode(self.query))
        return (
            "<!doctype html><title>Stub</title><h1>Who are you?</h1>"
            f'<ul>{"".join(lines)}</ul><p><a href="/authorize/no?{no}">No, thanks</a></p>'
        )

    # HTTP

    def token(self):
        kind, _, token = (self.headers.get("Authorization") or "").partition(" ")
        return token if kind == "Bearer" else None

    def account(self):
        return self.world.access.get(self.token(), (None, 0))[0]

    def body(self):
        try:
            return json.loads(self.text) if self.text else None
        except ValueError:
            return self.text

    def away(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send(self, status, body, headers=None):
        text = b"" if body is None else json.dumps(body).replace(PICTURES, self.pictures).encode()
        self.raw(status, text, "application/json", headers=headers)

    def raw(self, status, text, kind, length=None, headers=None):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Headers", "Authorization, Content-Type")
        for name, value in (headers or {}).items():
            self.send_header(name, str(value))
        if status != 204:
            self.send_header("Content-Length", str(length or len(text)))
        self.end_headers()
        self.wfile.write(text)
