"""The profile: what may be known of a customer, feature by feature, each declared with its sources and purposes."""

from guanxi.insight.profile.declaring import DataClass, Feature, Purpose
from guanxi.insight.profile.features import FEATURES, HEADLINES, build, build_headlines

__all__ = ["FEATURES", "HEADLINES", "DataClass", "Feature", "Purpose", "build", "build_headlines"]
