"""The column of what was set beside the prompt, by the names of providers/parameters/listed.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    JSONField = models.JSONField[Any, Any]
else:
    JSONField = models.JSONField


class ParametersField(JSONField):
    """An object of what was set. Nothing set is NULL, which a row of before has too."""

    def __init__(self, **options: Any) -> None:
        options = dict[str, Any](default=dict, null=True, blank=True) | options
        super().__init__(**options)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> dict[str, Any]:
        return super().from_db_value(value, expression, connection) or {}

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return super().get_db_prep_save(value, connection) if value else None

    def deconstruct(self) -> Any:
        """In migrations a plain column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs
