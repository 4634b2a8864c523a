"""What is different between two coverages of the same demand: in people and in minutes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from equipage.dispatch.coverage import Coverage


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class Change:
    """What is different after a change of origins.

    Parameters
    ----------
    before, after : Coverage
        Of the same demand.
    """

    before: Coverage
    after: Coverage

    def __repr__(self) -> str:
        """Return what it does to the shares reached, in a line."""
        shares = self.summary["share_difference"].items()
        moved = ", ".join(f"{share * 100:+.1f} points in {limit:g} min" for limit, share in shares)
        return f"<Change of coverage: {moved}>"

    @cached_property
    def summary(self) -> pd.DataFrame:
        """By `minutes`: `people_before`, `_after`, `_difference` (or `area_km2_…`), `share_difference`."""
        unit, old, new = self.after.demand.unit, self.before.summary, self.after.summary
        return pd.DataFrame(
            {
                f"{unit}_before": old[unit],
                f"{unit}_after": new[unit],
                f"{unit}_difference": new[unit] - old[unit],
                "share_difference": new["share"] - old["share"],
            }
        )

    @property
    def mean_difference_min(self) -> float:
        """Minutes longer (or shorter, below 0) on average for all who were and are reached."""
        old, new = self.before.place_minutes, self.after.place_minutes
        both = np.isfinite(old) & np.isfinite(new)
        weight = self.after.demand.weight[both]
        return float(np.average(new[both] - old[both], weights=weight)) if weight.sum() > 0.0 else 0.0

    @cached_property
    def zones(self) -> gpd.GeoDataFrame:
        """The zones as given, and by zone `median_before_min`, `median_after_min`, `median_difference_min`.

        inf where a zone is reached by half no more, -inf where it is now for the first time; and
        `people_5min_difference` and so on for each threshold.
        """
        old, new = self.before.zones, self.after.zones
        changed = old["median_min"] != new["median_min"]
        difference = np.subtract(new["median_min"], old["median_min"], out=np.zeros(len(new)), where=changed)
        counted = [f"{self.after.demand.unit}_{limit:g}min" for limit in self.after.minutes]
        return self.after.given_zones.assign(
            median_before_min=old["median_min"],
            median_after_min=new["median_min"],
            median_difference_min=difference,
            **{f"{name}_difference": new[name] - old[name] for name in counted},
        )
