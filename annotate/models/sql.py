"""SQL of our own: its rows as objects, and objects as rows.

Django's `raw()`, `bulk_create()` and `update()` do the same, and take most of their time to compose
the statement and to prepare for what comes back, each time anew (docs/adr/0007). Here that is
worked out once for each statement. The statements themselves stand in hot.py and hot_review.py.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=models.Model)
Values = Sequence[Any]
Read = Callable[[Any], Any]

INSERTED_AT_ONCE = 200  # rows; SQLite takes some 32,000 values in a statement


def all_of(model: type[Row], sql: str, *values: object) -> list[Row]:
    """The rows of this SQL as objects; what else it selects becomes their attributes."""
    names, rows = _asked(sql, values)
    shape = _shape(model, names)
    return [_as_object(model, shape, row) for row in rows]


def all_unless_known(
    known: Callable[[Any], Row | None], model: type[Row], sql: str, *values: object
) -> list[Row]:
    """`all_of`, for rows that never change: what is `known` by its key is not made again."""
    names, rows = _asked(sql, values)
    shape = _shape(model, names)
    place, read = shape.readers[shape.names.index(model._meta.pk.attname)]
    keys = (read(row[place]) if read else row[place] for row in rows)
    return [
        known(key) or _as_object(model, shape, row) for key, row in zip(keys, rows, strict=True)
    ]


def first_of(model: type[Row], sql: str, *values: object) -> Row | None:
    """The first row of this SQL as an object."""
    return next(iter(all_of(model, sql, *values)), None)


def first_joined(tables: Iterable[type[models.Model]], sql: str, *values: object) -> list[Any]:
    """The first row of SQL that selects from these tables one after the other, of each its `id`
    first, as objects; None in the place of one that an outer join did not find; empty where there
    is no row. A field that is not selected is asked for when it is read.
    """
    return next(iter(all_joined(tables, sql, *values)), [])


def all_joined(tables: Iterable[type[models.Model]], sql: str, *values: object) -> list[list[Any]]:
    """All rows of such SQL."""
    names, rows = _asked(sql, values)
    starts = [place for place, name in enumerate(names) if name == "id"]
    parts = [
        (model, _shape(model, names[start:stop]), slice(start, stop))
        for model, start, stop in zip(tables, starts, [*starts[1:], len(names)], strict=True)
    ]
    return [[_part(model, shape, row[part]) for model, shape, part in parts] for row in rows]


def rows_of(sql: str, *values: object) -> list[tuple[Any, ...]]:
    """The rows of this SQL as the database gives them."""
    _names, rows = _asked(sql, values)
    return rows


def change(sql: str, *values: object) -> int:
    """Run this SQL; return how many rows it changed."""
    here = connections[DEFAULT_DB_ALIAS]
    with here.cursor() as cursor:
        cursor.execute(sql, _all_stored(values, here))
        count: int = cursor.rowcount
    return count


def insert(rows: Sequence[models.Model]) -> None:
    """`bulk_create(rows)`; all are of one model and have their keys."""
    for start in range(0, len(rows), INSERTED_AT_ONCE):
        _insert(rows[start : start + INSERTED_AT_ONCE])


def _insert(rows: Sequence[models.Model]) -> None:
    """In one statement."""
    fields = rows[0]._meta.concrete_fields
    here = connections[DEFAULT_DB_ALIAS]  # asked for once, not for each value
    native = here.features.has_native_uuid_field
    values: list[Any] = [
        field.get_db_prep_save(value, here)
        if isinstance(field, models.JSONField)
        else _stored(value, here, native=native)
        for row in rows
        for field in fields
        for value in (getattr(row, field.attname),)
    ]
    with here.cursor() as cursor:
        cursor.execute(_insertion(type(rows[0]), len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def stored(values: Iterable[object]) -> list[Any]:
    """Values as the database keeps them."""
    return _all_stored(values, connections[DEFAULT_DB_ALIAS])


def each_of(values: Sized) -> str:
    """The places of so many values in `IN (…)`."""
    return ", ".join(["%s"] * len(values))


@dataclass(frozen=True, slots=True)
class _Shape:
    """Where the columns of a statement go: to the fields `names` of an object, each from its place
    and by its reader, if it has one; `others` become attributes.
    """

    names: Sequence[str]
    readers: Sequence[tuple[int, Read | None]]
    others: Mapping[str, int]


@cache
def _shape(model: type[models.Model], columns: tuple[str, ...]) -> _Shape:
    others = {name: place for place, name in enumerate(columns)}
    names, readers = [], []
    for field in model._meta.concrete_fields:
        if field.column in others:
            names.append(field.attname)
            readers.append((others.pop(field.column), _reader(field)))
    return _Shape(names, readers, others)


def _reader(field: models.Field[Any, Any]) -> Read | None:
    """What makes the field's value of the database's, as Django does with what it selects."""
    column = field.get_col(field.model._meta.db_table)
    steps = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    if not steps:
        return None

    def read(value: Any) -> Any:
        for step in steps:
            value = step(value, column, connection)
        return value

    first = steps[0]
    return read if len(steps) > 1 else lambda value: first(value, column, connection)


def _part(model: type[Row], shape: _Shape, row: Values) -> Row | None:
    there = any(value is not None for value in row)
    return _as_object(model, shape, row) if there else None


def _as_object(model: type[Row], shape: _Shape, row: Values) -> Row:
    """What `Model.from_db()` makes, without asking each field to take its value: an object's fields
    are its attributes.
    """
    found = model.__new__(model)
    state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    found.__dict__["_state"] = state
    for name, (place, read) in zip(shape.names, shape.readers, strict=True):
        value = row[place]
        found.__dict__[name] = value if read is None or value is None else read(value)
    for name, place in shape.others.items():
        setattr(found, name, row[place])
    return found


def _asked(sql: str, values: Iterable[object]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """The names of the columns, and the rows."""
    here = connections[DEFAULT_DB_ALIAS]
    with here.cursor() as cursor:
        cursor.execute(sql, _all_stored(values, here))
        return tuple([column[0] for column in cursor.description]), cursor.fetchall()


@cache
def _insertion(model: type[models.Model], rows: int) -> str:
    quote = connection.ops.quote_name
    fields = model._meta.concrete_fields
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join([f"({each_of(fields)})"] * rows)
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {places}"  # noqa: S608 - names of the model


def _all_stored(values: Iterable[object], here: BaseDatabaseWrapper) -> list[Any]:
    native = here.features.has_native_uuid_field
    return [_stored(value, here, native=native) for value in values]


def _stored(value: object, here: BaseDatabaseWrapper, *, native: bool) -> object:
    if isinstance(value, UUID):
        return value if native else value.hex
    if isinstance(value, datetime):
        return here.ops.adapt_datetimefield_value(value)
    return value
