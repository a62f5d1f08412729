"""Sources whose emissions are stated instead of computed, such as EPA point files or a 总量 ledger.

Measures are control efficiencies that multiply in series across slots of any name; the catalogue brings none, because
what suits a stated tonnage only its author knows. Emissions are yearly totals, so there is no level and no floor.
"""

from __future__ import annotations

from model.numbers import Factors
from model.pollutants import POLLUTANTS
from model.sector import Column, Flows, Sector, State
from model.sectors.helpers import common_columns, stated_emission
from model.text import Text

EXAMPLES = {"nox": 100.0}


def flows(state: State, _: Factors) -> Flows:
    """Return the emissions as stated [t/yr], each of shape (row,).

    Worked example (ACCOUNTING section 9): 100 t under 25 %, 45 % and 60 % in series leave
    100 x 0.75 x 0.55 x 0.40 = 16.5 t.
    """
    return {pollutant.flow: state[pollutant.flow] for pollutant in POLLUTANTS.values()}


SECTOR = Sector(
    id="point_sources",
    title=Text("点源（直接给定排放量）", "Point sources with stated emissions"),
    columns=(
        *common_columns(),
        Column("source_class", Text("源类别", "Source class"), kind="text", default="", example="kiln"),
        *(stated_emission(pollutant, example=EXAMPLES.get(name, "")) for name, pollutant in POLLUTANTS.items()),
    ),
    slots=(),
    formula=flows,
)
