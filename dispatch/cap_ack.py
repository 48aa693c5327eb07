"""Come here for reading what a receiver of CAP answers: an Ack of one of our messages.

What comes in was written by others: entities, document types and external references are refused,
and nothing of it is used but a sender's name and the name of our own message.
"""

import re
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from dispatch.cap import NAMESPACE

LARGEST: Final = 65_536
"""Bytes. An Ack has one kilobyte."""
_LONGEST_NAME: Final = 200
_NAME: Final = re.compile(r"[^\s,<&]+")
"""CAP 1.2, 3.2.1: senders and identifiers have no spaces, commas, < or &."""


class Unreadable(Exception):
    """Not XML, or XML of a kind that is never read; the message says which."""


class NotAnAck(Exception):
    """XML, but no Ack of a message of ours; the message says what is wrong."""


class Ack(NamedTuple):
    """Who has taken which message, and the name of the Ack itself."""

    sender: str
    identifier: str
    message: str


def read_ack(body: bytes, incident_id: str, newest: int, our_name: str) -> Ack:
    """Read an Ack about an incident whose newest message has that number.

    Raises Unreadable or NotAnAck.
    """
    root = _parsed(body)
    if root.tag != f"{{{NAMESPACE}}}alert":
        raise NotAnAck(f"the root must be alert of {NAMESPACE}")
    if _text(root, "msgType") != "Ack":
        raise NotAnAck("msgType must be Ack: nothing else is taken here")
    sender, identifier = _name(root, "sender"), _name(root, "identifier")
    for reference in _text(root, "references").split():
        name, _, rest = reference.partition(",")
        message = rest.partition(",")[0]
        if name == our_name and _is_ours(message, incident_id, newest):
            return Ack(sender, identifier, message)
    raise NotAnAck(
        f"references must name a message about this incident: {our_name},{incident_id}.N,sent"
    )


def _is_ours(message: str, incident_id: str, newest: int) -> bool:
    about, _, number = message.rpartition(".")
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    return about == incident_id and is_number and 1 <= int(number) <= newest


def _parsed(body: bytes) -> Element:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise Unreadable("document types and entities are not read") from None
    except (ParseError, ValueError, LookupError) as error:
        raise Unreadable(f"this is not well-formed XML: {error}") from None
    return root


def _text(root: Element, name: str) -> str:
    return (root.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()


def _name(root: Element, name: str) -> str:
    text = _text(root, name)
    if not _NAME.fullmatch(text) or len(text) > _LONGEST_NAME:
        raise NotAnAck(f"{name} must be there, without spaces, commas, < or &, and not too long")
    return text
