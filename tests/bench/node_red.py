"""Come here for Node-RED as a rival: its installation in a temporary folder, and our flow for it.

The flow: HTTP in -> the nearest 8 of the same lamps in a kdbush index -> MQTT out at QoS 1 -> HTTP
answer. Nothing is written anywhere: a crash loses every report, also answered ones.
"""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from lights.inventory import InventoryLamp
from tests.bench.reference import RIVALS
from tests.bench.stage import Program, Stage
from tests.parts import free_port

WITH_NODE: Final = Path(__file__).parents[2] / ".ci" / "with-node"
_PACKAGES: Final = ("node-red@4.1", "kdbush@3", "geokdbush@1")
"""kdbush 3 and geokdbush 1 are the last that a settings file can `require`."""

_SETTINGS: Final = """
const fs = require("fs"), KDBush = require("kdbush"), around = require("geokdbush").around;
const lamps = JSON.parse(fs.readFileSync(__dirname + "/lamps.json"));
const index = new KDBush(lamps, (lamp) => lamp.lon, (lamp) => lamp.lat);
module.exports = {
    uiHost: "127.0.0.1", uiPort: PORT, flowFile: "flows.json", credentialSecret: false,
    httpAdminRoot: false, telemetry: { enabled: false }, diagnostics: { enabled: false },
    logging: { console: { level: "warn", metrics: false, audit: false } },
    functionGlobalContext: { nearest: (lon, lat) => around(index, lon, lat, 8) },
};
"""
_FUNCTION: Final = """
const seq = (context.get("seq") || 0) + 1;
context.set("seq", seq);
const here = msg.payload.position;
const found = global.get("nearest")(here.lon, here.lat);
const order = JSON.stringify({
    v: 1, seq, scene: "blink", level: 100, low: 30, period_ms: 1000, lit_ms: 600,
    until: new Date(Date.now() + 300000).toISOString(),
});
const orders = found.map((lamp) => ({
    topic: "RIVALS/" + lamp.lamp_id + "/order", payload: order, qos: 1, retain: false,
}));
msg.statusCode = 201;
msg.payload = {
    report_id: msg.payload.report_id, incident_id: String(seq),
    lamps: found.map((lamp) => ({ lamp_id: lamp.lamp_id })),
};
return [orders, msg];
"""


def broker_node(broker_port: int) -> dict[str, Any]:
    """Where a flow's MQTT nodes connect."""
    return {
        "id": "broker",
        "type": "mqtt-broker",
        "broker": "127.0.0.1",
        "port": str(broker_port),
        "clientid": "node-red",
        "autoConnect": True,
        "usetls": False,
        "protocolVersion": "4",
        "keepalive": "60",
        "cleansession": True,
    }


def flow(broker_port: int) -> list[dict[str, Any]]:
    """The flow as Node-RED keeps it."""
    return [
        {"id": "flow", "type": "tab", "label": "SOS"},
        broker_node(broker_port),
        node("in", "http in", url="/v1/reports", method="post", wires=[["near"]]),
        node(
            "near",
            "function",
            func=_FUNCTION.replace("RIVALS", RIVALS),
            outputs=2,
            wires=[["out"], ["answer"]],
        ),
        node("out", "mqtt out", topic="", qos="1", retain="false", broker="broker", wires=[]),
        node("answer", "http response", statusCode="", headers={}, wires=[]),
        node("ask", "http in", url="/readyz", method="get", wires=[["answer"]]),
    ]


def node(name: str, kind: str, **more: Any) -> dict[str, Any]:
    """A node of a flow."""
    return {"id": name, "type": kind, "z": "flow", "name": name, "x": 0, "y": 0, **more}


def install(folder: Path) -> str:
    """Put Node-RED into the folder; its version. Takes a minute or two."""
    (folder / "package.json").write_text('{"name": "rival", "private": true}\n')
    words = ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error", *_PACKAGES]
    subprocess.run([str(WITH_NODE), *words], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    package = folder / "node_modules" / "node-red" / "package.json"
    version: str = json.loads(package.read_text())["version"]
    return version


@contextmanager
def running(parts: Stage, folder: Path, lamps: Sequence[InventoryLamp]) -> Iterator[Program]:
    """Node-RED with the flow, in a process of its own; wait with `ready`."""
    port = free_port()
    places: list[Mapping[str, Any]] = [
        {"lamp_id": lamp.lamp_id, "lon": lamp.place.lon, "lat": lamp.place.lat} for lamp in lamps
    ]
    (folder / "lamps.json").write_text(json.dumps(places))
    (folder / "settings.js").write_text(_SETTINGS.replace("PORT", str(port)))
    (folder / "flows.json").write_text(json.dumps(flow(parts.mosquitto.port)))
    red = folder / "node_modules" / "node-red" / "red.js"
    words = [str(WITH_NODE), "node", str(red), "--userDir", str(folder)]
    home = {"HOME": str(folder), "PATH": os.environ["PATH"], "NODE_ENV": "production"}
    with parts.command(words, home, port) as program:
        yield program
