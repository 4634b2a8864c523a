"""The words of the maps, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from equipage.api.language import Language
from equipage.dispatch.status import AssignmentStatus, CrewStatus, ReportStatus

if TYPE_CHECKING:
    from equipage.dispatch.demand import Basis

_NARROW = "\N{NARROW NO-BREAK SPACE}"
_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWords:
    """Every word of the maps in one language; `{}` is filled in."""

    language: Language
    moment: str
    thousands: str
    decimal: str
    percent: str

    live: str
    as_of: str
    nobody_on_shift: str
    no_reports: str
    crews: str
    reports: str
    routes: str
    planned: str
    standby: str
    crew: str
    vehicle: str
    doing: str
    last_position: str
    minutes_ago: str
    position_unknown: str
    job: str
    arrival: str
    report: str
    told: str
    service: str
    status: str
    priority: str
    address: str
    description: str
    due: str
    crew_states: Mapping[CrewStatus, str]
    crew_letters: Mapping[CrewStatus, str]
    priorities: Mapping[int, str]
    report_statuses: Mapping[ReportStatus, str]
    assignment_statuses: Mapping[AssignmentStatus, str]
    renew: str
    console: str
    download: str
    other_map: Mapping[str, str]

    coverage: str
    coverage_basis: Mapping[Basis, str]
    free_flow: str
    closures: str
    no_depots: str
    depots: str
    driving_time: str
    within: str
    beyond: str
    units: Mapping[Basis, str]
    zones: str
    catchments: str
    nearest: str
    nearest_to: str
    people: str
    median: str
    minutes: str
    unreachable: str
    other: str
    road_network: str
    coverage_of: str
    route: str
    start: str
    end: str
    length: str
    streets: str
    table: str

    def time(self, moment: datetime, zone: ZoneInfo) -> str:
        """Return a moment in the city's time."""
        return f"{moment.astimezone(zone):{self.moment}}"

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number as people of this language write it."""
        plain = f"{value:,.{digits}f}"
        return plain.translate({ord(","): self.thousands, ord("."): self.decimal})

    def share(self, value: float) -> str:
        """Return a share as per cent."""
        return self.percent.format(self.number(100 * value))


ENGLISH = MapWords(
    language=Language.ENGLISH,
    moment="%Y-%m-%d %H:%M",
    thousands=",",
    decimal=".",
    percent="{}%",
    live="{}: crews and reports now",
    as_of="As of {}",
    nobody_on_shift="No crew is on shift.",
    no_reports="No report is open.",
    crews="Crews",
    reports="Open reports",
    routes="Ways of crews on their way",
    planned="Planned assignments (straight lines)",
    standby="Where idle crews are to wait (straight lines)",
    crew="Crew",
    vehicle="Vehicle",
    doing="State",
    last_position="Last position",
    minutes_ago=f"{{}}{_SPACE}min ago",
    position_unknown="none; shown at its depot",
    job="Job",
    arrival="There in about",
    report="Report {}",
    told="{}: {}",
    service="Service",
    status="Status",
    priority="Priority",
    address="Address",
    description="Description",
    due="Due",
    crew_states={
        CrewStatus.AVAILABLE: "Available",
        CrewStatus.EN_ROUTE: "On its way",
        CrewStatus.ON_SITE: "On site",
        CrewStatus.ON_BREAK: "On break",
        CrewStatus.OFF_SHIFT: "Off shift",
    },
    crew_letters={
        CrewStatus.AVAILABLE: "A",
        CrewStatus.EN_ROUTE: "E",
        CrewStatus.ON_SITE: "S",
        CrewStatus.ON_BREAK: "B",
        CrewStatus.OFF_SHIFT: "O",
    },
    priorities={1: "Urgent", 2: "High", 3: "Normal", 4: "Low"},
    report_statuses={
        ReportStatus.NEW: "New",
        ReportStatus.ACKNOWLEDGED: "Acknowledged",
        ReportStatus.ASSIGNED: "Assigned",
        ReportStatus.EN_ROUTE: "Crew on its way",
        ReportStatus.IN_PROGRESS: "At work",
        ReportStatus.DONE: "Done",
        ReportStatus.DUPLICATE: "Duplicate",
        ReportStatus.REJECTED: "Rejected",
        ReportStatus.CANCELLED: "Cancelled",
    },
    assignment_statuses={
        AssignmentStatus.PLANNED: "Planned",
        AssignmentStatus.EN_ROUTE: "On its way",
        AssignmentStatus.ON_SITE: "On site",
        AssignmentStatus.DONE: "Done",
        AssignmentStatus.REFUSED: "Refused",
        AssignmentStatus.RELEASED: "Released",
    },
    renew=f"Renew every 30{_SPACE}s",
    console="Console",
    download="Download",
    other_map={"live": "Crews and reports now", "coverage": "Coverage"},
    coverage="{}: who is reached from the depots",
    coverage_basis={
        "people": "Counted are the people of the zones, spread evenly over their streets.",
        "area": "Counted is the area of the zones, since people are not known.",
        "roads": "Counted are kilometres of streets, since the people of zones are not known.",
    },
    free_flow="Driving times without traffic.",
    closures="Driving times without traffic, under the closures that hold now.",
    no_depots="No depot is known.",
    depots="Depots",
    driving_time="Driving time",
    within=f"in {{}}{_SPACE}min",
    beyond="farther",
    units={"people": "{} people", "area": f"{{}}{_SPACE}km²", "roads": f"{{}}{_SPACE}km"},
    zones="Zones",
    catchments="Nearest depot",
    nearest="Nearest depot",
    nearest_to="Nearest to",
    people="People",
    median="Half of it reached in",
    minutes=f"{{}}{_SPACE}min",
    unreachable="no way",
    other="other, or none",
    road_network="Road network",
    coverage_of="Who is reached in time",
    route="Route",
    start="Start",
    end="End",
    length="Length",
    streets="Streets",
    table="Places",
)

FRENCH = MapWords(
    language=Language.FRENCH,
    moment="%d/%m/%Y %H:%M",
    thousands=_NARROW,
    decimal=",",
    percent=f"{{}}{_SPACE}%",
    live=f"{{}}{_SPACE}: équipes et signalements en direct",
    as_of="Situation au {}",
    nobody_on_shift="Aucune équipe n’est en service.",
    no_reports="Aucun signalement n’est ouvert.",
    crews="Équipes",
    reports="Signalements ouverts",
    routes="Trajets des équipes en route",
    planned="Affectations prévues (à vol d’oiseau)",
    standby="Points d’attente des équipes libres (à vol d’oiseau)",
    crew="Équipe",
    vehicle="Véhicule",
    doing="État",
    last_position="Dernière position",
    minutes_ago=f"il y a {{}}{_SPACE}min",
    position_unknown="aucune\N{NO-BREAK SPACE}; montrée à son dépôt",
    job="Intervention",
    arrival="Sur place dans environ",
    report="Signalement {}",
    told=f"{{}}{_SPACE}: {{}}",
    service="Prestation",
    status="État",
    priority="Priorité",
    address="Adresse",
    description="Description",
    due="Échéance",
    crew_states={
        CrewStatus.AVAILABLE: "Disponible",
        CrewStatus.EN_ROUTE: "En route",
        CrewStatus.ON_SITE: "Sur place",
        CrewStatus.ON_BREAK: "En pause",
        CrewStatus.OFF_SHIFT: "Hors service",
    },
    crew_letters={
        CrewStatus.AVAILABLE: "D",
        CrewStatus.EN_ROUTE: "R",
        CrewStatus.ON_SITE: "S",
        CrewStatus.ON_BREAK: "P",
        CrewStatus.OFF_SHIFT: "H",
    },
    priorities={1: "Urgente", 2: "Haute", 3: "Normale", 4: "Basse"},
    report_statuses={
        ReportStatus.NEW: "Nouveau",
        ReportStatus.ACKNOWLEDGED: "Pris en compte",
        ReportStatus.ASSIGNED: "Affecté",
        ReportStatus.EN_ROUTE: "Équipe en route",
        ReportStatus.IN_PROGRESS: "Intervention en cours",
        ReportStatus.DONE: "Terminé",
        ReportStatus.DUPLICATE: "Doublon",
        ReportStatus.REJECTED: "Rejeté",
        ReportStatus.CANCELLED: "Annulé",
    },
    assignment_statuses={
        AssignmentStatus.PLANNED: "Prévue",
        AssignmentStatus.EN_ROUTE: "En route",
        AssignmentStatus.ON_SITE: "Sur place",
        AssignmentStatus.DONE: "Terminée",
        AssignmentStatus.REFUSED: "Refusée",
        AssignmentStatus.RELEASED: "Retirée",
    },
    renew=f"Actualiser toutes les 30{_SPACE}s",
    console="Console",
    download="Télécharger",
    other_map={"live": "Équipes et signalements en direct", "coverage": "Couverture"},
    coverage=f"{{}}{_SPACE}: population desservie par les dépôts",
    coverage_basis={
        "people": "Sont comptés les habitants des quartiers, répartis également le long de leurs rues.",
        "area": "Est comptée la surface des quartiers, faute de connaître leur population.",
        "roads": "Sont comptés les kilomètres de rues, faute de connaître la population des quartiers.",
    },
    free_flow="Temps de trajet, circulation fluide.",
    closures="Temps de trajet, circulation fluide, compte tenu des rues fermées en ce moment.",
    no_depots="Aucun dépôt n’est connu.",
    depots="Dépôts",
    driving_time="Temps de trajet",
    within=f"en {{}}{_SPACE}min",
    beyond="au-delà",
    units={"people": "{} habitants", "area": f"{{}}{_SPACE}km²", "roads": f"{{}}{_SPACE}km"},
    zones="Quartiers",
    catchments="Dépôt le plus proche",
    nearest="Dépôt le plus proche",
    nearest_to="Le plus proche de",
    people="Habitants",
    median="Moitié desservie en",
    minutes=f"{{}}{_SPACE}min",
    unreachable="inaccessible",
    other="autre ou aucun",
    road_network="Réseau routier",
    coverage_of="Population desservie à temps",
    route="Trajet",
    start="Départ",
    end="Arrivée",
    length="Longueur",
    streets="Rues",
    table="Lieux",
)

MAP_WORDS: Mapping[Language, MapWords] = {Language.FRENCH: FRENCH, Language.ENGLISH: ENGLISH}
