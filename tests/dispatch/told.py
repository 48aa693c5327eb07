"""Come here for what tests of telling ask of a house: letters, journal entries."""

from typing import Any

from tests.dispatch.receiver import PATH
from tests.house import (
    House,
)
from tests.parts import free_port


def nobody() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{free_port()}{PATH}"


async def entries(house: House, incident_id: str) -> dict[str, dict[str, Any]]:
    """The journal's lines by their event."""
    answer = (await house.client.get(f"/v1/incidents/{incident_id}/journal")).json()
    return {entry["event"]: entry for entry in answer["entries"]}


def ack_of(reference: str, sender: str = "police.example", name: str = "ack-1") -> bytes:
    """The Ack of a CAP message, as another system sends it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>{name}</identifier>
  <sender>{sender}</sender>
  <sent>2026-11-22T21:00:40+09:00</sent>
  <status>Actual</status>
  <msgType>Ack</msgType>
  <scope>Private</scope>
  <addresses>lamplighter</addresses>
  <references>{reference}</references>
</alert>
""".encode()
