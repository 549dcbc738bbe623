"""The broker: MQTT 3.1.1 for devices and services, default deny, a session core of its own over amqtt's packet codecs.

Everything is kept in memory: when this process dies, sessions with their queues and in-flight messages, retained
messages and unsent wills are lost. What is stored by ingest is not: clients that keep until the receipt send again,
and ingest publishes the retained state again.
"""
