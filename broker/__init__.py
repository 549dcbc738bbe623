"""The broker: MQTT 3.1.1 for devices and services, default deny, a session core of its own over amqtt's packet codecs.

What it has acknowledged outlives it: sessions, what they are owed, retained messages and wills are on disk before
anybody is told. ARCHITECTURE.md has the states of a session and of a message. `[MQTT-3.1.2-4]` and its like in comments
are the numbers of the specification's rules, where they are kept.
"""
