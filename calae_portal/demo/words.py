"""Invented names and narratives. No surname here was taken from a register of élus."""

FIRST_NAMES_WOMEN = (
    "Adèle", "Agathe", "Alix", "Anaïs", "Béatrice", "Brigitte", "Capucine", "Céline", "Claire", "Delphine", "Élise",
    "Estelle", "Fabienne", "Florence", "Gaëlle", "Hélène", "Inès", "Jeanne", "Karine", "Laurence", "Lucie", "Maëlle",
    "Marianne", "Mathilde", "Nadège", "Nora", "Odile", "Pauline", "Raphaëlle", "Sabine", "Solène", "Sylvie", "Valérie",
    "Véronique", "Yasmine", "Zoé",
)  # fmt: skip
FIRST_NAMES_MEN = (
    "Adrien", "Alain", "Antoine", "Aurélien", "Bastien", "Benoît", "Cédric", "Damien", "Didier", "Élie", "Étienne",
    "Fabrice", "Félix", "Frédéric", "Gilles", "Hugo", "Jérôme", "Joël", "Karim", "Laurent", "Loïc", "Marc", "Mathieu",
    "Nicolas", "Olivier", "Pascal", "Quentin", "Rémi", "Romain", "Samuel", "Sébastien", "Thierry", "Tristan", "Victor",
    "Xavier", "Yann",
)  # fmt: skip
SURNAMES = (
    "Abrival", "Ancelmont", "Arquevaux", "Aubrenelle", "Barsacq-Lune", "Baudrecille", "Belloncle", "Bergevaux",
    "Bissonnard", "Boisferon", "Bourdencelle", "Brissendal", "Cabrenoux", "Cassegrive", "Chambrelan", "Charvillon",
    "Clairefonds", "Colombrac", "Corvanette", "Courtegaille", "Crespignol", "Dambrevelle", "Darcourelle", "Daumelin",
    "Delorvault", "Desgranvaux", "Dombreval", "Duclairoy", "Durvincel", "Escarbelle", "Estrevault", "Fargemont",
    "Faucherelle", "Ferravoine", "Flamarion-Bay", "Fontrevelle", "Fourcadine", "Gambrinot", "Garancelle", "Gervoison",
    "Gondrevelle", "Grandvoinet", "Grimaudelle", "Guérandot", "Hautecombre", "Herbevaux", "Houdrecelle", "Isnardelle",
    "Jarnevoux", "Jolivaunoy", "Kermadoret", "Labrunelle", "Lacombrade", "Lanfrenoy", "Larchevoine", "Lespinoux",
    "Lorvency", "Maillebrun", "Malaubraie", "Marcenoille", "Maugrenel", "Mervincourt", "Mirancelle", "Montclarel",
    "Morvandieu", "Nantercelle", "Noirvaux", "Ombredane-Roy", "Orvilliers-Bas", "Pasquereaux", "Pelvoisin",
    "Pontaubrac", "Prévaudel", "Quervelin", "Rabastoul", "Ravincelle", "Rocheboin", "Romanelle", "Rouvrayon",
    "Saintevoie", "Sarrazelle", "Saulgrenoy", "Serravoine", "Sorbevelle", "Taillefontaine", "Tancremont", "Thébaudoux",
    "Torcenelle", "Tournebise-Han", "Trévoncel", "Vadincourt", "Valmorency", "Vaubrelle", "Verdonnaud", "Vermoncelle",
    "Vieuxcastel", "Villervoux", "Voisincel", "Warembelle", "Ybrecourt",
)  # fmt: skip

