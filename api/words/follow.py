"""The words of the citizen's page, which the server makes in whole: it needs no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipage.api.language import Language

_STEPS = ("received", "assigned", "en_route", "in_progress", "done")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowWords:
    """Every word of the citizen's page in one language, but for how a report stands."""

    title: str
    number: str
    reported: str
    updated: str
    as_of: str
    due_missed: str
    expected: str
    between: str
    within: str
    any_moment: str
    arrived: str
    distance: str
    visit_before: str
    two_visits_before: str
    visits_before: str
    slipped: str
    crew_lost: str
    note: str
    merged: str
    live: str
    lost: str
    reload: str
    steps: Mapping[str, str]
    link_unknown: str
    link_unknown_hint: str
    link_expired: str
    link_expired_hint: str
    contact: str
    contact_kept: str
    erase: str
    erase_what: str
    erase_confirm: str
    erase_do: str
    contact_erased: str
    contact_none: str

    def visits(self, count: int) -> str:
        """Return how many visits the crew makes first, in words where there are few."""
        few = {1: self.visit_before, 2: self.two_visits_before}
        return few.get(count) or self.visits_before.format(count=count)


ENGLISH = FollowWords(
    title="Your report",
    number="Report {id}",
    reported="Reported {time}",
    updated="Last change {time}",
    as_of="As it stands at {time}.",
    due_missed="We meant to be there by {time}. It is taking longer; your report is not forgotten.",
    expected="A crew is expected",
    between="most likely between {earliest} and {latest}",
    within="in about {duration}",
    any_moment="any moment now",
    arrived="The crew arrived at {time}.",
    distance="The crew is about {distance} away.",
    visit_before="The crew has one visit before yours.",
    two_visits_before="The crew has two visits before yours.",
    visits_before="The crew has {count} visits before yours.",
    slipped="The crew comes later than we told you: {duration} after {promised}. We are sorry.",
    crew_lost="The crew we had found cannot come after all. We are looking for another one.",
    note="What we have to tell you",
    merged="Follow the report that we deal with both in",
    live="This page updates by itself.",
    lost="No connection; trying again …",
    reload="Load this page again to see what is new.",
    steps=dict(zip(_STEPS, ("Received", "Crew found", "On its way", "At work", "Done"), strict=True)),
    link_unknown="This link leads nowhere",
    link_unknown_hint="It may have been copied only in part. Open it once more from where you got it.",
    link_expired="This link has expired",
    link_expired_hint="The report was closed more than a day ago. If the trouble is back, report it again.",
    contact="Your contact",
    contact_kept="We keep how to reach you about this report. Only the city’s dispatchers see it.",
    erase="Erase my contact",
    erase_what=(
        "Your name, e-mail address, telephone number and the ids of your account and device are erased "
        "for good. Your report stays, and you can still follow it here."
    ),
    erase_confirm="Yes, erase my contact for good",
    erase_do="Erase",
    contact_erased="Your contact has been erased. Your report stays.",
    contact_none="We have no contact for this report.",
)

FRENCH = FollowWords(
    title="Votre signalement",
    number="Signalement {id}",
    reported="Signalé\N{NO-BREAK SPACE}: {time}",
    updated="Dernier changement\N{NO-BREAK SPACE}: {time}",
    as_of="Situation à {time}.",
    due_missed=(
        "Nous pensions être sur place avant {time}. L’intervention prend plus de temps\N{NO-BREAK SPACE}; "
        "votre signalement n’est pas oublié."
    ),
    expected="Arrivée prévue de l’équipe",
    between="très probablement entre {earliest} et {latest}",
    within="dans {duration} environ",
    any_moment="d’un instant à l’autre",
    arrived="Arrivée de l’équipe\N{NO-BREAK SPACE}: {time}.",
    distance="L’équipe est à {distance} environ.",
    visit_before="L’équipe a une visite à faire avant la vôtre.",
    two_visits_before="L’équipe a deux visites à faire avant la vôtre.",
    visits_before="L’équipe a {count} visites à faire avant la vôtre.",
    slipped=(
        "L’équipe arrivera plus tard qu’annoncé\N{NO-BREAK SPACE}: {duration} après {promised}. "
        "Nous vous prions de nous en excuser."
    ),
    crew_lost="L’équipe prévue ne peut finalement pas venir. Nous en cherchons une autre.",
    note="Message de nos services",
    merged="Suivre le signalement dans lequel nous traitons les deux",
    live="Cette page se met à jour toute seule.",
    lost="Pas de connexion\N{NO-BREAK SPACE}; nouvelle tentative …",
    reload="Rechargez cette page pour voir ce qui a changé.",
    steps=dict(zip(_STEPS, ("Reçu", "Équipe trouvée", "En route", "Sur place", "Terminé"), strict=True)),
    link_unknown="Ce lien n’est pas valable",
    link_unknown_hint="Il a peut-être été mal copié. Rouvrez-le là où vous l’avez reçu.",
    link_expired="Ce lien a expiré",
    link_expired_hint=(
        "Le signalement est clos depuis plus d’un jour. Si le problème persiste, signalez-le à nouveau."
    ),
    contact="Vos coordonnées",
    contact_kept=(
        "Nous gardons vos coordonnées pour vous joindre au sujet de ce signalement. "
        "Seuls les régulateurs de la ville les voient."
    ),
    erase="Effacer mes coordonnées",
    erase_what=(
        "Votre nom, votre adresse électronique, votre téléphone et les identifiants de votre compte et de "
        "votre appareil seront effacés définitivement. Votre signalement reste, et vous pouvez toujours le "
        "suivre ici."
    ),
    erase_confirm="Oui, effacer définitivement mes coordonnées",
    erase_do="Effacer",
    contact_erased="Vos coordonnées ont été effacées. Votre signalement reste.",
    contact_none="Nous n’avons pas de coordonnées pour ce signalement.",
)

FOLLOW_WORDS: Mapping[Language, FollowWords] = {Language.FRENCH: FRENCH, Language.ENGLISH: ENGLISH}
