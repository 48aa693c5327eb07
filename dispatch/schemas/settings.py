"""Come here for the shape of what a deployment has chosen for its screens."""

from typing import Annotated

from pydantic import BaseModel, Field


class MapOut(BaseModel):
    """What the map stands on; both null: nothing but areas and lamps."""

    style: Annotated[
        str | None,
        Field(description="Address of a MapLibre style", examples=["/v1/map/style.json"]),
    ]
    pmtiles: Annotated[
        str | None,
        Field(description="Address of a PMTiles archive", examples=["/v1/map/tiles.pmtiles"]),
    ]


class SettingsOut(BaseModel):
    """What screens must know of this deployment."""

    map: MapOut
    screens: Annotated[
        list[str],
        Field(description="The pages beside `/`, each at its name", examples=[["lamps", "sos"]]),
    ]
