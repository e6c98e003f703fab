"""A text column that is encrypted in the database and opens only through its own row.

    class Official(models.Model):
        id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
        email = EncryptedTextField(blank=True)

`official.email` reads and takes plain text. `values()` and `values_list()` give `Ciphertext` objects, which know
their token but not their row, and therefore cannot be read. An empty string is stored as such: it hides nothing.
Renaming the table or the column changes the place of every value: such a migration must re-encrypt them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from core import encryption

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Ciphertext:
    """A token as the database holds it. Shows nothing, opens only with its place."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ciphertext) and self.token == other.token

    def __hash__(self) -> int:
        return hash(self.token)

    def __repr__(self) -> str:
        return "<chiffré>"

    def __reduce__(self) -> tuple[type[Ciphertext], tuple[str]]:
        return Ciphertext, (self.token,)


class _Unsaved:
    """Plain text set on an instance and not yet saved: hidden from repr, kept out of pickles."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return "<non enregistré>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("an unsaved encrypted value is never pickled")

    def __copy__(self) -> _Unsaved:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> _Unsaved:
        return self


class _Decrypting(DeferredAttribute):
    """Keeps the token on the instance, and decrypts at each reading with the instance's own key."""

    field: EncryptedTextField

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        held = super().__get__(instance, cls)
        if isinstance(held, Ciphertext):
            return self.field.open(instance, held.token)
        return held.text if isinstance(held, _Unsaved) else held

    def __set__(self, instance: models.Model, value: Any) -> None:
        if isinstance(value, str) and value:
            value = _Unsaved(value)
        elif value not in (None, "") and not isinstance(value, Ciphertext | _Unsaved):
            raise TypeError(f"{self.field.name}: an encrypted column takes text, not {type(value).__name__}")
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):
    """See the module's docstring. The model needs a UUID primary key with a default: the row is part of the lock."""

    descriptor_class = _Decrypting
    description = "encrypted text"
    # Whether its values are under the keys of the ring, which `rotate_keys` replaces.
    under_the_ring = True

    def seal(self, instance: models.Model, text: str) -> str:
        return encryption.encrypt(text, place=self.place_of(instance))

    def open(self, instance: models.Model, token: str) -> str:
        return encryption.decrypt(token, place=self.place_of(instance))

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not isinstance(self.model._meta.pk, models.UUIDField) or not self.model._meta.pk.has_default():
            found.append(
                checks.Error("An encrypted column needs a UUID primary key with a default.", obj=self, id="core.E101")
            )
        if self.unique or self.db_index:
            found.append(
                checks.Error("An encrypted column cannot be indexed; add a blind index.", obj=self, id="core.E102")
            )
        return found

    def place_of(self, instance: models.Model) -> str:
        if instance.pk is None:
            raise TypeError(f"{self.name}: the row has no key yet")
        return self.place(instance.pk)

    def place(self, pk: object) -> str:
        return f"{self.model._meta.db_table}|{self.column}|{pk}"

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Ciphertext | str | None:
        return Ciphertext(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Ciphertext | str | None:
        held = model_instance.__dict__.get(self.attname)
        if isinstance(held, _Unsaved):
            held = Ciphertext(self.seal(model_instance, held.text))
            model_instance.__dict__[self.attname] = held
        elif isinstance(held, Ciphertext):
            # Opened to be sure that it belongs to this row: the token of another one would be lost text.
            self.open(model_instance, held.token)
        return held

    def get_prep_value(self, value: Any) -> Any:
        if isinstance(value, Ciphertext):
            return value.token
        if value in (None, "") or hasattr(value, "resolve_expression"):
            return value
        raise TypeError(
            f"{self.name} is encrypted: write it with save() or bulk_create(), and search it by a blind index"
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        # Reached with plain text when full_clean() evaluates the constraints of the model in the database: whether
        # there is a text is all that a constraint can tell, and the text itself does not travel.
        if isinstance(value, str) and value and not prepared:
            return "plain"
        return super().get_db_prep_value(value, connection, prepared)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return self.get_prep_value(value)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError(f"{self.name} is encrypted and is never exported by a serializer")


class RecordTextField(EncryptedTextField):
    """An encrypted column under the key of its record: once that key is destroyed, nobody reads it again.

    `record` names the attribute of the row that leads to a `core.record_keys.Keyed`; "self" when the row is one.
    """

    under_the_ring = False

    def __init__(self, *args: Any, record: str = "self", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.record = record

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"record": self.record}

    def _cipher(self, instance: models.Model) -> AESGCM:
        keyed: Any = instance if self.record == "self" else getattr(instance, self.record)
        return keyed.record_cipher()

    def seal(self, instance: models.Model, text: str) -> str:
        return encryption.encrypt_with(self._cipher(instance), "record", text, place=self.place_of(instance))

    def open(self, instance: models.Model, token: str) -> str:
        return encryption.decrypt_with(self._cipher(instance), "record", token, place=self.place_of(instance))
