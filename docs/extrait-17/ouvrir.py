#!/usr/bin/env python3
"""Ouvre un extrait de secours du 17 sur un poste sans réseau : « python3 ouvrir.py extrait.alarme17 ».

Il faut Python 3.9 ou plus récent et le paquet « cryptography ». Rien n'est écrit sur le disque ni envoyé.
"""

from __future__ import annotations

import base64
import getpass
import gzip
import json
import re
import sys
import unicodedata
from datetime import datetime, timedelta, timezone
from pathlib import Path

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
    from cryptography.hazmat.primitives.serialization import load_der_private_key
except ImportError:
    sys.exit("Il manque le paquet Python « cryptography » : servez-vous de la page ouvrir.html.")

MAGIC, VERSION = b"ALARME17", 1
LINE = "─" * 72
# A clock may be a little wrong; more, and the expiry means nothing.
TOLERANCE = timedelta(minutes=10)


class Refused(Exception):
    """Said to the person as it is."""


# --- Opening -------------------------------------------------------------------------------------


def read_header(data: bytes) -> tuple[dict, bytes]:
    """The header, and all that is signed in front of the content."""
    try:
        size = int.from_bytes(data[8:12], "big")
        header = json.loads(data[12 : 12 + size])
        version = header["version"]
    except (ValueError, KeyError, TypeError):
        raise Refused("Ce fichier n'est pas un extrait de secours du 17.") from None
    if data[:8] != MAGIC:
        raise Refused("Ce fichier n'est pas un extrait de secours du 17.")
    if version != VERSION:
        raise Refused("Cet extrait est d'une autre version : prenez le programme qui va avec sur le portail.")
    return header, data[: 12 + size]


def check_time(header: dict, now: datetime) -> None:
    made, end = (datetime.fromisoformat(header[name]) for name in ("fait_le", "expire_le"))
    if now >= end:
        raise Refused(f"Cet extrait a expiré le {local(header['expire_le'])} : il ne s'ouvre plus. Effacez-le.")
    if now < made - TOLERANCE:
        raise Refused("L'horloge de ce poste est en retard sur la date de l'extrait : remettez-la à l'heure.")


def open_extract(data: bytes, passphrase: str, now: datetime) -> tuple[dict, list[dict]]:
    """The mark and the cards. Raises Refused: wrong passphrase, altered, expired."""
    header, front = read_header(data)
    try:
        check_time(header, now)
        sealed = header["cle_privee"]
        salt, nonce, box = (base64.b64decode(sealed[name]) for name in ("sel", "nonce", "boite"))
        normal = unicodedata.normalize("NFKC", passphrase).strip().encode()
        derived = PBKDF2HMAC(SHA256(), 32, salt, int(sealed["iterations"])).derive(normal)
        place = f"alarme-elu-cle-v1|{header['centre']}".encode()
        try:
            private = load_der_private_key(AESGCM(derived).decrypt(nonce, box, place), None)
        except InvalidTag:
            raise Refused("Ce n'est pas la phrase de passe de cet extrait.") from None
        point, public = base64.b64decode(header["ephemere"]), base64.b64decode(header["cle_publique"])
        peer = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        shared = private.exchange(ec.ECDH(), peer)
        key = HKDF(SHA256(), 32, salt=point + public, info=b"alarme-elu-extrait-v1").derive(shared)
        packed = AESGCM(key).decrypt(base64.b64decode(header["nonce"]), data[len(front) :], front)
    except InvalidTag:
        raise Refused("Cet extrait a été modifié ou abîmé : il ne s'ouvre pas.") from None
    except (KeyError, ValueError, TypeError):
        raise Refused("Cet extrait est incomplet ou abîmé : il ne s'ouvre pas.") from None
    lines = gzip.decompress(packed).decode().splitlines()
    return json.loads(lines[0])["filigrane"], [json.loads(line) for line in lines[1:]]


# --- Telephone numbers: core/telephones.py step by step, without its plans nor what « phonenumbers » knows ------------

