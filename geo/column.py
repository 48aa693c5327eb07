"""Come here for one column type that is a PostGIS geometry and, on SQLite, plain WKB bytes.

Values are shapely geometries in WGS84 degrees, longitude first, on both databases.
"""

from typing import Any

import shapely
from geoalchemy2 import Geometry, WKBElement
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator, TypeEngine

WGS84 = 4326


class ShapeColumn(TypeDecorator[BaseGeometry]):
    """`geometry(kind, 4326)` on PostgreSQL, BLOB of WKB elsewhere; None stays NULL."""

    impl = LargeBinary
    cache_ok = True
    spatial_index = False  # read by GeoAlchemy2's DDL hook; the index is declared with the table

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect | None) -> TypeEngine[Any]:
        """GeoAlchemy2's DDL hook calls this with None."""
        if dialect is not None and dialect.name == "postgresql":
            return dialect.type_descriptor(
                Geometry(geometry_type=self.kind, srid=WGS84, spatial_index=False)
            )
        return LargeBinary()

    def process_bind_param(self, value: BaseGeometry | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        wkb = shapely.to_wkb(value)
        return WKBElement(wkb, srid=WGS84) if dialect.name == "postgresql" else wkb

    def process_result_value(self, value: Any, dialect: Dialect) -> BaseGeometry | None:
        if value is None:
            return None
        return shapely.from_wkb(bytes(value.data) if isinstance(value, WKBElement) else value)
