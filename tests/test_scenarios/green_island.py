"""Workshops that can treat solvent vapour alone or share one plant, and short ways to ask for rules between them.

Each of U1, U2 (East) and U3 (West) emits 10 t of VOCs a year. Sharing takes 9 t away for 10 000 CNY a year, an own
unit the same 9 t for 100 000 CNY. The plants P1 (East) and P2 (West) cost 120 000 CNY a year when they are built.
"""

SOURCES = """source_id,name,district,source_class,vocs_t_per_year
P1,Plant,East,plant,0
P2,Plant,West,plant,0
U1,Workshop,East,user,10
U2,Workshop,East,user,10
U3,Workshop,West,user,10
"""

MEASURE = """
[[measure]]
id = "{name}"
sector = "point_sources"
slot = "{slot}"
name = "{name}"
where = {{ source_class = "{where}" }}
{does}
lead_time_months = {lead}
divisible = {divisible}
[measure.cost]
price_year = 2023
annual = "{annual} CNY/yr"
"""


def measure(
    name: str,
    annual: float,
    *,
    where: str = "user",
    does: str = "removes = { vocs = 0.9 }",
    slot: str = "control",
    lead: int = 6,
    divisible: bool = False,
) -> str:
    flag = str(divisible).lower()
    return MEASURE.format(name=name, annual=annual, where=where, does=does, slot=slot, lead=lead, divisible=flag)


BUILD = measure("build", 120_000, where="plant", does="floor = { vocs_t_per_year = 0.001 }")
SHARE = measure("share", 10_000)
OWN = measure("own", 100_000)
MEASURES = BUILD + SHARE + OWN


def requirement(name: str, kind: str, *lines: str) -> str:
    return "\n".join(["[[requirement]]", f'id = "{name}"', f'kind = "{kind}"', *lines, ""])


def reduce(tonnes: float, *lines: str, name: str = "vocs") -> str:
    return requirement(name, "reduce", 'pollutant = "vocs"', f'amount = "{tonnes} t/yr"', *lines)
