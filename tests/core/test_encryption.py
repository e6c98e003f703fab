import base64
import copy
import pickle
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, models

from core import clock, encryption
from core.encryption import DecryptionRefused, KeyMissing, blind_index
from core.enums import Channel
from core.fields import Ciphertext, EncryptedTextField
from core.models import OutboxMessage

SECRET = "maire.olmes@exemple.fr"


def unsaved(recipient=SECRET, **given):
    key = uuid.uuid4().hex
    return OutboxMessage(
        channel=Channel.EMAIL,
        dedupe_key=key,
        recipient=recipient,
        body="Votre situation a changé.",
        message_id=key,
        next_attempt_at=clock.real_now(),
        created_at=clock.now(),
        **given,
    )


@pytest.fixture
def message(db):
    made = unsaved()
    made.save()
    return made


def stored(message):
    with connection.cursor() as cursor:
        cursor.execute("SELECT recipient FROM core_outboxmessage WHERE id = %s", [message.pk])
        return cursor.fetchone()[0]


def new_key(name):
    return f"{name}:{base64.b64encode(uuid.uuid4().bytes * 2).decode()}"


def test_the_database_holds_no_plain_text(message):
    assert SECRET not in stored(message)
    assert stored(message).startswith(encryption.current_prefix())


def test_the_text_is_read_back(message):
    assert OutboxMessage.objects.get(pk=message.pk).recipient == SECRET


def test_two_rows_with_one_text_do_not_look_alike(message):
    other = unsaved()
    other.save()
    assert stored(other) != stored(message)


def test_bulk_create_encrypts(db):
    made = OutboxMessage.objects.bulk_create([unsaved("a@exemple.fr"), unsaved("b@exemple.fr")])
    assert [OutboxMessage.objects.get(pk=row.pk).recipient for row in made] == ["a@exemple.fr", "b@exemple.fr"]
    assert "exemple" not in stored(made[0])


def test_a_deferred_column_is_read_when_asked(message):
    assert OutboxMessage.objects.defer("recipient").get(pk=message.pk).recipient == SECRET
    assert OutboxMessage.objects.only("recipient").get(pk=message.pk).recipient == SECRET


def test_refresh_and_changes_are_followed(message):
    same = OutboxMessage.objects.get(pk=message.pk)
    same.recipient = "autre@exemple.fr"
    same.save()
    message.refresh_from_db()
    assert message.recipient == "autre@exemple.fr"
    message.save()
    assert OutboxMessage.objects.get(pk=message.pk).recipient == "autre@exemple.fr"


def test_saving_a_row_does_not_encrypt_again_what_did_not_change(message):
    before = stored(message)
    OutboxMessage.objects.get(pk=message.pk).save()
    assert stored(message) == before


def test_values_give_tokens_that_show_nothing(message):
    (token,) = OutboxMessage.objects.filter(pk=message.pk).values_list("recipient", flat=True)
    row = OutboxMessage.objects.filter(pk=message.pk).values("recipient").get()
    assert isinstance(token, Ciphertext)
    assert (repr(token), str(token), f"{row}") == ("<chiffré>", "<chiffré>", "{'recipient': <chiffré>}")


def test_a_value_copied_from_another_row_is_refused(message):
    other = unsaved("autre@exemple.fr")
    other.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_outboxmessage SET recipient = %s WHERE id = %s", [stored(other), message.pk])
    moved = OutboxMessage.objects.get(pk=message.pk)
    with pytest.raises(DecryptionRefused, match="copied from another row"):
        _ = moved.recipient
    with pytest.raises(DecryptionRefused):
        moved.save()


def test_a_token_of_another_column_or_table_is_refused():
    token = encryption.encrypt(SECRET, place="officials_official|email|1")
    assert encryption.decrypt(token, place="officials_official|email|1") == SECRET
    for place in ("officials_official|telephone|1", "core_outboxmessage|email|1", "officials_official|email|2"):
        with pytest.raises(DecryptionRefused):
            encryption.decrypt(token, place=place)


def test_assigning_the_token_of_another_row_is_refused_at_save(message):
    other = unsaved(OutboxMessage.objects.values_list("recipient", flat=True).get(pk=message.pk))
    with pytest.raises(DecryptionRefused):
        other.save()


