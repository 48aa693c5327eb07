"""Come here for the real parts of the tests: databases, brokers, browsers, proxies.

Private copies on free ports; whatever way a test run ends, none stays behind.
"""

from tests.parts.chromium import ChromiumServer
from tests.parts.mosquitto import MosquittoServer
from tests.parts.postgres import PostgresServer
from tests.parts.processes import PartFailed, PartMissing, free_port

__all__ = [
    "ChromiumServer",
    "MosquittoServer",
    "PartFailed",
    "PartMissing",
    "PostgresServer",
    "free_port",
]