# What the référent writes, by nature. Nobody is named: victims are columns, authors are unknown to the portal.
NARRATIVES: dict[str, tuple[str, ...]] = {
    "threat": (
        "L'auteur annonce qu'il « fera payer » la décision du conseil municipal et qu'il sait où l'élu se gare.",
        "Message menaçant après un refus de permis de construire : « vous allez le regretter, vous et votre équipe ».",
        "Un homme promet de « revenir avec d'autres » si l'arrêté de stationnement n'est pas retiré.",
    ),
    "death_threat": (
        "Menace de mort écrite, sans signature, déposée dans la boîte aux lettres de la mairie.",
        "Message : « compte tes jours ». L'expéditeur cite le trajet habituel de l'élu jusqu'à la mairie.",
        "Appel masqué : une voix menace de mort l'élu, puis raccroche. Trois appels dans la même soirée.",
    ),
    "contempt": (
        "Insultes à l'accueil de la mairie au sujet d'une facture d'eau ; l'agent d'accueil est témoin.",
        "Outrage à la sortie d'une cérémonie, devant une trentaine de personnes.",
        "Propos insultants lors d'un contrôle de travaux non déclarés.",
    ),
    "harassment": (
        "Courriels quotidiens depuis six semaines, de plus en plus agressifs, envoyés aussi au secrétariat.",
        "L'auteur suit l'élu dans les réunions publiques et l'interpelle à chaque fois dans les mêmes termes.",
    ),
    "defamation": (
        "Publication accusant l'élu de détourner des subventions, partagée dans plusieurs groupes locaux.",
        "Tracts injurieux distribués dans le centre du bourg.",
    ),
    "doxxing": ("L'adresse personnelle de l'élu et une photographie de sa maison sont publiées en ligne.",),
    "violence": (
        "L'élu est bousculé et reçoit un coup au visage en intervenant pour un dépôt sauvage. Trois jours d'ITT.",
        "L'auteur saisit l'élu par le col à la fin d'une réunion publique ; des habitants s'interposent.",
    ),
    "damage": (
        "Les pneus du véhicule personnel de l'élu sont crevés devant son domicile dans la nuit.",
        "La permanence est taguée et sa vitrine brisée.",
        "Feu de poubelles contre la porte de la mairie ; dégâts sur la façade.",
    ),
    "intrusion": (
        "Un homme entre dans le jardin du domicile de l'élu et refuse de partir avant l'arrivée de la patrouille.",
        "Intrusion dans la permanence pendant l'heure du déjeuner ; des papiers sont déplacés.",
    ),
    "obstruction": ("La séance du conseil municipal est interrompue par un groupe qui empêche le vote.",),
    "other": (
        "Un objet inquiétant est déposé devant la porte du domicile de l'élu.",
        "Démarches répétées au nom de l'élu : commandes, abonnements, fausses annonces.",
    ),
}
AUTHORS = (
    "Homme d'une cinquantaine d'années, vu par l'agent d'accueil.",
    "Administré en conflit avec la commune au sujet d'un terrain.",
    "Plusieurs personnes, dont une déjà signalée pour des faits semblables.",
    "Pseudonyme utilisé en ligne depuis plusieurs mois.",
)
SPOTS = ("mairie", "domicile de l'élu", "permanence", "place du marché", "salle des fêtes", "voie publique", "parking")
COMMENTS = (
    "L'élu est informé de ses droits et du soutien psychologique.",
    "Passage de la patrouille demandé aux heures de sortie de la mairie.",
    "Famille rencontrée : elle souhaite être rappelée en journée.",
    "",
    "",
)
RAISED = (
    "L'élu vit seul dans une maison isolée, et l'auteur connaît ses horaires : je retiens un niveau plus haut.",
    "Les faits ont lieu à quelques jours d'un conseil tendu sur le même sujet : je retiens un niveau plus haut.",
)
LOWERED = (
    "L'auteur a été entendu, a reconnu les faits et s'est excusé par écrit : je retiens un niveau plus bas.",
    "L'auteur présumé est hospitalisé pour plusieurs semaines : je retiens un niveau plus bas.",
)
RETURNED = (
    "Précisez si l'auteur détient une arme : la question est restée sur « ne sait pas » sans vérification.",
    "La plainte n'apparaît pas dans les observations. Complétez puis renvoyez.",
)
REEVALUATIONS = ("nouvelle audition de l'auteur", "fait nouveau signalé par la famille", "demande de l'élu")
CLOSINGS = (
    "aucun fait nouveau depuis trois mois, élu informé",
    "auteur condamné, élu informé",
    "danger écarté après médiation, élu informé",
)
REQUEST_MOTIVES = (
    "Menaces répétées et auteur au voisinage : l'élu doit pouvoir alerter sans téléphoner.",
    "Élu seul à son domicile le soir, facteurs rouges relevés par l'évaluation.",
    "Permanence isolée, présence de l'auteur signalée deux fois en un mois.",
)
RENEWAL_MOTIVES = (
    "Le danger persiste : nouvelle évaluation au même niveau, l'élu demande la poursuite.",
    "L'auteur reste libre de ses déplacements ; le procès est fixé dans deux mois.",
)
FAVOURABLE = (
    "Évaluation récente et motivée ; un appareil est disponible. Avis favorable.",
    "Le niveau et l'isolement de l'élu justifient la mesure. Avis favorable.",
)
UNFAVOURABLE = (
    "Le niveau retenu est modéré et d'autres mesures sont déjà en place. Avis défavorable.",
    "L'appareil ne capte pas au domicile de l'élu : essai du mois dernier. Avis défavorable.",
)
# Coded motive, internal motive, communicable motive, orientation.
REFUSALS = (
    (
        "level_too_low",
        "Niveau modéré, aucun facteur rouge, stock réduit : priorité aux dossiers de niveau élevé.",
        "Le niveau de danger évalué à ce jour ne justifie pas l'attribution d'un bouton d'appel.",
        "Inscription « Alarme élu » à la brigade et rendez-vous avec le référent sûreté.",
    ),
    (
        "other_measure",
        "Patrouilles renforcées décidées la même semaine ; à revoir si un fait nouveau survient.",
        "Une autre mesure de protection, déjà décidée, répond mieux à votre situation.",
        "Passages de patrouille maintenus, point avec votre référent dans un mois.",
    ),
)
ENDINGS = (
    (
        "danger_ended",
        "Auteur incarcéré, aucune manifestation depuis deux mois.",
        "Le danger qui avait justifié la mesure a pris fin.",
        "Restitution de l'appareil à la brigade ; votre référent reste joignable.",
    ),
    (
        "person_declines",
        "L'élu déclare au référent ne plus vouloir porter l'appareil.",
        "Vous avez fait savoir que vous ne souhaitiez pas poursuivre la mesure.",
        "Inscription « Alarme élu » maintenue, soutien psychologique proposé.",
    ),
)
WITHDRAWAL = "La personne déménage et préfère attendre : elle garde mon numéro et l'alarme de la mairie."
