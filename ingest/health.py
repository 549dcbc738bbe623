"""What an operator can ask of ingest."""

from prometheus_client import Counter, Gauge

ELEMENTS = Counter("rentguy_ingest_elements_total", "Elements dealt with", ["result"])
BATCHES = Counter("rentguy_ingest_batches_total", "Batches committed")
SPOOLED = Gauge("rentguy_ingest_spooled_messages", "Messages that wait on disk for the database")
LET_GO = Counter("rentguy_ingest_let_go_total", "Positions older than their project keeps them, gone", ["of"])
