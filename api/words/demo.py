"""What the demo's citizens and crews write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipage.api.language import DEFAULT, Language
from equipage.dispatch.model import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWords:
    """Every word of the demo in one language.

    Parameters
    ----------
    observed : mapping of str to tuple of str
        By service, what citizens see.
    circumstances : tuple of str
        When and where they see it, whatever it is.
    broken_down : str
        Why a crew refuses.
    flood : str
        What the closure of a flooded district is called.
    first_name, last_name : str
        What every citizen is called.
    """

    language: Language
    observed: Mapping[str, tuple[str, ...]]
    circumstances: tuple[str, ...]
    broken_down: str
    flood: str
    first_name: str
    last_name: str

    def description(self, service: Service, draw: int) -> str:
        """Return what a citizen writes; `draw` is any whole number."""
        rest, circumstance = divmod(draw, len(self.circumstances))
        seen = self.observed.get(service.code) or (service.names.get(self.language, service.name),)
        return f"{seen[rest % len(seen)]}. {self.circumstances[circumstance]}."


ENGLISH = DemoWords(
    language=Language.ENGLISH,
    observed={
        "abandoned-vehicle": ("A car with flat tyres has not moved for weeks", "A van without number plates"),
        "accident": (
            "Two cars have collided and block the road",
            "A scooter is down and there is oil everywhere",
        ),
        "blocked-drain": (
            "The drain is full of leaves and the water stays",
            "The drain smells and swallows nothing",
        ),
        "bulky-waste": ("A sofa and a mattress to be fetched", "An old fridge and a washing machine"),
        "damaged-sign": ("The stop sign lies on the ground", "The street sign is bent and cannot be read"),
        "dangerous-waste": ("Syringes lie near the benches", "Broken glass all over the ground"),
        "electrical-hazard": ("Bare wires hang from the lamp post", "The electrical cabinet stands open"),
        "fallen-tree": ("A big branch lies across the road", "A tree leans on the cables"),
        "flooding": ("The street is under water", "The water is coming up to the doors"),
        "graffiti": ("A wall is covered in paint", "Posters are glued all over the shelter"),
        "illegal-dumping": ("Bags of rubble were left here", "Tyres and rubbish lie beside the bins"),
        "missing-cover": ("A manhole has no cover", "The grating rocks when cars drive over it"),
        "noise": ("Very loud music and shouting", "A party that nobody can sleep through"),
        "overflowing-bin": ("The bin overflows", "The glass container is full, bottles stand beside it"),
        "park-maintenance": ("A board of the bench is broken", "The swing hangs from one chain"),
        "parking": ("A car is parked on the crossing", "A lorry blocks our exit"),
        "pothole": ("A deep hole in the road", "A hole that cyclists ride into"),
        "road-collapse": ("The road is sinking", "A hole has opened beside the pavement"),
        "road-obstacle": ("Boards have fallen off a lorry", "Gravel lies all over the bend"),
        "snow": ("The pavement is sheer ice", "The slope has not been gritted"),
        "stray-animal": ("A dog without an owner runs between the cars", "An injured cat does not move"),
        "street-furniture": ("A bollard has been knocked over", "The bicycle stand has come loose"),
        "street-light": ("The street light is out", "The street light flickers all the time"),
        "traffic-signal": ("The traffic lights are dark", "The lights stay red"),
        "water-leak": ("Water runs from the ground", "The hydrant is leaking"),
    },
    circumstances=(
        "Seen this morning",
        "Since yesterday evening",
        "Right in front of the house",
        "At the corner",
        "Next to the bus stop",
        "It is getting worse",
        "Children pass here on their way to school",
        "The second time this month",
        "Opposite the shop",
        "Thank you for sending somebody",
    ),
    broken_down="The vehicle has broken down and goes to the workshop",
    flood="Flood in {zone}",
    first_name="Simulated",
    last_name="Citizen",
)

FRENCH = DemoWords(
    language=Language.FRENCH,
    observed={
        "abandoned-vehicle": (
            "Une voiture aux pneus à plat n’a pas bougé depuis des semaines",
            "Une camionnette sans plaques d’immatriculation",
        ),
        "accident": (
            "Deux voitures se sont percutées et bloquent la rue",
            "Un scooter est à terre, il y a de l’huile partout",
        ),
        "blocked-drain": (
            "L’avaloir est plein de feuilles et l’eau reste",
            "La bouche d’égout sent mauvais et n’évacue plus",
        ),
        "bulky-waste": ("Un canapé et un matelas à enlever", "Un vieux frigo et une machine à laver"),
        "damaged-sign": ("Le panneau stop est par terre", "La plaque de rue est tordue et illisible"),
        "dangerous-waste": ("Des seringues près des bancs", "Du verre brisé partout par terre"),
        "electrical-hazard": (
            "Des fils à nu pendent du lampadaire",
            "L’armoire électrique est grande ouverte",
        ),
        "fallen-tree": ("Une grosse branche barre la rue", "Un arbre penche sur les câbles"),
        "flooding": ("La rue est sous l’eau", "L’eau arrive au pas des portes"),
        "graffiti": ("Un mur entièrement tagué", "Des affiches collées partout sur l’abri"),
        "illegal-dumping": (
            "Des sacs de gravats abandonnés",
            "Des pneus et des ordures à côté des poubelles",
        ),
        "missing-cover": ("Il manque une plaque d’égout", "La grille bascule au passage des voitures"),
        "noise": ("De la musique très forte et des cris", "Une fête empêche tout le monde de dormir"),
        "overflowing-bin": (
            "La corbeille déborde",
            "Le conteneur à verre est plein, des bouteilles sont posées à côté",
        ),
        "park-maintenance": ("Une planche du banc est cassée", "La balançoire ne tient plus que d’un côté"),
        "parking": ("Une voiture est garée sur le passage piéton", "Un camion bloque notre sortie"),
        "pothole": ("Un trou profond dans la chaussée", "Un trou dangereux pour les vélos"),
        "road-collapse": ("La chaussée s’affaisse", "Un trou s’est ouvert au bord du trottoir"),
        "road-obstacle": ("Des planches sont tombées d’un camion", "Des gravillons plein le virage"),
        "snow": ("Le trottoir est une vraie patinoire", "La côte n’a pas été salée"),
        "stray-animal": ("Un chien sans maître court entre les voitures", "Un chat blessé ne bouge plus"),
        "street-furniture": ("Un potelet a été renversé", "L’arceau à vélos est descellé"),
        "street-light": ("Le lampadaire est éteint", "Le lampadaire clignote sans arrêt"),
        "traffic-signal": ("Les feux sont éteints", "Le feu reste bloqué au rouge"),
        "water-leak": ("De l’eau sort du sol", "La bouche d’incendie fuit"),
    },
    circumstances=(
        "Vu ce matin",
        "Cela dure depuis hier soir",
        "C’est juste devant la maison",
        "C’est à l’angle de la rue",
        "C’est à côté de l’arrêt de bus",
        "Cela s’aggrave",
        "Des enfants passent par là pour aller à l’école",
        "C’est la deuxième fois ce mois-ci",
        "C’est en face de la boulangerie",
        "Merci d’envoyer quelqu’un",
    ),
    broken_down="Véhicule en panne, retour à l’atelier",
    flood="Inondation\N{NO-BREAK SPACE}: {zone}",
    first_name="Habitant",
    last_name="simulé",
)

DEMO_WORDS: Mapping[Language, DemoWords] = {Language.FRENCH: FRENCH, Language.ENGLISH: ENGLISH}


def demo_words(asked: Language | None, spoken: tuple[str, ...]) -> DemoWords:
    """Return the demo's words in the language asked for, else in the city's first, else in the pages' own.

    Parameters
    ----------
    asked : Language or None
        As the settings have it.
    spoken : tuple of str
        The city's languages, the first spoken most.
    """
    city = next((language for language in Language if language == spoken[0]), None) if spoken else None
    return DEMO_WORDS[asked or city or DEFAULT]
