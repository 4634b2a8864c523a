"""The few words that stand in the templates themselves, for pages that work without JavaScript.

All others are in the catalogues of ``static/js/i18n``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipage.api.language import Language
from equipage.dispatch.status import ReportStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """Every word of the templates in one language."""

    key: str
    key_refused: str
    link_refused: str
    key_hint: str
    sign_in: str
    starting: str
    starting_hint: str
    console_needs_javascript: str
    page_needs_javascript: str
    statuses: Mapping[ReportStatus, str]
    due: str
    handed_to: str
    files_not_kept: str
    link_is_for_dispatchers: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    moment: str
    first_of_month: str
    days: str
    decimal_point: str


ENGLISH = PageWords(
    key="Your key",
    key_refused="This key is not known here, or it was revoked.",
    link_refused="This link was used already, or is too old. Ask for a new one.",
    key_hint="Who runs the server hands out keys:",
    sign_in="Sign in",
    starting="Équipage is starting",
    starting_hint=(
        "This page opens by itself. The very first start also compiles the route search: about half a minute."
    ),
    console_needs_javascript="The console needs JavaScript.",
    page_needs_javascript="This page needs JavaScript.",
    statuses={
        ReportStatus.NEW: "We have your report and are looking for a crew.",
        ReportStatus.ACKNOWLEDGED: "We have your report and are looking for a crew.",
        ReportStatus.ASSIGNED: "A crew has your report on its list.",
        ReportStatus.EN_ROUTE: "A crew is on its way.",
        ReportStatus.IN_PROGRESS: "A crew is on site and at work.",
        ReportStatus.DONE: "The work is done. Thank you for telling us.",
        ReportStatus.DUPLICATE: "Somebody had told us already; we deal with both together.",
        ReportStatus.REJECTED: "We cannot act on this report.",
        ReportStatus.CANCELLED: "This report was withdrawn.",
    },
    due="A crew should be there by {time}.",
    handed_to="Handed to {organisation}.",
    files_not_kept="Photographs sent as files are not kept; the address of one, as media_url, is.",
    link_is_for_dispatchers="Only dispatchers see what media_url leads to.",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    moment="{weekday} {day} {month} at {time}",
    first_of_month="1",
    days="{count}\N{NO-BREAK SPACE}days",
    decimal_point=".",
)

FRENCH = PageWords(
    key="Votre clé",
    key_refused="Cette clé est inconnue ici ou a été révoquée.",
    link_refused="Ce lien a déjà servi ou n’est plus valable. Demandez-en un nouveau.",
    key_hint="Les clés sont remises par l’administrateur du serveur\N{NO-BREAK SPACE}:",
    sign_in="Se connecter",
    starting="Équipage démarre",
    starting_hint=(
        "Cette page s’ouvrira d’elle-même. Le tout premier démarrage prépare aussi le calcul des "
        "itinéraires\N{NO-BREAK SPACE}: environ une demi-minute."
    ),
    console_needs_javascript="La console nécessite JavaScript.",
    page_needs_javascript="Cette page nécessite JavaScript.",
    statuses={
        ReportStatus.NEW: "Nous avons bien reçu votre signalement et cherchons une équipe.",
        ReportStatus.ACKNOWLEDGED: "Nous avons bien reçu votre signalement et cherchons une équipe.",
        ReportStatus.ASSIGNED: "Votre signalement est au programme d’une équipe.",
        ReportStatus.EN_ROUTE: "Une équipe est en route.",
        ReportStatus.IN_PROGRESS: "Une équipe est sur place et travaille.",
        ReportStatus.DONE: "L’intervention est terminée. Merci de votre signalement.",
        ReportStatus.DUPLICATE: (
            "Ce problème nous avait déjà été signalé\N{NO-BREAK SPACE}; nous traitons les deux ensemble."
        ),
        ReportStatus.REJECTED: "Nous ne pouvons pas donner suite à ce signalement.",
        ReportStatus.CANCELLED: "Ce signalement a été retiré.",
    },
    due="Une équipe devrait être sur place avant {time}.",
    handed_to="Transmis à {organisation}.",
    files_not_kept=(
        "Les photos envoyées en pièce jointe ne sont pas conservées\N{NO-BREAK SPACE}; "
        "l’adresse d’une photo, dans media_url, l’est."
    ),
    link_is_for_dispatchers="Seuls les régulateurs voient ce que désigne media_url.",
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    moment="le {weekday} {day} {month} à {time}",
    first_of_month="1er",
    days="{count}\N{NO-BREAK SPACE}jours",
    decimal_point=",",
)

PAGE_WORDS: Mapping[Language, PageWords] = {Language.FRENCH: FRENCH, Language.ENGLISH: ENGLISH}
