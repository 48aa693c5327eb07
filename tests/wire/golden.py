"""Come here for the bytes themselves: what a report, its incident, its lamp and the feed look like.

A change of any byte here is a change of what other people's programs read.
"""

REPORT_ID = "5f0c8a52-6f0e-4a38-9a3e-0d5c9f1b7a11"
PRESSED = (
    f'{{"report_id":"{REPORT_ID}","position":{{"lon":127.0165,"lat":37.6512,"accuracy_m":12.5}},'
    '"fixed_at":"2026-11-22T20:59:58+09:00","note":"뒤에 누가"}'
)
SIGHTING = (
    '{"v":1,"seq":1,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
    '"until":"2026-11-22T12:05:00.123Z","faults":["high_temperature"],'
    '"at":"2026-11-22T12:00:00.200Z"}'
)

# ---- what is made of it

ORDER = (
    '{"v":1,"seq":1,"scene":"blink","level":100,"low":30,"period_ms":1000,"lit_ms":600,'
    '"until":"2026-11-22T12:05:00.123Z"}'
)
PLACE = (
    '{"position":{"lon":127.0165,"lat":37.6512,"accuracy_m":12.5},'
    '"fixed_at":"2026-11-22T11:59:58.000Z","quality":"good","stale":false,'
    '"number":"다사 5734 6141","address":"쌍문동","jurisdiction":"쌍문파출소",'
    '"jurisdiction_how":"inside","unit":"순21",'
    '"poles":[{"label":"쌍문-0041","metres":8.8,"bearing":90}]}'
)
TAKEN = (
    f'{{"report_id":"{REPORT_ID}","incident_id":"incident-1","state":"open",'
    f'"received_at":"2026-11-22T12:00:00.123Z","place":{PLACE},'
    '"lamps":[{"lamp_id":"L0041","metres":8.8}],"shortfall":"only 1 lamp within 200 m",'
    '"shortfall_detail":{"code":"few_lamps","asked":1,"silent":0,"within_m":200.0},"drill":false,'
    '"reporter_token":"xIs4ljPJ7h8eH6lHMVw4ekZ_tBEmae1wBriqiDgi7bA"}'
)


def _incident(state: str, updated_at: str, seen: str, allowed: str) -> str:
    return (
        f'{{"incident_id":"incident-1","kind":"sos","state":"{state}",'
        f'"opened_at":"2026-11-22T12:00:00.123Z","updated_at":"{updated_at}",'
        f'"drill":false,"silent":false,"withdrawn":false,"flood":0,"flood_group":null,"place":{PLACE},'
        '"lamps":[{"lamp_id":"L0041","metres":8.8,"reason":"within 50 m","asked":"blink",'
        f"{seen}}}],"
        '"shortfall":"only 1 lamp within 200 m",'
        '"shortfall_detail":{"code":"few_lamps","asked":1,"silent":0,"within_m":200.0},'
        '"scene":"blink","light_until":"2026-11-22T14:00:00.123Z","daylight":false,'
        '"escalation":0,"reminders":0,"note":"뒤에 누가","seen":null,"walk_id":null,'
        '"track":[],"unit":null,'
        '"responding":[],"disposition":null,'
        '"untold":[],"possibly_same":[],"instructions":"","linked":[],"kept_until":null,'
        f'"hold":null,"erased_at":null,"allowed":[{allowed}]}}'
    )


MOVES = '"assign","en-route","arrive","note","scene","close","instruct","link","hold"'
OPENED = _incident(
    "open", "2026-11-22T12:00:00.123Z", '"seen":false,"faults":[]', f'"acknowledge",{MOVES}'
)
ANSWERED = _incident(
    "open",
    "2026-11-22T12:00:00.123Z",
    '"seen":true,"faults":["high_temperature"]',
    f'"acknowledge",{MOVES}',
)
ACKNOWLEDGED = _incident(
    "acknowledged",
    "2026-11-22T12:00:01.123Z",
    '"seen":true,"faults":["high_temperature"]',
    MOVES,
)
ENTRIES = (
    '{"entries":[{"seq":1,"at":"2026-11-22T12:00:00.123Z","event":"opened","actor":"caller",'
    '"reason":"","detail":{"kind":"sos","source":"app","note":"뒤에 누가"}},'
    '{"seq":2,"at":"2026-11-22T12:00:00.123Z","event":"lamps_answered","actor":"lamps",'
    '"reason":"","detail":{"asked":1,"silent":[],"after_ms":0}},'
    '{"seq":3,"at":"2026-11-22T12:00:01.123Z","event":"acknowledged","actor":"operator",'
    '"reason":"","detail":{}}],"left_out":null}'
)
REPORT_STATE = (
    f'{{"report_id":"{REPORT_ID}","incident_id":"incident-1","state":"acknowledged",'
    '"received_at":"2026-11-22T12:00:00.123Z","acknowledged":true,"unit_on_its_way":false,'
    f'"withdrawn":false,"drill":false,"place":{PLACE},"lamps":{{"asked":1,"lit":1}},"words":{{'
    '"ko":"관제센터에서 확인했습니다.","en":"The control centre has seen it."},'
    '"shown":{"times":7,"recipients":1}}'
)


