"""How fast scapy takes frames apart and builds them.

Reads one PSDU in hexadecimal a line, and the seconds to measure for on the command
line. Writes one line of JSON. Only frames count that scapy reads and, from the fields
it read, builds again octet by octet.
"""

import json
import logging
import sys
import time

logging.getLogger("scapy").setLevel(logging.CRITICAL)

import scapy
from scapy.config import conf

conf.dot15d4_protocol = "sixlowpan"

import scapy.layers.inet6  # noqa: F401  (the layers above must be known)
from scapy.layers.dot15d4 import Dot15d4FCS
import scapy.layers.sixlowpan  # noqa: F401


def built(packet):
    packet.clear_cache()
    return bytes(packet)


def alike(octets):
    try:
        return built(Dot15d4FCS(octets)) == octets
    except Exception:
        return False


def rate(things, work, seconds):
    done, begin = 0, time.perf_counter()
    while done == 0 or time.perf_counter() - begin < seconds:
        for thing in things:
            work(thing)
        done += len(things)
    return done / (time.perf_counter() - begin)


def main():
    seconds = float(sys.argv[1])
    frames = [bytes.fromhex(line) for line in sys.stdin]
    usable = [at for at, octets in enumerate(frames) if alike(octets)]
    answer = {"version": getattr(scapy, "__version__", "?"), "usable": usable}
    if usable:
        octets = [frames[at] for at in usable]
        answer["dissect"] = rate(octets, Dot15d4FCS, seconds)
        answer["craft"] = rate([Dot15d4FCS(one) for one in octets], built, seconds)
    print(json.dumps(answer))


main()
