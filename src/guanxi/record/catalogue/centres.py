"""Where the centre of a city lies, for the distance of an estate to it: a declared address is measured, never a device."""

from guanxi.record.catalogue.matching import Place, is_same_city, kilometres

# Latitude and longitude of the middle of the town in degrees, to about a kilometre. Source: public atlases.
_CENTRES = {
    "北京": (39.90, 116.41), "上海": (31.23, 121.47), "广州": (23.13, 113.27), "深圳": (22.54, 114.06),
    "天津": (39.12, 117.20), "重庆": (29.56, 106.55), "成都": (30.66, 104.07), "武汉": (30.59, 114.30),
    "杭州": (30.25, 120.16), "南京": (32.06, 118.79), "西安": (34.26, 108.94), "苏州": (31.30, 120.62),
    "长沙": (28.19, 112.98), "郑州": (34.75, 113.65), "东莞": (23.02, 113.75), "佛山": (23.02, 113.11),
    "青岛": (36.07, 120.38), "宁波": (29.87, 121.55), "沈阳": (41.80, 123.43), "大连": (38.91, 121.61),
    "合肥": (31.82, 117.23), "济南": (36.65, 117.00), "厦门": (24.48, 118.09), "福州": (26.08, 119.30),
    "昆明": (25.04, 102.71), "哈尔滨": (45.76, 126.64), "长春": (43.88, 125.32), "南昌": (28.68, 115.89),
    "无锡": (31.57, 120.30), "南宁": (22.82, 108.37), "贵阳": (26.58, 106.71), "太原": (37.87, 112.55),
    "石家庄": (38.04, 114.51), "珠海": (22.27, 113.57), "中山": (22.52, 113.38), "惠州": (23.11, 114.42),
    "兰州": (36.06, 103.83), "海口": (20.04, 110.34), "乌鲁木齐": (43.82, 87.62), "温州": (28.00, 120.67),
}  # fmt: skip


def distance_to_centre(place: Place) -> float | None:
    """How far an estate lies from the centre of its city, in kilometres; None where either is not known."""
    centre = next((point for city, point in _CENTRES.items() if is_same_city(city, place.city)), None)
    if centre is None or place.latitude is None or place.longitude is None:
        return None
    return kilometres(centre, (place.latitude, place.longitude))
