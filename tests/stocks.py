"""The equipment pane in Chromium: cases by the thousand, and what is found and done on a page."""

import pytest
from playwright.sync_api import Locator, Page, expect

from rentguy import db
from rentguy.config import Config
from tests.house import Lowlands
from tests.services import wait_until

NAMES = (
    "Amp rack",
    "LED panel",
    "Monitor wedge",
    "Cable trunk",
    "Chain motor",
    "Line array top",
    "Dimmer",
    "Truss 3 m",
)
CASES = """
INSERT INTO items (code, name, project_id)
SELECT 'case-' || lpad(n::text, 4, '0'), (%s::text[])[1 + n %% 8] || ' ' || n, p.id
  FROM generate_series(1, 9997) n CROSS JOIN projects p WHERE p.slug = 'lowlands'
"""
PRINTED = (
    "INSERT INTO tags (value, item_id) SELECT 'E2801160' || substr(code, 6), id FROM items WHERE code LIKE 'case-%'"
)
CAME = """
INSERT INTO item_events (item_id, at, id, project_id, status, action, result)
SELECT id, changed_at, gen_random_uuid(), project_id, 'available', 'out', 'stored' FROM items WHERE code LIKE 'case-%'
"""
OWED = "SELECT pg_sequence_last_value(pg_get_serial_sequence('outbox', 'id')::regclass), count(*) FROM outbox"
EQUIPMENT = "/projects/lowlands/equipment"


def cases(request: pytest.FixtureRequest, config: Config, lowlands: Lowlands) -> None:
    """With the three that are visible in `lowlands` anyway, 10,000.

    They come once ingest has published all it owed a new broker: it would be at these for many seconds first.
    """
    session = db.connect(config.database_url, "test")
    session.autocommit = True
    with session.cursor() as cursor:

        def owed() -> tuple[int, int]:
            """The last one's number, and how many there are."""
            cursor.execute(OWED)
            return cursor.fetchone()

        enrolled, _ = owed()
        request.getfixturevalue("house")
        wait_until(lambda: owed()[0] > enrolled and owed()[1] == 0)
        cursor.execute(CASES, (list(NAMES),))
        cursor.execute(PRINTED)
        cursor.execute(CAME)
        cursor.execute("ANALYZE items, tags, item_events")
    session.close()


def search(page: Page, text: str) -> None:
    page.get_by_label("Search equipment by name, code or tag").fill(text)


def item(page: Page, code: str) -> Locator:
    return page.get_by_test_id(f"item-{code}")


def give(place: Locator, status: str) -> None:
    place.locator(f"[data-status-button={status}]").click()


def has_status(page: Page, code: str, status: str) -> None:
    expect(item(page, code)).to_have_attribute("data-status", status)


def is_settled(page: Page, code: str, status: str) -> None:
    expect(page.locator(f"[data-code={code}][data-status={status}][aria-busy=false]")).to_be_visible()
