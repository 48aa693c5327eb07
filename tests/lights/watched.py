"""Come here for what a watched lamp says in tests."""

from lights.lamp import SceneName, Sighting


def sighting(
    scene: SceneName = "schedule", seq: int = 0, level: int = 80, *faults: str
) -> Sighting:
    return Sighting(seq, scene, level, faults=faults)
