"""Accounts of those who use the system, and whose affairs they look after."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q


class Account(AbstractBaseUser):
    """账号 · account: who acts. Not a person of the registry: rights come from roles, persons are bound later.

    There is no superuser and no staff flag. `invented` marks the people of the demonstration; they never log in with a password.
    """

    username = models.CharField(max_length=60, unique=True)
    display_name = models.CharField(max_length=60)
    language = models.CharField(max_length=2, default="zh", choices=[("zh", "中文"), ("en", "English")])
    is_active = models.BooleanField(default=True)
    invented = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    objects = BaseUserManager()

    def __str__(self) -> str:
        return self.username


class Binding(models.Model):
    """绑定 · binding: the person of the registry who acts by an account, from when until when; one person for an account, and back."""

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(until=None), name="people_binding_one_person"),
            models.UniqueConstraint(fields=["person"], condition=Q(until=None), name="people_binding_one_account"),
        ]

    def __str__(self) -> str:
        return f"account {self.account_id}: person {self.person_id}"
