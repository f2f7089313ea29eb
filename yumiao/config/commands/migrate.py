"""`yumiao migrate`: brings the tables of the database up to date."""

import argparse

from yumiao.lib.language import say


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.description = say("更新数据库的表", "Brings the tables of the database up to date")
    parser.add_argument(
        "--check", action="store_true", help=say("只看有没有没执行的变更：有则退出码 1", "only look: exit 1 where changes wait")
    )


def run(args: argparse.Namespace) -> int:
    """0 up to date; with --check 1 where changes wait. Raises BadInput where the database cannot be opened."""
    from yumiao.config.startup import start, start_on_tables

    start()
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    from yumiao.lib.errors import BadInput, Trouble

    if args.check:
        try:
            start_on_tables()
        except BadInput as error:
            if error.troubles[0].code != "not_migrated":
                raise
            print(error)
            return 1
        return 0
    try:
        call_command("migrate", interactive=False, verbosity=1)
    except DatabaseError as error:
        raise BadInput(
            Trouble(
                "database",
                str(connection.settings_dict["NAME"]),
                (f"数据库打不开（{type(error).__name__}）", f"the database cannot be opened ({type(error).__name__})"),
            )
        ) from None
    return 0
