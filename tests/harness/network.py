"""No test talks to anything but this machine."""

import ipaddress
import socket

real_connect = socket.socket.connect


class RealNetworkError(Exception):
    pass


def guarded_connect(self: socket.socket, address) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not is_loopback(address[0]):
        raise RealNetworkError(f"a test tried to reach {address}")
    return real_connect(self, address)


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def forbid_real_network() -> None:
    socket.socket.connect = guarded_connect
