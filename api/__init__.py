"""History over REST, the live bridge over websockets, and the web app: one address for browsers."""
