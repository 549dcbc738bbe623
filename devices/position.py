"""A place as a device reports it."""

from rentguy.messages import Position

from .route import Place


def position(at: float, place: Place, *, accuracy: float | None = None, battery: float | None = None) -> Position:
    """Rounded to what a receiver can tell: a centimetre, a centimetre a second, a tenth of a degree."""
    return Position(
        at=at,
        lat=round(place.point.lat, 7),
        lon=round(place.point.lon, 7),
        accuracy=accuracy,
        speed=round(place.speed, 2),
        heading=round(place.heading, 1) % 360,
        battery=None if battery is None else round(battery),
    )