NINE_DIGIT_PLANS = ("33", "262", "590", "594", "596")
SHORT_PLANS = {"508": (6, 9), "681": (6,), "687": (6,), "689": (8, 6)}
LOCAL_PLANS = {"975": "508", "986": "681", "987": "689", "988": "687"}
LABEL = re.compile(
    r"^(?:[\s:=\"'«»“”‹›<>☎☏✆📞📟📠📱📲]+|(?:appels? (?:entrant|de|du)|appelante?|appel|contact|tel|tels|tél|téls|"
    r"téléphone|telephone|tph|phone|portable|port|mobile|mob|cell|fixe|domicile|dom|maison|bureau|bur|travail|perso|personnel|"
    r"pro|professionnel|mairie|permanence|standard|gsm|sms|fax|n[°o]s?|num|numéro|numero|callto|caller|from|de|n|t|p|m|f)"
    r"(?![^\W\d_])\.?)",
    re.IGNORECASE,
)
REMARK = re.compile(r"\([^()\d+]*[^\W\d_][^()\d+]*\)")
HIDING = re.compile(r"^\s*[#*]31#\s*")
EXTENSION = re.compile(
    r"(?:[,;]\s*ext(?:ension)?\s*=?|\s*\(?\s*(?:poste|post|ext\.?|extension|interne|int\.?|p\.|x|#))"
    r"\s*(?:n°)?\s*\.?\s*:?\s*\d{1,6}\s*\)?\s*$",
    re.IGNORECASE,
)
CONTEXT = re.compile(r";\s*phone-context=(\+?[\d().\-]*)[^;]*", re.IGNORECASE)
DECIMALS = re.compile(r"(?<=\d{9})[.,]0+$")
AROUND = " \t\r\n;:,.!?\"'«»“”‹›<>"
SEPARATORS = re.compile(r"[\s().\-/_·•‐‑‒–—―−,'’*|\\\[\]]")
SEVERAL = re.compile(r"\s*(?:;|\n|\r|\bou\b|\bet\b|\bpuis\b|&|/|,|\||\t|\s[-–—]\s|\s{2,})\s*", re.IGNORECASE)
TWO_STUCK = re.compile(r"(0[1-9]\d{8})(0[1-9]\d{8})")
SHORT_NUMBER = re.compile(r"1[0-9]|1\d\d|[13]\d{3}|11[68]\d{3}")
# The codes of the world, and those after which the zero of the national writing has no place.
CODE = re.compile(
    r"1|7|2(?:[07]|1[12368]|[2346]\d|5[0-8]|9[01789])|3(?:[0-469]|5\d|7[0-8]|8[0-35-79])|4(?:[013-9]|2[013])|5(?:[1-8]|[09]\d)|"
    r"6(?:[0-6]|7[02-9]|8[0-35-9]|9[0-2])|8(?:[1246]|0[08]|5[02356]|7[08]|8[0-368])|9(?:[0-58]|6[0-8]|7[0-79]|9[2-68])"
)
WITH_ZERO = re.compile(
    r"20|21[1238]|23[1-4]|24[39]|25[0124-6]|26[0-5]|27|291|31|32|35[3589]|37[03-57]|38[0-35-79]|4[013469]|42[13]|5[13-578]|"
    r"59[1358]|6[0-46]|686|8[1246]|85[056]|880|886|9[0-58]|96[1-467]|97[01267]|99[4-6]"
)


