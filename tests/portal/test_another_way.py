"""Where a person goes who could not use one key: what he wants a stronger stay for is not forgotten."""

import pytest
from django.http import QueryDict

from auth.models import Session
from portal.pages.another_way import way_to_another_key


@pytest.mark.parametrize(
    ("level", "way"),
    [
        ("450", "/step-up?level=450&next=%2Fkeys"),
        ("", "/sign-in?next=%2Fkeys"),
        ("451", "/sign-in?next=%2Fkeys"),
        ("9" * 5000, "/sign-in?next=%2Fkeys"),
        ("\u0664\u0665\u0660", "/sign-in?next=%2Fkeys"),
    ],
    ids=["a level", "none", "no level", "far too long", "digits of another script"],
)
def test_a_stay_is_strengthened_to_a_level_that_there_is(level: str, way: str):
    asked = QueryDict(mutable=True)
    asked.update({"next": "/keys", "level": level})

    assert way_to_another_key(Session(), asked) == way
