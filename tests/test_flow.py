"""The whole path, on real processes: publish → row → REST → socket → receipt."""

from datetime import UTC, datetime
from uuid import uuid4

from tests.services import wait_until
from tests.visitors import Device, Person


def now() -> str:
    return datetime.now(UTC).isoformat()


def test_position_from_publish_to_receipt(house, lowlands, rows):
    # Given a dispatcher who watches the project
    dana = Person(house, "dana", lowlands.password)
    with Device(house, "truck-04", lowlands.secrets["truck-04"]) as truck, dana.open("lowlands") as window:
        # When a truck publishes its position
        at = now()
        truck.publish("position", {"at": at, "lat": 48.1731, "lon": 11.5466, "accuracy": 4, "speed": 17.2, "seq": 7})
        # Then the socket shows it
        (seen,) = wait_until(lambda: window.heard("rentguy/lowlands/position/truck-04"))
        assert (seen["lat"], seen["lon"], seen["speed"]) == (48.1731, 11.5466, 17.2)
        # and the truck hears that it is stored
        wait_until(lambda: {"stored": [[7, 7]]} in truck.told("receipt"))
        # and the row is there, in its project
        query = """SELECT p.slug, ST_Y(x.geom), ST_X(x.geom), x.accuracy, x.flags FROM positions x
                   JOIN projects p ON p.id = x.project_id JOIN sources s ON s.id = x.source_id WHERE s.slug = %s"""
        assert rows(query, "truck-04") == [("lowlands", 48.1731, 11.5466, 4.0, 0)]
        # and REST has it as the latest and in the history
        (latest,) = dana.get("/projects/lowlands/latest")
        assert (latest["source"], latest["lat"], latest["heading"]) == ("truck-04", 48.1731, None)
        assert datetime.fromisoformat(latest["at"]) == datetime.fromisoformat(at)
        assert dana.get("/projects/lowlands/positions?source=truck-04") == [latest]
        # and who joins later gets it with the snapshot
        with dana.open("lowlands") as later:
            (again,) = later.heard("rentguy/lowlands/position/truck-04")
            assert again["lat"] == 48.1731


def test_chat_from_one_browser_to_another(house, lowlands, rows):
    # Given crew and a dispatcher who watch the project
    dana, anouk = (Person(house, slug, lowlands.password) for slug in ("dana", "anouk"))
    with dana.open("lowlands") as hers, anouk.open("lowlands") as mine:
        # When one writes
        id = str(uuid4())
        ref = mine.publish("rentguy/lowlands/chat/anouk", {"id": id, "at": now(), "body": "RF-11 is under the stairs"})
        # Then the broker's acknowledgement comes back, and the receipt after the commit
        wait_until(lambda: {"ref": ref} in mine.heard("$/ack"))
        wait_until(lambda: {"ids": {id: "stored"}} in mine.heard("rentguy/lowlands/receipt/anouk"))
        # and the other reads it
        (heard,) = wait_until(lambda: hers.heard("rentguy/lowlands/chat/anouk"))
        assert heard["body"] == "RF-11 is under the stairs"
        # and REST has it
        (message,) = dana.get("/projects/lowlands/chat")
        assert (message["id"], message["author"], message["body"]) == (id, "anouk", heard["body"])
        # When it is edited and the edit is repeated, then deleted
        mine.publish("rentguy/lowlands/chat/anouk", {"id": id, "at": now(), "edit": "RF-11 is on the truck"})
        wait_until(lambda: dana.get("/projects/lowlands/chat")[0]["body"] == "RF-11 is on the truck")
        mine.publish("rentguy/lowlands/chat/anouk", {"id": id, "at": now(), "delete": True})
        wait_until(lambda: dana.get("/projects/lowlands/chat")[0]["body"] is None)
        assert rows("SELECT count(*) FROM messages") == [(1,)]


def test_scan_changes_an_item_on_every_screen(house, lowlands, rows):
    dana = Person(house, "dana", lowlands.password)
    topic = "rentguy/lowlands/equipment/foh-07"
    with Device(house, "gate-1", lowlands.secrets["gate-1"]) as gate, dana.open("lowlands") as window:
        # When a gate scans a tag with a status
        id = str(uuid4())
        gate.publish("scan", {"id": id, "at": now(), "tag": "FOH-07", "status": "damaged", "seq": 1})
        # Then the item has it, on the socket, in REST and in the receipt
        wait_until(
            lambda: [each for each in window.heard(topic) if each["status"] == "damaged" and each["by"] == "gate-1"]
        )
        wait_until(lambda: {"stored": [[1, 1]], "ids": {id: "stored"}} in gate.told("receipt"))
        (item,) = dana.get("/inventory/items?search=foh")
        assert (item["code"], item["status"], item["project"]) == ("foh-07", "damaged", "lowlands")
        # When the same scan comes again, and others that can't be used
        unknown, elsewhere = str(uuid4()), str(uuid4())
        gate.publish("scan", {"id": id, "at": now(), "tag": "FOH-07", "status": "damaged", "seq": 2})
        gate.publish("scan", {"id": unknown, "at": now(), "tag": "XYZ", "status": "available", "seq": 3})
        gate.publish("scan", {"id": elsewhere, "at": now(), "tag": "LED-90", "action": "out", "seq": 4})
        # Then each is answered for what it is, and nothing has changed
        answers = {id: "duplicate", unknown: "unknown_tag", elsewhere: "wrong_project"}
        wait_until(lambda: answers.items() <= _ids(gate).items())
        assert rows(
            "SELECT p.slug, i.status FROM items i JOIN projects p ON p.id = i.project_id WHERE code = 'led-90'"
        ) == [("pukkel", "available")]
        assert rows("SELECT count(*) FROM scans") == [(3,)]


def test_status_change_by_a_click(house, lowlands, rows):
    dana, vera = (Person(house, slug, lowlands.password) for slug in ("dana", "vera"))
    topic = "rentguy/lowlands/equipment/foh-07"
    with vera.open("lowlands") as window:
        # When a dispatcher clicks
        answer = dana.request("PATCH", "/inventory/items/foh-07/status", {"status": "maintenance"})
        assert (answer.status, answer.body["status"], answer.body["by"]) == (200, "maintenance", "dana")
        # Then everybody in the project hears it, and nothing more is owed
        wait_until(lambda: [each for each in window.heard(topic) if each["status"] == "maintenance"])
        wait_until(lambda: rows("SELECT count(*) FROM outbox") == [(0,)])
        # and a viewer may look, not touch
        assert vera.request("PATCH", "/inventory/items/foh-07/status", {"status": "available"}).status == 403
        assert dana.request("PATCH", "/inventory/items/led-90/status", {"status": "available"}).status == 404


def _ids(device: Device) -> dict[str, str]:
    return {id: word for receipt in device.told("receipt") for id, word in receipt.get("ids", {}).items()}