@pytest.mark.parametrize(
    "spoil", [lambda t: t[:-2], lambda t: t[:20] + "A" + t[21:], lambda t: "x", lambda t: "v1.k1.é"]
)
def test_an_altered_value_is_refused_and_not_shown(message, spoil):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxmessage SET recipient = %s WHERE id = %s", [spoil(stored(message)), message.pk]
        )
    with pytest.raises(DecryptionRefused) as refused:
        _ = OutboxMessage.objects.get(pk=message.pk).recipient
    assert "exemple" not in str(refused.value)


def test_a_missing_key_is_named(message, settings):
    settings.ENCRYPTION_KEYS = [new_key("k9")]
    with pytest.raises(KeyMissing, match="'k1', absent from ENCRYPTION_KEYS"):
        _ = OutboxMessage.objects.get(pk=message.pk).recipient


@pytest.mark.parametrize(
    "keys", [[], ["k1"], ["k1:AAAA"], [":" + "A" * 44], ["k 1:" + "A" * 43 + "="], [new_key("a"), new_key("a")]]
)
def test_unusable_keys_stop_with_a_sentence_that_does_not_show_them(settings, keys):
    settings.ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="ENCRYPTION_KEYS") as refused:
        encryption.key_ring()
    assert "AAAA" not in str(refused.value)


def test_update_and_search_with_plain_text_are_refused(message):
    rows = OutboxMessage.objects.filter(pk=message.pk)
    with pytest.raises(TypeError, match="write it with save"):
        rows.update(recipient="clair@exemple.fr")
    with pytest.raises(TypeError, match="blind index"):
        rows.filter(recipient=SECRET).exists()
    message.recipient = "clair@exemple.fr"
    with pytest.raises(TypeError, match="write it with save"):
        OutboxMessage.objects.bulk_update([message], ["recipient"])


def test_only_text_is_accepted(db):
    with pytest.raises(TypeError, match="takes text"):
        unsaved(recipient=b"octets")


def test_nothing_shown_or_pickled_holds_the_text(message):
    fresh = OutboxMessage.objects.get(pk=message.pk)
    for row in (unsaved(), fresh, message):
        assert SECRET not in repr(row) + repr(row.__dict__)
    copied = pickle.loads(pickle.dumps(fresh))  # noqa: S301
    assert SECRET.encode() not in pickle.dumps(fresh)
    assert copied.recipient == SECRET
    with pytest.raises(TypeError, match="never pickled"):
        pickle.dumps(unsaved())


def test_a_copied_instance_keeps_its_text(db):
    row = unsaved()
    assert copy.copy(row).recipient == copy.deepcopy(row).recipient == SECRET


def test_an_empty_text_stays_empty_and_the_database_may_refuse_it(db):
    row = unsaved("")
    assert row.recipient == ""
    with pytest.raises(IntegrityError, match="outbox_has_recipient"):
        row.save()


def test_full_clean_reads_the_text(db):
    unsaved().full_clean()


def test_a_model_that_cannot_bind_its_rows_is_refused(isolated_models):
    class Numbered(models.Model):  # noqa: DJ008
        text = EncryptedTextField()

        class Meta:
            app_label = "core"

    class Indexed(models.Model):  # noqa: DJ008
        id = models.UUIDField(primary_key=True, default=uuid.uuid4)
        text = EncryptedTextField(db_index=True)

        class Meta:
            app_label = "core"

    assert "core.E101" in [found.id for found in Numbered.check()]
    assert [found.id for found in Indexed.check()] == ["core.E102"]


@pytest.fixture
def isolated_models():
    from django.test.utils import isolate_apps

    with isolate_apps("core"):
        yield


def test_blind_indexes_ignore_case_and_outer_spaces_and_nothing_else():
    same = blind_index("Maire.Olmes@exemple.fr ", purpose="official_email")
    assert same == blind_index("maire.olmes@exemple.fr", purpose="official_email")
    assert len(same) == 16
    assert same != blind_index("maire.olmes@exemple.com", purpose="official_email")


def test_blind_indexes_of_two_purposes_or_two_keys_cannot_be_joined(settings):
    first = blind_index("0612345678", purpose="telephone")
    assert first != blind_index("0612345678", purpose="household_telephone")
    settings.BLIND_INDEX_KEY = "another-key-of-more-than-32-characters"
    assert first != blind_index("0612345678", purpose="telephone")
