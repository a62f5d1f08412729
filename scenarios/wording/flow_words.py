"""What flows are called that sectors emit and that no column of the inventory names."""

from __future__ import annotations

from collections.abc import Mapping

from model.pollutants import POLLUTANTS
from model.text import Text

FLOW: Mapping[str, Text] = {
    "animal_head_count": Text("存栏数", "animals"),
    "biomass_t_per_year": Text("生物质用量", "biomass use"),
    "coal_t_per_year": Text("煤炭用量", "coal use"),
    "collected_m3_per_year": Text("污水收集量", "collected wastewater"),
    "compliant_facility_count": Text("达标设施数", "compliant facilities"),
    "connected_household_count": Text("纳管户数", "connected households"),
    "covered_village_count": Text("已治理行政村数", "villages with treatment"),
    "cropland_area_ha": Text("耕地面积", "cropland"),
    "discharged_m3_per_day": Text("日排水量", "daily discharge"),
    "discharged_m3_per_year": Text("排水量", "discharge"),
    "drained_m3_per_year": Text("矿井涌水量", "mine drainage"),
    "efficient_irrigated_area_ha": Text("高效节水灌溉面积", "efficiently irrigated area"),
    "electricity_kwh_per_year": Text("用电量", "electricity use"),
    "equipped_farm_count": Text("配套治污设施的规模养殖场数", "large farms with treatment"),
    "facility_count": Text("设施数", "facilities"),
    "facility_m3_per_year": Text("设施处理水量", "water treated in facilities"),
    "fertiliser_t_per_year": Text("化肥用量", "fertiliser use"),
    "gas_m3_per_year": Text("天然气用量", "natural gas use"),
    "generated_m3_per_year": Text("污水产生量", "generated wastewater"),
    "gypsum_produced_t_per_year": Text("磷石膏产生量", "phosphogypsum produced"),
    "gypsum_stacked_t_per_year": Text("磷石膏堆存量", "phosphogypsum stacked"),
    "gypsum_used_t_per_year": Text("磷石膏利用量", "phosphogypsum used"),
    "heat_bought_gj_per_year": Text("外购热量", "heat bought"),
    "heat_delivered_gj_per_year": Text("供热量", "heat delivered"),
    "household_count": Text("户数", "households"),
    "impervious_area_ha": Text("不透水面积", "impervious area"),
    "irrigated_area_ha": Text("灌溉面积", "irrigated area"),
    "large_farm_count": Text("规模养殖场数", "large farms"),
    "leached_m3_per_day": Text("日渗滤液量", "daily leachate"),
    "leached_m3_per_year": Text("渗滤液量", "leachate"),
    "manure_p_t_per_year": Text("粪污磷产生量", "phosphorus in manure"),
    "new_m3_per_day": Text("新增处理能力", "new treatment capacity"),
    "new_m3_per_year": Text("新增处理水量", "newly treated water"),
    "p2o5_t_per_year": Text("磷酸产量（折P2O5）", "acid as P2O5"),
    "pretreatable_m3_per_year": Text("可预处理水量", "water that can be pretreated"),
    "reused_m3_per_day": Text("日再生水利用量", "daily reclaimed water"),
    "reused_m3_per_year": Text("再生水利用量", "reclaimed water"),
    "reused_manure_p_t_per_year": Text("粪污磷利用量", "phosphorus in reused manure"),
    "soil_tested_area_ha": Text("测土配方施肥面积", "soil-tested area"),
    "solvent_input_t_per_year": Text("溶剂用量", "solvent use"),
    "steam_t_per_year": Text("蒸汽产量", "steam"),
    "stored_m3_per_year": Text("调蓄水量", "stored water"),
    "toilet_household_count": Text("有卫生厕所的户数", "households with sanitary toilets"),
    "treated_area_ha": Text("已治理面积", "treated area"),
    "treated_m3_per_year": Text("污水处理量", "treated wastewater"),
    "value_added_cny_per_year": Text("增加值", "value added"),
    "vehicle_count": Text("车辆数", "vehicles"),
    "village_count": Text("行政村数", "villages"),
}


def flow_title(name: str) -> Text | None:
    """Return what a flow is called: its own words, or a pollutant's symbol with "emission"; None for no flow."""
    pollutant = POLLUTANTS.get(name.removesuffix("_t_per_year"))
    if pollutant is not None:
        return Text(f"{pollutant.symbol}排放量", f"{pollutant.symbol} emission")
    return FLOW.get(name)