def keys_of(text: str, centre: str = "") -> set[str]:
    """The forms under which what was typed may be found; none when it is no number."""
    shown = unicodedata.normalize("NFKC", text)
    readable = "".join(
        str(unicodedata.decimal(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in shown
        if unicodedata.category(sign) not in {"Cf", "Mn", "Me"}
    )
    if len(readable) > 200:
        return set()
    return {key for part in _numbers_in(readable) for key in _keys(part, centre)}


def _numbers_in(readable: str) -> list[str]:
    parts = [part for part in SEVERAL.split(CONTEXT.sub("", readable)) if re.search(r"\w", part)]
    if len(parts) > 1 and all(len(re.sub(r"\D", "", part)) >= 6 for part in parts):
        return parts
    stuck = TWO_STUCK.fullmatch(SEPARATORS.sub("", _bare(readable)))
    return list(stuck.groups()) if stuck else [readable]


def _bare(text: str) -> str:
    """The number alone, without label, remark, extension nor quotes."""
    bare = REMARK.sub("", CONTEXT.sub("", text)).replace("%20", " ").replace("%2B", "+").replace("%2b", "+")
    while (shorter := LABEL.sub("", bare)) != bare:
        bare = shorter
    bare = EXTENSION.sub("", HIDING.sub("", bare.strip(AROUND)))
    return DECIMALS.sub("", bare.strip(AROUND + "#")).replace("(0)", "").replace("[0]", "")


def _keys(text: str, centre: str) -> list[str]:
    bare, context = _bare(text), CONTEXT.search(text)
    if context and context[1].startswith("+") and not bare.startswith("+"):
        bare = context[1] + bare
    international = bare.lstrip("([ \t").startswith("+")
    digits = SEPARATORS.sub("", bare.replace("+", ""))
    if re.fullmatch(r"[\doO]*\d[\doO]*", digits):
        digits = digits.replace("o", "0").replace("O", "0")
    if not digits.isdecimal():
        return []
    if not international and digits.startswith("00"):
        international, digits = True, digits[2:]
    return _international(digits) if international else _national(digits, centre)


def _international(digits: str) -> list[str]:
    for plan in NINE_DIGIT_PLANS:
        rest = digits.removeprefix(plan).removeprefix("0")
        if digits.startswith(plan) and len(rest) == 9 and not rest.startswith("0"):
            return [f"9:{rest}"]
    for plan in SHORT_PLANS:
        if digits.startswith(plan):
            rest = digits.removeprefix(plan)
            return _of_short_plan(plan, rest) or (_of_short_plan(plan, rest[1:]) if rest.startswith("0") else [])
    code = CODE.match(digits)
    if not code or code[0] in NINE_DIGIT_PLANS or not 7 <= len(digits) <= 15:
        return []
    rest = digits[code.end() :]
    return [f"+{code[0]}{rest.removeprefix('0') if WITH_ZERO.fullmatch(code[0]) else rest}"]


def _of_short_plan(plan: str, rest: str) -> list[str]:
    if plan == "508" and len(rest) == 9:
        if rest.startswith("508"):
            rest = rest[3:]
        elif not rest.startswith(("708", "806", "807", "808", "809")):
            return []
    return [f"+{plan}{rest}"] if len(rest) in SHORT_PLANS[plan] else []


def _national(digits: str, centre: str) -> list[str]:
    found: list[str] = []
    local = LOCAL_PLANS.get(centre)
    if local and (not digits.startswith("0") or digits.startswith("050")):
        found += _of_short_plan(local, digits)
        if found and (len(digits) <= 6 or local == "508"):
            return found
    nine = digits[1:] if len(digits) == 10 and digits.startswith("0") else digits
    if len(nine) == 9 and not nine.startswith("0"):
        if nine.startswith(("508", "708")):
            return [*found, *_of_short_plan("508", nine)]
        found.append(f"9:{nine}")
    if len(digits) in (11, 12, 13) or (len(digits) == 9 and local and digits.startswith(("681", "687"))):
        found += _international(digits)
    if SHORT_NUMBER.fullmatch(digits):
        found.append(f"s:{digits}")
    return found


# --- Searching -----------------------------------------------------------------------------------


def plain(text: str) -> str:
    marks = unicodedata.normalize("NFD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", "".join(sign for sign in marks if not unicodedata.combining(sign))).strip()


def search(cards: list[dict], text: str, centre: str) -> list[dict]:
    """By number when it reads as one, else by name and mandate: every word that was typed."""
    if keys := keys_of(text, centre):
        return [card for card in cards if any(keys.intersection(number["cles"]) for number in card["numeros"])]
    words = plain(text).split()
    if not words:
        return []
    return [card for card in cards if all(word in plain(f"{card['nom']} {card['qualite']}") for word in words)]


# --- Showing -------------------------------------------------------------------------------------


def local(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone().strftime("%d/%m/%Y à %H h %M")


def mark_lines(mark: dict) -> list[str]:
    return [
        LINE,
        f"EXTRAIT DE SECOURS remis à {mark['destinataire']} — centre {mark['centre_nom']}",
        f"Fait le {local(mark['fait_le'])}, ne s'ouvre plus après le {local(mark['expire_le'])}",
        LINE,
    ]


def card_lines(card: dict) -> list[str]:
    title = [card["nom"], card["qualite"], f"Danger {card['danger']}"]
    if card["non_reconfirmee"]:
        title.append("Inscription non reconfirmée")
    lines = [*title, ""]
    if card["consigne"]:
        lines += [f"CONSIGNE : {card['consigne']}", ""]
    for away in card["absences"]:
        keys = " ".join(filter(None, (away["cles"], away["telephone_des_cles"])))
        lines.append(f"ABSENT du {away['du']} au {away['au']} ({away['lieu']})" + (f", clés : {keys}" if keys else ""))
        lines += [f"    {away['a_savoir']}"] if away["a_savoir"] else []
    lines.append("OÙ")
    for place in card["adresses"]:
        lines.append(f"  {place['lieu'].capitalize()} : {place['adresse']}, {place['commune']}")
        lines += [f"    {text}" for text in (place["acces"], *place["horaires"]) if text]
    lines.append("RAPPELER")
    for number in card["numeros"]:
        refused = "" if number["peut_etre_rappele"] else " — NE PAS RAPPELER"
        who = ", ".join(filter(None, (number["a_qui"], number["qui_repond"])))
        lines.append(f"  {number['numero']} ({who}){refused}")
        lines += [f"    {number['precaution']}"] if number["precaution"] else []
    lines += ["QUI EST LÀ", *(f"  {line['titre']} : {line['texte']}" for line in card["foyer"])]
    lines += ["MESURES EN COURS", *(f"  {measure}" for measure in card["mesures"] or ["Aucune"])]
    people = [*card["referents"], card["unite"]]
    return [*lines, "RÉFÉRENT", *(f"  {one['nom']} {one['telephone']}".rstrip() for one in people)]


def answer_lines(found: list[dict]) -> list[str]:
    if not found:
        return ["Non inscrit dans cet extrait. Traitez l'appel normalement."]
    if len(found) == 1:
        return card_lines(found[0])
    shown = [f"{rank}. {card['nom']}, {card['qualite']}" for rank, card in enumerate(found[:20], 1)]
    cut = [f"… et {len(found) - 20} autres : précisez le nom."] if len(found) > 20 else []
    return [f"{len(found)} personnes. Qui parle ? D'où ? Tapez le rang de la personne.", *shown, *cut]


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Usage : python3 ouvrir.py extrait.alarme17")
    try:
        data = Path(sys.argv[1]).read_bytes()
        header, _ = read_header(data)
        check_time(header, datetime.now(timezone.utc))
        passphrase = getpass.getpass("Phrase de passe : ") if sys.stdin.isatty() else sys.stdin.readline()
        mark, cards = open_extract(data, passphrase, datetime.now(timezone.utc))
    except OSError as error:
        sys.exit(f"Le fichier ne se lit pas : {error.strerror}.")
    except Refused as error:
        sys.exit(str(error))
    found: list[dict] = []
    while True:
        print("\n".join(mark_lines(mark)))
        try:
            text = input("Numéro ou nom (Entrée pour quitter) : ").strip()
        except EOFError:
            return
        if not text:
            return
        try:
            # Asked at each screen: it may expire while it is open.
            check_time(header, datetime.now(timezone.utc))
        except Refused as error:
            sys.exit(str(error))
        chosen = int(text) if text.isascii() and text.isdigit() else 0
        found = (
            [found[chosen - 1]]
            if 0 < chosen <= min(len(found), 20) and len(found) > 1
            else search(cards, text, header["centre"])
        )
        print("\n" * 2 + "\n".join([*mark_lines(mark), *answer_lines(found), ""]))


if __name__ == "__main__":
    main()
