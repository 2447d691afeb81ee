"""Which addresses of the network are public: the only ones that an answer of a service may lead to.

A redirect, or a name in the domain name system, may point at a machine after the reader's own router, or at
the metadata of a machine in a cloud. So every address is looked at that a connection goes to, whatever its
name: RFC 6890 and IANA's registries of special-purpose addresses, as the standard library knows them.
"""

import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_Address = IPv4Address | IPv6Address
#: Addresses that a gateway turns into IPv4 (RFC 6052, RFC 8215).
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))


class PrivateAddressError(OSError):
    """A name that leads to an address which is not public."""


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, all of them public; ``host`` may be one in any spelling.

    Raises:
        PrivateAddressError: one of them is not.
        OSError: there is no such host.

    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as cause:
        raise PrivateAddressError(f"{host} is no name of a server") from cause
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not all(map(is_public, addresses)):
        raise PrivateAddressError(f"{host} is no public address")
    return addresses


def is_public(address: str) -> bool:
    """Return whether an address in its usual spelling is one that anybody on the internet may be at."""
    return all(each.is_global and not each.is_multicast for each in _meant(ip_address(address)))


def _meant(address: _Address) -> Iterable[_Address]:
    """Return what an address stands for: itself, and an IPv4 address within it (mapped, 6to4, NAT64)."""
    if isinstance(address, IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address.sixtofour:
        return (address, address.sixtofour)
    if any(address in network for network in _TRANSLATED):
        return (address, IPv4Address(int(address) & 0xFFFFFFFF))
    return (address,)


def is_local_name(host: str) -> bool:
    """Return whether a host says by itself that it is not public: ``localhost``, ``0x7f.1``, ``[::1]``."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        # IPv4 in all its spellings: decimal, octal, hexadecimal, with one to four parts.
        return not is_public(socket.inet_ntoa(socket.inet_aton(name)))
    except OSError:
        pass
    try:
        return not is_public(name)
    except ValueError:
        return False
