"""What a device says of where it is, and what became of it."""

from datetime import datetime

from tests.visitors import Device

COUNT = "SELECT count(*) FROM positions"


def fix(at: datetime, seq: int | None = None, lat: float = 48.17, lon: float = 11.55) -> dict:
    return {"at": at.isoformat(), "lat": lat, "lon": lon, **({} if seq is None else {"seq": seq})}


def settled(device: Device) -> set[int]:
    """Every `seq` that a receipt has named."""
    receipts = device.told("receipt")
    ranges = [each for receipt in receipts for each in receipt.get("stored", []) + receipt.get("rejected", [])]
    return {number for first, last in ranges for number in range(first, last + 1)}
