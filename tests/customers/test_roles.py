"""Three roles, each with those before it, and what the admin role may do in Django admin."""

import pytest
from django.contrib.auth.models import Group

from customers.roles import colleagues, has_role, role_of
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def test_migrating_makes_the_three_roles():
    assert set(Group.objects.values_list("name", flat=True)) >= {"staff", "manager", "admin"}


@pytest.mark.parametrize(
    ("role", "held"),
    [("staff", ["staff"]), ("manager", ["staff", "manager"]), ("admin", ["staff", "manager", "admin"])],
)
def test_a_role_includes_those_before_it(role, held):
    user = make_user(role=role)

    assert [each for each in ("staff", "manager", "admin") if has_role(user, each)] == held


def test_somebody_without_a_group_has_no_role():
    user = make_user()
    user.groups.clear()

    assert role_of(user) == ""
    assert not has_role(user, "staff")


def test_the_admin_role_may_see_all_of_our_models_and_the_others_none():
    admin, manager = make_user(role="admin"), make_user(role="manager")

    assert admin.has_perms(["customers.view_contact", "customers.change_user", "campaigns.view_campaign"])
    assert not manager.get_all_permissions()


def test_colleagues_are_those_with_the_role_who_still_work_here():
    anna, eleni = make_user("anna", role="staff"), make_user("eleni", role="manager")
    make_user("former", role="manager", is_active=False)

    assert set(colleagues()) == {anna, eleni}
    assert set(colleagues("manager")) == {eleni}
