"""Accounts of those who use the system."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


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
