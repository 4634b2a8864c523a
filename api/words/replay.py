"""The words of a replayed day's map and report, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipage.api.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayWords:
    """Every word in one language; `{}` is filled in."""

    title: str
    title_of_dates: str
    day: str
    dates: str
    starts: str
    shifts: str
    calls: str
    drives: str
    waits: str
    up_to: str
    more: str
    nobody: str
    call: str
    came_in: str
    stops: str
    waited: str
    drive: str
    late: str
    yes: str
    no: str
    how: str
    shown: str
    days_of: str
    compared: str
    one_day: str
    unserved: str
    breaches: str
    measures: Mapping[str, str]
    of_priority: str
    policy: str
    policies: Mapping[str, str]


_SPACE = "\N{NO-BREAK SPACE}"

ENGLISH = ReplayWords(
    title="{}: a day replayed",
    title_of_dates="{}: days replayed",
    day="{}: {} calls, {} crews",
    dates="{} to {} ({} dates)",
    starts="Crews start from: {}",
    shifts=f"; a shift lasts {{}}{_SPACE}h",
    calls="Calls: {}",
    drives="Drives: {} (straight lines)",
    waits="Minutes until a crew was there",
    up_to="up to {}",
    more="more than {}",
    nobody="nobody came",
    call="Call {}",
    came_in="Came in",
    stops="Calls",
    waited="Waited",
    drive="Drive",
    late="Late",
    yes="yes",
    no="no",
    how=(
        "Crews drive as long as the router says. How long work takes is drawn, and nobody knows it before; "
        "calls and work are the same for every policy."
    ),
    shown="Shown is the first of {} days.",
    days_of="Days replayed: {}; vehicle-minutes under each policy: {}",
    compared="In brackets: the difference from {}, then its 95 % interval.",
    one_day="One day tells nothing about chance: give more days for intervals.",
    unserved="Not reached",
    breaches="Plans broken",
    measures={
        "mean_min": "Mean wait, min",
        "p95_min": "95 % wait at most, min",
        "late_share": "Late",
        "drive_h": "Driving to calls, h",
        "standby_h": "Driving to wait elsewhere, h",
    },
    of_priority="priority {}",
    policy="*{}*: {}",
    policies={
        "nearest": "the nearest free crew, call after call",
        "strong-nearest": "whoever becomes free takes the nearest of the most urgent calls",
        "instant": "all free crews are weighed against all calls",
        "plan": "routes of several stops where crews are short",
        "standby": (
            "as plan, and idle crews drive to where they are sooner at what is likely to come; that driving "
            "comes on top of the one to calls"
        ),
    },
)

FRENCH = ReplayWords(
    title=f"{{}}{_SPACE}: une journée rejouée",
    title_of_dates=f"{{}}{_SPACE}: journées rejouées",
    day=f"{{}}{_SPACE}: {{}} appels, {{}} équipes",
    dates="du {} au {} ({} dates)",
    starts=f"Départ des équipes{_SPACE}: {{}}",
    shifts=f"{_SPACE}; un service dure {{}}{_SPACE}h",
    calls=f"Appels{_SPACE}: {{}}",
    drives=f"Trajets{_SPACE}: {{}} (à vol d’oiseau)",
    waits="Minutes avant l’arrivée d’une équipe",
    up_to="jusqu’à {}",
    more="plus de {}",
    nobody="personne n’est venu",
    call="Appel {}",
    came_in="Reçu",
    stops="Appels",
    waited="Attente",
    drive="Trajet",
    late="En retard",
    yes="oui",
    no="non",
    how=(
        "Les équipes roulent aussi longtemps que le dit le calcul d’itinéraires. La durée du travail est "
        f"tirée au sort et inconnue d’avance{_SPACE}; appels et travaux sont les mêmes pour chaque politique."
    ),
    shown="Est montrée la première de {} journées.",
    days_of=f"Journées rejouées{_SPACE}: {{}}{_SPACE}; minutes de véhicule par politique{_SPACE}: {{}}",
    compared=f"Entre parenthèses{_SPACE}: l’écart avec {{}}, puis l’intervalle à 95{_SPACE}% de confiance.",
    one_day=f"Une seule journée ne dit rien du hasard{_SPACE}: donnez plus de jours pour des intervalles.",
    unserved="Non desservis",
    breaches="Plans enfreints",
    measures={
        "mean_min": "Attente moyenne, min",
        "p95_min": f"Attente de 95{_SPACE}% au plus, min",
        "late_share": "En retard",
        "drive_h": "Conduite vers les appels, h",
        "standby_h": "Conduite pour attendre ailleurs, h",
    },
    of_priority="priorité {}",
    policy=f"*{{}}*{_SPACE}: {{}}",
    policies={
        "nearest": "l’équipe libre la plus proche, appel après appel",
        "strong-nearest": "l’équipe qui se libère prend le plus proche des appels les plus urgents",
        "instant": "toutes les équipes libres sont comparées pour tous les appels",
        "plan": "des tournées de plusieurs arrêts quand les équipes manquent",
        "standby": (
            "comme plan, et les équipes libres vont attendre là d’où elles seront plus vite sur place pour "
            f"ce qui est probable{_SPACE}; cette conduite s’ajoute à celle vers les appels"
        ),
    },
)

REPLAY_WORDS: Mapping[Language, ReplayWords] = {Language.FRENCH: FRENCH, Language.ENGLISH: ENGLISH}