def _showing(path: str, method: str, times: int, first_at: str, last_at: str) -> str:
    return (
        f'{{"role":"operator","recipient":null,"path":"{path}","method":"{method}",'
        f'"purpose":"rescue","first_at":"2026-11-22T12:00:0{first_at}.123Z",'
        f'"last_at":"2026-11-22T12:00:0{last_at}.123Z","times":{times}}}'
    )


SHOWINGS = (
    '{"showings":['
    + ",".join(
        [
            _showing("GET /v1/incidents/{incident_id}", "answer", 1, "0", "0"),
            _showing("WS /v1/feed", "feed", 3, "0", "1"),
            _showing("GET /v1/incidents", "answer", 2, "1", "1"),
            _showing("POST /v1/incidents/{incident_id}/acknowledge", "answer", 1, "1", "1"),
        ]
    )
    + "]}"
)
LAMP = (
    '{"type":"Feature","id":"L0041","geometry":{"type":"Point","coordinates":[127.0166,37.6512]},'
    '"properties":{"lamp_id":"L0041","label":"쌍문-0041","address":"서울특별시 도봉구 쌍문동",'
    '"seen_at":"2026-11-22T12:00:00.000Z","scene":"blink","level":100,"online":true,'
    '"faults":["high_temperature"],"status":"online","silent_since":null,'
    '"faults_since":"2026-11-22T12:00:00.123Z","needs_ladder":[],"walked":0}}'
)
LAMPS = f'{{"type":"FeatureCollection","features":[{LAMP}],"next":null}}'
READY = '{"status":"ok","detail":{"database":true,"broker":true},"trouble":[]}'
NOT_ALLOWED = (
    '{"type":"urn:lamplighter:problem:not-allowed-now","title":"Not allowed now","status":409,'
    '"detail":"not possible while the incident is acknowledged",'
    f'"allowed":[{MOVES}]}}'
)
INVALID = (
    '{"type":"urn:lamplighter:problem:invalid-request","title":"Invalid request","status":422,'
    '"detail":"text: Field required; txt: Extra inputs are not permitted",'
    '"errors":[{"field":"text","reason":"Field required"},'
    '{"field":"txt","reason":"Extra inputs are not permitted"}]}'
)
NOT_FOUND = (
    '{"type":"urn:lamplighter:problem:not-found","title":"Not found","status":404,'
    '"detail":"there is no incident incident-9"}'
)
NO_TOKEN = (
    '{"type":"urn:lamplighter:problem:token-missing","title":"Token missing","status":401,'
    '"detail":"send Authorization: Bearer <reporter_token> of this report"}'
)

# ---- frames of the feed

DARK_TOTALS = '{"total":1,"online":0,"lit":0,"faulty":0}'
LIT_TOTALS = '{"total":1,"online":1,"lit":1,"faulty":1}'
SNAPSHOT = f'{{"type":"snapshot","seq":0,"incidents":[],"lamps":{DARK_TOTALS}}}'
NO_WALKS_FRAME = (
    '{"type":"walks","total":0,"paused":0,"unheard":0,"needing_attention":0,'
    '"attention":[],"watched":[]}'
)
NO_LAMPS_FRAME = f'{{"type":"lamps","changes":[],"totals":{DARK_TOTALS}}}'
LAMPS_FRAME = (
    '{"type":"lamps","changes":[{"lamp_id":"L0041","scene":"blink","level":100,"online":true,'
    f'"faults":["high_temperature"]}}],"totals":{LIT_TOTALS}}}'
)
LATER_SNAPSHOT = f'{{"type":"snapshot","seq":3,"incidents":[{ACKNOWLEDGED}],"lamps":{LIT_TOTALS}}}'
TICK = '{"type":"tick","at":"2026-11-22T12:00:01.123Z","seq":3}'


