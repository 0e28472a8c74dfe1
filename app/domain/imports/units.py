"""Rows that are units, recognised by their code."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from uuid import UUID

from app.domain.imports.circles import on_circles
from app.domain.imports.report import Changes, Faults
from app.domain.imports.table import Sheet
from app.domain.people import Unit


def plan_units(sheet: Sheet, known: Mapping[str, Unit], new_id: Callable[[], UUID], faults: Faults) -> Changes[Unit]:
    """What the rows would do; a unit above may be a row of the same file, in any order.

    ``known`` are all units by code. Without the column ``parent_code`` a unit stays where it is.
    """
    codes = sheet.columns["code"]
    ids = {code: known[code].id if code in known else new_id() for code in codes if code is not None}
    above = {code: unit.id for code, unit in known.items()} | ids
    rows = dict(_rows(sheet, known, ids, above, faults))
    circle = on_circles({unit.id: unit.parent_id for unit in (*known.values(), *rows.values())})
    changes: Changes[Unit] = Changes()
    for index, unit in rows.items():
        before = known.get(unit.code)
        if unit.id in circle:
            sheet.fault(faults, index, "parent_code", "unit_cycle")
        elif before is None:
            changes.created.append(unit)
        elif before == unit:
            changes.unchanged += 1
        else:
            changes.updated.append(unit)
    return changes


def _rows(
    sheet: Sheet, known: Mapping[str, Unit], ids: Mapping[str, UUID], above: Mapping[str, UUID], faults: Faults
) -> list[tuple[int, Unit]]:
    parents = sheet.column("parent_code")
    seen: set[str] = set()
    rows = []
    for index in sheet.sound():
        code, name, kind = (sheet.columns[column][index] for column in ("code", "name", "kind"))
        if code in seen:
            sheet.fault(faults, index, "code", "duplicate_item")
            continue
        seen.add(code)
        before = known.get(code)
        unit = Unit(ids[code], code, name, kind, before.parent_id if before else None)
        if parents is not None:
            parent = parents[index]
            if parent is not None and parent not in above:
                sheet.fault(faults, index, "parent_code", "unknown_unit")
                continue
            unit = replace(unit, parent_id=None if parent is None else above[parent])
        rows.append((index, unit))
    return rows
