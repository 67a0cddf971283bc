"""The profile: what may be known of a customer, feature by feature, each declared with its sources and purposes."""

from guanxi.insight.profile.declaring import DataClass, Feature, Purpose
from guanxi.insight.profile.features import FEATURES, build

__all__ = ["FEATURES", "DataClass", "Feature", "Purpose", "build"]
