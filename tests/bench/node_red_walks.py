"""Come here for Node-RED with light that goes with walkers: our flow for it.

The flow: MQTT in -> the nearest 8 of the same lamps in a kdbush index -> of those the new ones are
told to be bright, those left behind to go back -> MQTT out at QoS 0. It filters no noise, holds no
lamp, shares none between walkers, renews nothing and hears no lamp: the least that could be done.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from tests.bench.node_red import WITH_NODE, broker_node, node
from tests.bench.reference import RIVALS
from tests.bench.stage import Program, Stage
from tests.parts import free_port

_SETTINGS: Final = """
const fs = require("fs"), KDBush = require("kdbush"), around = require("geokdbush").around;
const lamps = JSON.parse(fs.readFileSync("GROUND"));
const index = new KDBush(lamps, (lamp) => lamp[1], (lamp) => lamp[2]);
module.exports = {
    uiHost: "127.0.0.1", uiPort: PORT, flowFile: "flows.json", credentialSecret: false,
    httpAdminRoot: false, telemetry: { enabled: false }, diagnostics: { enabled: false },
    logging: { console: { level: "info", metrics: false, audit: false } },
    functionGlobalContext: {
        nearest: (lon, lat) => around(index, lon, lat, 8), walkers: new Map(),
    },
};
"""
_FUNCTION: Final = """
const seq = (context.get("seq") || 0) + 1;
context.set("seq", seq);
const walkers = global.get("walkers"), name = msg.topic.split("/")[1];
const before = walkers.get(name) || [];
if (!msg.payload.length) { walkers.delete(name); return null; }
const here = JSON.parse(msg.payload);
const now = global.get("nearest")(here.lon, here.lat).map((lamp) => lamp[0]);
walkers.set(name, now);
const until = new Date(Date.now() + 120000).toISOString();
const bright = JSON.stringify({ v: 1, seq, scene: "bright", level: 100, until });
const back = JSON.stringify({ v: 1, seq, scene: "schedule" });
const order = (lamp, payload) =>
    ({ topic: "RIVALS/" + lamp + "/order", payload, qos: 0, retain: false });
return [[
    ...now.filter((lamp) => !before.includes(lamp)).map((lamp) => order(lamp, bright)),
    ...before.filter((lamp) => !now.includes(lamp)).map((lamp) => order(lamp, back)),
]];
"""


_OVER_HTTP: Final = """
const newest = msg.payload.positions[msg.payload.positions.length - 1];
return [
    { topic: "walkers/" + msg.req.params.walk, payload: JSON.stringify(newest) },
    { req: msg.req, res: msg.res, payload: {} },
];
"""


def flow(broker_port: int, *, over_http: bool = False) -> list[dict[str, Any]]:
    """The flow as Node-RED keeps it; with `over_http` positions come as a phone posts them."""
    door = (
        [
            node(
                "post",
                "http in",
                url="/v1/walks/:walk/positions",
                method="post",
                wires=[["newest"]],
            ),
            node("newest", "function", outputs=2, func=_OVER_HTTP, wires=[["near"], ["answer"]]),
            node("answer", "http response", statusCode="200", headers={}, wires=[]),
        ]
        if over_http
        else []
    )
    return [
        {"id": "flow", "type": "tab", "label": "walks"},
        broker_node(broker_port),
        *door,
        node(
            "in",
            "mqtt in",
            topic="walkers/+/position",
            qos="0",
            datatype="utf8",
            broker="broker",
            wires=[["near"]],
        ),
        node("near", "function", func=_FUNCTION.replace("RIVALS", RIVALS), wires=[["out"]]),
        node("out", "mqtt out", topic="", qos="0", retain="false", broker="broker", wires=[]),
    ]


@contextmanager
def running(
    parts: Stage,
    folder: Path,
    lamps: Sequence[tuple[str, float, float]],
    *,
    over_http: bool = False,
) -> Iterator[Program]:
    """Node-RED with the flow, installed in the folder, in a process of its own."""
    port = free_port()
    ground = folder / "ground.json"
    ground.write_text(json.dumps(lamps))
    settings = _SETTINGS.replace("PORT", str(port)).replace("GROUND", str(ground))
    (folder / "settings.js").write_text(settings)
    (folder / "flows.json").write_text(json.dumps(flow(parts.mosquitto.port, over_http=over_http)))
    red = folder / "node_modules" / "node-red" / "red.js"
    words = [str(WITH_NODE), "node", str(red), "--userDir", str(folder)]
    home = {"HOME": str(folder), "PATH": os.environ["PATH"], "NODE_ENV": "production"}
    with parts.command(words, home, port) as program:
        yield program