def _frame(seq: int, event: str, at: str, incident: str) -> str:
    return f'{{"type":"incident","seq":{seq},"event":"{event}","at":"{at}","incident":{incident}}}'


OPENED_FRAME = _frame(1, "opened", "2026-11-22T12:00:00.123Z", OPENED)
ANSWERED_FRAME = _frame(2, "lamps_answered", "2026-11-22T12:00:00.123Z", ANSWERED)
ACKNOWLEDGED_FRAME = _frame(3, "acknowledged", "2026-11-22T12:00:01.123Z", ACKNOWLEDGED)
ELSEWHERE_FRAME = '{"type":"elsewhere","seq":3,"incident_id":"incident-1"}'
REPLAY = f'{{"frames":[{OPENED_FRAME},{ANSWERED_FRAME},{ACKNOWLEDGED_FRAME}]}}'

# ---- an incident with next to nothing, and one with everything

BARE = (
    '{"incident_id":"incident-1","kind":"sos","state":"open",'
    '"opened_at":"2026-11-22T12:00:00.999Z","updated_at":"2026-11-22T12:00:00.999Z",'
    '"drill":false,"silent":false,"withdrawn":false,"flood":0,"flood_group":null,"place":{"position":null,"fixed_at":null,'
    '"quality":"none","stale":false,"number":null,"address":null,"jurisdiction":null,'
    '"jurisdiction_how":null,"unit":null,"poles":[]},"lamps":[],"shortfall":null,'
    '"shortfall_detail":null,"scene":"blink","light_until":null,"daylight":false,"escalation":0,'
    '"reminders":0,"note":"","seen":null,"walk_id":null,"track":[],"unit":null,"responding":[],"disposition":null,"untold":[],'
    '"possibly_same":[],'
    '"instructions":"","linked":[],'
    '"kept_until":null,"hold":null,"erased_at":null,'
    '"allowed":["acknowledge","assign","en-route","arrive","note","scene","close","instruct",'
    '"link","hold"]}'
)
FULL = (
    '{"incident_id":"incident-2","kind":"fire","state":"closed",'
    '"opened_at":"2026-11-22T12:00:00.999Z","updated_at":"2026-11-22T12:00:00.999Z",'
    '"drill":true,"silent":true,"withdrawn":true,"flood":0,"flood_group":null,"place":{'
    '"position":{"lon":-0.5,"lat":37.6512,"accuracy_m":null},'
    '"fixed_at":"2026-11-22T12:00:00.999Z","quality":"unknown","stale":true,"number":null,'
    '"address":"동","jurisdiction":"파출소","jurisdiction_how":"nearest","unit":"순21",'
    '"poles":[]},"lamps":[{"lamp_id":"L0041","metres":0.0,"reason":"nearest 3","asked":"none",'
    '"seen":false,"faults":["supply_loss"]}],"shortfall":"1 of 1 silent",'
    '"shortfall_detail":{"code":"silent","asked":1,"silent":1,"within_m":0.0},"scene":"none",'
    '"light_until":"2026-11-22T12:00:00.999Z","daylight":true,"escalation":2,'
    '"reminders":0,"note":"\\"뒤\\"\\n","seen":null,"walk_id":"w-1","track":[{"lon":127.5,"lat":37.5,"accuracy_m":null,'
    '"fixed_at":"2026-11-22T12:00:00.999Z"}],"unit":"순22","responding":["쌍문파출소"],"disposition":"duplicate",'
    '"untold":[{"target":"supervisor","since":"2026-11-22T12:00:00.999Z","attempts":3,'
    '"last_error":"no connection"}],'
    '"possibly_same":["incident-1"],"instructions":"조용히","linked":["incident-1","incident-3"],'
    '"kept_until":"2026-11-22T12:00:00.999Z",'
    '"hold":{"until":"2026-11-22T12:00:00.999Z","reason":"수사"},"erased_at":null,'
    '"allowed":["note","reopen","link","unlink","hold","release"]}'
)
