"""Who may try to sign in. Failures count, per account from an address and per address: never per account alone, or
anybody could lock anybody out from anywhere.
"""

from ipaddress import IPv6Address, ip_address, ip_network

from rentguy.limits import MOST, Limit

LONGEST = 80  # characters of a name that tell accounts apart


class Attempts:
    """Ask `wait` before a secret is verified, then say how it went.

    An account that has signed in rightly from an address isn't kept out by what others there have done wrong: a fleet
    may share one address with somebody who guesses. Both the buckets and the memory of who was right are bounded.
    """

    def __init__(self, address: Limit, each: Limit | None = None) -> None:
        self._address, self._each = address, each
        self._right: dict[tuple[str, str], None] = {}  # the longest unused first

    def wait(self, account: str, address: str) -> float:
        """Seconds until this account may be tried from this address; 0 if that is now."""
        pair = _pair(account, address)
        own = self._each.wait(pair) if self._each else 0.0
        return own if pair in self._right else max(own, self._address.wait(pair[1]))

    def failed(self, account: str, address: str) -> None:
        pair = _pair(account, address)
        if self._each:
            self._each.take(pair)
        self._address.take(pair[1])

    def succeeded(self, account: str, address: str) -> None:
        pair = _pair(account, address)
        self._right.pop(pair, None)
        self._right[pair] = None
        if len(self._right) > MOST:
            del self._right[next(iter(self._right))]


def network(address: str) -> str:
    """Whom an address stands for: itself, or of IPv6 its /64, which anybody has to themselves."""
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:LONGEST]
    if isinstance(known, IPv6Address):
        return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
    return str(known)


def _pair(account: str, address: str) -> tuple[str, str]:
    return account[:LONGEST], network(address)
