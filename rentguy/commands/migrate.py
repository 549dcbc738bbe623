"""`rentguy migrate`."""

from rentguy import migrations
from rentguy.commands.installation import database_url, settings
from rentguy.commands.output import AsJson, tell


def migrate(as_json: AsJson = False) -> None:
    """Bring the database to the newest tables; PostGIS is enabled by the first migration."""
    url = database_url(settings())
    before = migrations.current(url)
    migrations.upgrade(url)
    after = migrations.head()
    said = f"the database is at {after}" if before == after else f"migrated from {before or 'nothing'} to {after}"
    tell(said, {"from": before, "to": after}, as_json)
