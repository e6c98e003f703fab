from django.apps import apps

from tests.house.layers import APPLICATIONS, HEIGHT, may_point_to

OUR_MODELS = [model for name in APPLICATIONS for model in apps.get_app_config(name).get_models()]


def test_foreign_keys_point_downwards_only():
    upwards = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in OUR_MODELS
        for field in (*model._meta.fields, *model._meta.many_to_many)
        if field.is_relation and field.related_model._meta.app_label in HEIGHT
        if not may_point_to(model._meta.app_label, field.related_model._meta.app_label)
    ]
    assert upwards == []


def test_a_foreign_key_between_neighbours_would_be_refused():
    assert not may_point_to("call_buttons", "support")
    assert not may_point_to("core", "accounts")
    assert may_point_to("cases", "officials")


def test_every_model_is_named_in_lower_case_french():
    unnamed = [
        model._meta.label
        for model in OUR_MODELS
        if not {"verbose_name", "verbose_name_plural"} <= set(model._meta.original_attrs)
        or str(model._meta.verbose_name)[:1].isupper()
    ]
    assert unnamed == []


def test_no_model_reads_the_real_time_behind_the_clock():
    automatic = [
        f"{model._meta.label}.{field.name}"
        for model in OUR_MODELS
        for field in model._meta.fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert automatic == [], "auto_now uses the true time: give the field core.clock.now()"
