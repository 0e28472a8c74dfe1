"""The JSON of a frozen summary. Most cells of most places are empty and left out."""

from typing import Any
from uuid import UUID

import numpy as np

from app.domain.summaries import Office, Place, Record

Json = dict[str, Any]


def to_json(record: Record) -> Json:
    """Units by id; places as unit, parent, own, team; of each place number and sum by column."""
    units = {place.unit.id: place.unit for place in record.places if place.unit is not None}
    return {
        "units": [[str(one.id), one.code, one.name, one.parent_id and str(one.parent_id)] for one in units.values()],
        "places": [[place.unit and str(place.unit.id), place.parent, place.own, place.team] for place in record.places],
        "blocks": record.blocks,
        "columns": record.numbers.shape[1],
        "cells": [
            [[column, number, total] for column, (number, total) in enumerate(zip(*row, strict=True)) if number]
            for row in zip(record.numbers.tolist(), record.sums.tolist(), strict=True)
        ],
    }


def from_json(stored: Json) -> Record:
    """The other way."""
    units = {one[0]: Office(UUID(one[0]), one[1], one[2], one[3] and UUID(one[3])) for one in stored["units"]}
    places = tuple(Place(unit and units[unit], parent, own, team) for unit, parent, own, team in stored["places"])
    numbers = np.zeros((len(places), stored["columns"]), dtype=np.int64)
    sums = np.zeros_like(numbers)
    for place, cells in enumerate(stored["cells"]):
        for column, number, total in cells:
            numbers[place, column], sums[place, column] = number, total
    return Record(places, tuple(stored["blocks"]), numbers, sums)
