"""The contract every room of RentGuy Live builds against."""

__version__ = "0.1.0"
