"""From the broker to PostGIS: receive, decode, store, commit, acknowledge, answer."""
