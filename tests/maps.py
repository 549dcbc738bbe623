"""The map in Chromium, as stories see it: devices of their own, how many markers are drawn."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from rentguy import enrolment
from rentguy.config import Config
from tests.visitors import Device

DRAWN = 30_000  # ms; a map without a graphics card takes its time
MAP = "/projects/lowlands/map"


def device(house: Config, registry) -> Iterator[Callable[..., Device]]:
    """`device("van-1", "van")`: a device that has worked for the project since this morning, signed in."""
    with ExitStack() as signed_in:

        def device(slug: str, kind: str = "truck") -> Device:
            with registry() as session:
                secret = enrolment.add_device(session, slug, kind, slug.replace("-", " ").capitalize())
                enrolment.assign(session, slug, "lowlands", datetime.now(UTC) - timedelta(hours=12))
            return signed_in.enter_context(Device(house, slug, secret))

        yield device


def fix(lat: float, lon: float, ago: float = 0, **more) -> dict:
    return {"at": (datetime.now(UTC) - timedelta(seconds=ago)).isoformat(), "lat": lat, "lon": lon, **more}


def markers(page: Page, count: int) -> None:
    expect(page.get_by_test_id("map")).to_have_attribute("data-markers", str(count), timeout=DRAWN)
