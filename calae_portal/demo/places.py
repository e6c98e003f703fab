"""Where the demonstration takes place: invented communes, and units with real names of towns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.enums import Force
from accounts.models import Unit
from referents.models import Competence
from territories.models import Commune, Departement
from territories.services import create_fictitious_commune

if TYPE_CHECKING:
    from random import Random

# Départements of the demonstration, and their invented communes. None of these names is in the COG: a test holds it.
INVENTED_COMMUNES: dict[str, tuple[str, ...]] = {
    "45": (
        "Olmes", "Varcy-en-Loire", "Boisgrelet", "Montrelay-le-Franc", "Chantereine-en-Sologne", "Saulx-le-Vidame",
        "Artenvilliers", "Ormeval", "La Chapelle-Grisonne", "Vieuvic-sur-Bonnée", "Courbelande", "Puisellin",
    ),
    "974": (
        "Ravine-Tamarine", "Le Piton-Sec", "Grand-Filaos", "Bassin-Corail", "La Plaine-Vétyver", "Îlet-Cascavelle",
        "Trois-Lataniers", "Le Brûlé-Mahot", "Sainte-Azélie", "Bois-Mapou", "La Rivière-Longose", "Cap-Vacoa",
    ),
    "08": (
        "Vrigny-la-Tour", "Montcornillon", "Semoyelle", "Haudrecourt-sur-Meuse", "Bois-Régnier", "Thilveau",
        "Les Hautes-Ardoises", "Neuvrethel", "Saint-Walfrin", "Launoyelle", "Givrancourt", "Poix-la-Forge",
    ),
    "59": (
        "Wavrinchove", "Houtteghem", "Bierselle", "Saint-Ghislin-en-Pévèle", "Escaudreuil", "Marquillonne",
        "Steenkercque-le-Bas", "Fléchain-sur-Selle", "Avesnelin", "Raimbervilliers-du-Nord", "Cappelhove", "Ostrevanne",
    ),
    "75": ("Lutécelle", "Villeneuve-Parisis", "Montfaucelle", "Belleroche-en-Seine"),
    "13": (
        "Roquebelle-sur-Touloubre", "Saint-Maximin-des-Baux", "Valcrau", "Les Calissanes", "Puy-Sainte-Réale",
        "Fontvelle", "La Bastide-d'Arcole", "Peyrargue", "Mas-Thibaud", "Eyragon", "Carrosson", "Vernègue-la-Pinède",
    ),
}  # fmt: skip

# Seats of the units, police first: force, towns of the COG.
SEATS: dict[str, dict[str, tuple[str, ...]]] = {
    "45": {
        "PN": ("Orléans", "Montargis"),
        "GN": (
            "Olivet", "Gien", "Beaugency", "Meung-sur-Loire", "Jargeau", "Châteauneuf-sur-Loire", "Bellegarde",
            "Pithiviers", "Le Malesherbois", "Courtenay", "Ferrières-en-Gâtinais", "Lorris", "Sully-sur-Loire",
            "Briare", "Châtillon-sur-Loire", "La Ferté-Saint-Aubin", "Cléry-Saint-André", "Patay", "Artenay",
            "Neuville-aux-Bois", "Puiseaux", "Beaune-la-Rolande",
        ),
    },
    "974": {
        "PN": ("Saint-Denis", "Saint-Pierre", "Le Port"),
        "GN": (
            "Saint-Paul", "Saint-Leu", "Saint-Benoît", "Sainte-Marie", "Sainte-Suzanne", "Saint-André", "Bras-Panon",
            "Saint-Joseph", "Saint-Philippe", "Sainte-Rose", "Saint-Louis", "Cilaos", "Salazie", "Le Tampon",
            "L'Étang-Salé",
        ),
    },
    "08": {
        "PN": ("Charleville-Mézières", "Sedan"),
        "GN": (
            "Rethel", "Vouziers", "Givet", "Revin", "Fumay", "Rocroi", "Signy-l'Abbaye", "Carignan", "Mouzon",
            "Attigny", "Signy-le-Petit", "Bogny-sur-Meuse", "Nouzonville", "Villers-Semeuse",
        ),
    },
    "59": {
        "PN": ("Lille", "Roubaix", "Tourcoing", "Valenciennes", "Douai", "Dunkerque", "Maubeuge", "Cambrai"),
        "GN": (
            "Bailleul", "Hazebrouck", "Armentières", "Cassel", "Bergues", "Hondschoote", "Gravelines", "Bourbourg",
            "Wormhout", "Orchies", "Pont-à-Marcq", "Templeuve-en-Pévèle", "Le Cateau-Cambrésis", "Caudry", "Solesmes",
            "Le Quesnoy", "Bavay", "Avesnes-sur-Helpe", "Fourmies", "Trélon", "Saint-Amand-les-Eaux", "Marchiennes",
        ),
    },
    "75": {
        "PP": (
            "Paris 1er Arrondissement", "Paris 5e Arrondissement", "Paris 8e Arrondissement",
            "Paris 10e Arrondissement", "Paris 12e Arrondissement", "Paris 13e Arrondissement",
            "Paris 15e Arrondissement", "Paris 17e Arrondissement", "Paris 18e Arrondissement",
            "Paris 20e Arrondissement",
        ),
    },
    "13": {
        "PN": ("Marseille", "Aix-en-Provence", "Arles", "Martigues", "Aubagne", "Vitrolles"),
        "GN": (
            "Istres", "Salon-de-Provence", "Marignane", "Gardanne", "La Ciotat", "Cassis", "Tarascon",
            "Saint-Rémy-de-Provence", "Châteaurenard", "Lambesc", "Trets", "Roquevaire", "Berre-l'Étang",
            "Port-Saint-Louis-du-Rhône", "Fos-sur-Mer", "Allauch",
        ),
    },
}  # fmt: skip

# Ranges that ARCEP keeps for fiction: nobody answers there.
FICTION_PREFIX = {
    "45": "02 61 91", "08": "03 53 01", "59": "03 53 01", "75": "01 99 00", "13": "04 65 71", "974": "06 39 98",
}  # fmt: skip
MOBILE_PREFIX = "06 39 98"
# Left without a unit, so that the list of orphan communes shows something: the last of the Nord.
ORPHANS = {"59": 2}
# Units over the first invented communes of a département: the accounts of the demonstration are there.
FIRST_HOLDERS = {
    "45": ("Olivet", "Gien", "Olivet", "Gien", "Olivet"),
    "974": ("Saint-Denis", "Saint-Denis", "Saint-Denis"),
    "08": ("Charleville-Mézières", "Charleville-Mézières"),
}
OPENING_HOURS = {
    Force.GN: "Du lundi au samedi : 8 h à 12 h et 14 h à 18 h. Dimanche et jours fériés : 9 h à 12 h et 15 h à 18 h.",
    Force.PN: "Tous les jours, à toute heure.",
    Force.PP: "Tous les jours, à toute heure.",
}
# « d'Olivet », « de Gien », « du Port », « des Andelys ».
VOWELS = "aeiouyhâàéèêëîïôûü"


@dataclass
class Places:
    """What the rest of the seed stands on. The lists follow the order of the tables above."""

    departements: dict[str, Departement]
    communes: dict[str, list[Commune]]
    units: dict[str, list[Unit]]
    # Invented commune → the unit competent over it.
    unit_of: dict[str, Unit]

    def unit_at(self, departement: str, seat: str) -> Unit:
        return next(unit for unit in self.units[departement] if unit.commune and unit.commune.name == seat)


class Telephones:
    """Numbers of the fiction ranges, each given once."""

    def __init__(self, rng: Random) -> None:
        self._free = {
            prefix: rng.sample(range(100, 10_000), 1_000)
            for prefix in sorted({*FICTION_PREFIX.values(), MOBILE_PREFIX})
        }

    def fixed(self, departement: str) -> str:
        return self._next(FICTION_PREFIX[departement])

    def mobile(self) -> str:
        return self._next(MOBILE_PREFIX)

    def _next(self, prefix: str) -> str:
        number = self._free[prefix].pop()
        return f"{prefix} {number // 100:02d} {number % 100:02d}"


def create_places(*, telephones: Telephones) -> Places:
    """Invent the communes, then the units and what they are competent over."""
    departements = {row.pk: row for row in Departement.objects.filter(pk__in=INVENTED_COMMUNES)}
    communes = {
        code: [
            create_fictitious_commune(departement=departements[code], code=_invented_code(code, rank), name=name)
            for rank, name in enumerate(names)
        ]
        for code, names in INVENTED_COMMUNES.items()
    }
    units = {code: _create_units(departements[code], telephones) for code in INVENTED_COMMUNES}
    unit_of: dict[str, Unit] = {}
    for code in INVENTED_COMMUNES:
        _create_competences(code, units[code], unit_of)
    return Places(departements, communes, units, unit_of)


def _invented_code(departement: str, rank: int) -> str:
    """After every code of the COG: 45900, 97480."""
    return f"974{80 + rank}" if departement == "974" else f"{departement}9{rank:02d}"


def _create_units(departement: Departement, telephones: Telephones) -> list[Unit]:
    real = {row.name: row for row in Commune.objects.filter(departement=departement, is_fictitious=False)}
    units = []
    for force, towns in SEATS[departement.pk].items():
        for rank, town in enumerate(towns):
            seat = real[town]
            units.append(
                Unit(
                    code=f"{force}{departement.pk}-{rank + 1:03d}",
                    name=unit_name(force, town),
                    force=force,
                    departement=departement,
                    commune=seat,
                    address=f"Adresse de démonstration, {seat.name}",
                    telephone=telephones.fixed(departement.pk),
                    opening_hours=OPENING_HOURS[Force(force)],
                )
            )
    return Unit.objects.bulk_create(units)


def unit_name(force: str, town: str) -> str:
    if force == Force.PP:
        rank = town.removeprefix("Paris ").replace("Arrondissement", "arrondissement")
        return f"Commissariat du {rank} (préfecture de police)"
    kind = "Brigade de gendarmerie" if force == Force.GN else "Commissariat de police"
    return f"{kind} {_of(town)}"


def _of(town: str) -> str:
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if town.startswith(article):
            return contracted + town.removeprefix(article)
    if town.startswith("L'"):
        return f"de {town}"
    return f"d'{town}" if town[0].lower() in VOWELS else f"de {town}"


def _create_competences(code: str, units: list[Unit], unit_of: dict[str, Unit]) -> None:
    """The town of a unit is its own; the rest goes to the units of the countryside, by neighbouring codes."""
    seats = {unit.commune_id: unit for unit in units if unit.commune_id}
    rural = [unit for unit in units if unit.force == Force.GN] or units
    real = list(Commune.objects.filter(departement_id=code, is_fictitious=False).order_by("code"))
    others = [commune for commune in real if commune.pk not in seats]
    if orphans := ORPHANS.get(code):
        others = others[:-orphans]
    found: list[Competence] = []
    for rank, commune in enumerate(others):
        holder = seats.get(commune.parent_id) if commune.parent_id else None
        holder = holder or rural[rank * len(rural) // len(others)]
        found.append(Competence(unit=holder, commune=commune, force=holder.force))
    found += [Competence(unit=unit, commune_id=seat, force=unit.force) for seat, unit in seats.items()]
    by_name = {unit.commune.name: unit for unit in units if unit.commune}
    chosen = [by_name[town] for town in FIRST_HOLDERS.get(code, ())]
    holders = chosen + [unit for unit in rural if unit not in chosen]
    for rank in range(len(INVENTED_COMMUNES[code])):
        commune_code, holder = _invented_code(code, rank), holders[rank % len(holders)]
        unit_of[commune_code] = holder
        found.append(Competence(unit=holder, commune_id=commune_code, force=holder.force))
    Competence.objects.bulk_create(found)
