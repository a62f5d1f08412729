"""What SECURITY.md promises, point by point."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.security import MOST_BYTES, UnsafeError, check_host, secret_key
from dashboard.serve import serve
from dashboard.service import Service

DASHBOARD = Path(__file__).parents[2] / "dashboard"
UPDATE = "/_dash-update-component"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])  # noqa: S104 - what is refused
def test_other_addresses_are_refused_without_a_login(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnsafeError, match="no login"):
        check_host(host)
    assert serve(host, 8050) == 2
    assert "no login" in capsys.readouterr().err


def test_this_machine_and_a_login_in_front_are_served() -> None:
    check_host("127.0.0.1")
    check_host("10.0.0.7", has_login=True)


def test_the_tool_address_stays_shut_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, service: Service
) -> None:
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    client = create_app(service).server.test_client()
    for path in ("/_mcp", "/_mcp/"):
        answer = client.post(path, json={})
        assert answer.status_code in {404, 405}


def test_unknown_host_names_are_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/", headers={"Host": "127.0.0.1:8050"}).status_code == 200


def test_large_bodies_are_refused(client: FlaskClient) -> None:
    body = b'{"x": "' + b"a" * MOST_BYTES + b'"}'
    assert client.post(UPDATE, data=body, content_type="application/json").status_code in {400, 413}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_other_sites_cannot_post(client: FlaskClient, headers: dict[str, str]) -> None:
    assert client.post(UPDATE, json={}, headers=headers).status_code == 403


def test_only_json_is_taken(client: FlaskClient) -> None:
    assert client.post(UPDATE, data="x=1", content_type="application/x-www-form-urlencoded").status_code == 415


def test_the_content_policy_allows_this_server_only(client: FlaskClient) -> None:
    policy = client.get("/").headers["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["script-src"].startswith("'self' 'sha256-")
    assert "unsafe" not in rules["script-src"]
    assert rules["frame-ancestors"] == "'none'"
    assert "http" not in policy
    assert "*" not in policy


def test_every_answer_carries_the_safety_headers(client: FlaskClient) -> None:
    for path in ("/", "/nowhere", "/_dash-layout", "/assets/app.css"):
        head = client.get(path).headers
        assert head["X-Content-Type-Options"] == "nosniff"
        assert head["Referrer-Policy"] == "same-origin"
        assert head["X-Frame-Options"] == "DENY"


def test_every_inline_script_of_the_page_has_its_hash_in_the_policy(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page)
    policy = client.get("/").headers["Content-Security-Policy"]
    assert len(inline) <= policy.count("sha256-")


def test_nothing_is_fetched_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)


def test_weak_secrets_are_refused_and_random_ones_differ() -> None:
    for weak in ("", "secret", "ChangeMe", "short"):
        with pytest.raises(UnsafeError, match="weak"):
            secret_key(weak)
    assert secret_key(None) != secret_key(None)
    assert secret_key("a-long-and-winding-secret") == "a-long-and-winding-secret"


def test_cookies_are_kept_from_scripts_and_other_sites(service: Service) -> None:
    config = create_app(service).server.config
    assert config["SESSION_COOKIE_HTTPONLY"]
    assert config["SESSION_COOKIE_SAMESITE"] == "Strict"


def test_no_source_uses_what_lets_markup_or_code_in() -> None:
    """Plotly and Dash offer ways past escaping; none is used, nor is any pickle read."""
    banned = re.compile(r"dangerously_|DangerouslySetInnerHTML|\bpickle\b|\beval\(|dcc\.Markdown|innerHTML")
    sources = [*DASHBOARD.rglob("*.py"), *DASHBOARD.rglob("*.js")]
    assert [path.name for path in sources if banned.search(path.read_text(encoding="utf-8"))] == []


def test_answers_are_compressed_when_the_browser_takes_it(client: FlaskClient) -> None:
    squeezed = client.get("/assets/app.css", headers={"Accept-Encoding": "gzip"})
    assert squeezed.headers["Content-Encoding"] == "gzip"
    assert len(squeezed.data) < len(client.get("/assets/app.css").data) / 2


def test_the_first_load_is_small(client: FlaskClient) -> None:
    """All scripts and styles of the page together, compressed: at most 2.7 MB."""
    page = client.get("/").get_data(as_text=True)
    addresses = re.findall(r"(?:src|href)=\"(/[^\"]+)\"", page)
    sizes = [len(client.get(one, headers={"Accept-Encoding": "gzip"}).data) for one in addresses]
    assert sum(sizes) < 2_700_000


def test_unknown_files_are_not_there(client: FlaskClient) -> None:
    for name in ("secrets.txt", "tasks.exe", "result.json.bak"):
        assert client.get(f"/files/{name}").status_code == 404
    assert "root:" not in client.get("/files/..%2f..%2f..%2fetc%2fpasswd").get_data(as_text=True)


def test_a_busy_port_ends_with_words(capsys: pytest.CaptureFixture[str], address: str) -> None:
    port = int(address.rsplit(":", 1)[1])
    assert serve("127.0.0.1", port) == 2
    assert capsys.readouterr().err
