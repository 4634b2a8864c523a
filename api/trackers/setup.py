"""What is entered in a tracking application to make it a tracker: values by name, and a code to scan.

Sources: Traccar Client's own settings as an address (its *Scan QR code*), OsmAnd's *Online tracking*, the
OwnTracks booklet (*Remote configuration*), GPSLogger's *Log to custom URL*.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

# Often enough for an arrival to be told in minutes, seldom enough for a battery to last a shift.
_EVERY_S = 15
_EVERY_M = 30
_OSMAND_FIX = "lat={0}&lon={1}&timestamp={2}&hdop={3}&altitude={4}&bearing={6}"
_GPSLOGGER_FIX = (
    "lat=%LAT&lon=%LON&timestamp=%TIMESTAMP&speed=%SPD&bearing=%DIR&accuracy=%ACC&altitude=%ALT&batt=%BATT"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How one application is made a tracker.

    Parameters
    ----------
    app : str
        `traccar`, `osmand`, `owntracks` or `gpslogger`.
    values : mapping
        What is entered, by the name of the field.
    link : str
        What the application takes as a whole, scanned or opened; empty where it takes nothing of the kind.
    """

    app: str
    values: Mapping[str, str]
    link: str = ""


def setups(base_url: str, *, token: str, vehicle_id: str) -> Sequence[Setup]:
    """Return how each application is set up, the one to prefer first.

    Parameters
    ----------
    base_url : str
        Where trackers reach the server.
    token : str
        The tracker's token.
    vehicle_id : str
        What it is in; a name to recognise it by, where the application wants one.
    """
    base = base_url.rstrip("/")
    address = f"{base}/t/{token}"
    return (
        Setup(
            app="traccar",
            values={
                "server": address,
                "id": vehicle_id,
                "interval": f"{_EVERY_S}",
                "distance": f"{_EVERY_M}",
            },
            link=f"{address}?{urlencode(_traccar(vehicle_id))}",
        ),
        Setup(app="osmand", values={"address": f"{address}?{_OSMAND_FIX}"}),
        Setup(
            app="owntracks",
            values={"url": f"{base}/pub", "user": vehicle_id, "password": token},
            link=_owntracks_link(f"{base}/pub", token=token, vehicle_id=vehicle_id),
        ),
        Setup(
            app="gpslogger",
            values={
                "url": f"{base}/gpslogger",
                "body": _GPSLOGGER_FIX,
                "user": vehicle_id,
                "password": token,
            },
        ),
    )


def _traccar(vehicle_id: str) -> Mapping[str, str | int]:
    return {
        "id": vehicle_id,
        "accuracy": "high",
        "interval": _EVERY_S,
        "distance": _EVERY_M,
        "buffer": "true",
    }


def _owntracks_link(url: str, *, token: str, vehicle_id: str) -> str:
    http_mode, moving = 3, 2
    configuration = {
        "_type": "configuration",
        "mode": http_mode,
        "url": url,
        "auth": True,
        "username": vehicle_id,
        "password": token,
        "deviceId": vehicle_id,
        "tid": vehicle_id[-2:],
        "monitoring": moving,
        "locatorInterval": _EVERY_S,
        "locatorDisplacement": _EVERY_M,
    }
    inline = base64.b64encode(json.dumps(configuration, separators=(",", ":")).encode()).decode()
    return f"owntracks:///config?{urlencode({'inline': inline})}"
