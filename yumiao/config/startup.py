"""Django started inside a command, with failures said like every other bad input."""

import os


def start() -> None:
    """Loads settings and packages once. Raises BadInput where the environment cannot be taken."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yumiao.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def start_on_tables() -> None:
    """As `start`, for commands that need the tables to be there and up to date. Raises BadInput."""
    start()
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    from yumiao.lib.errors import BadInput, Trouble

    where = str(connection.settings_dict["NAME"])
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise BadInput(
            Trouble(
                "database",
                where,
                (f"数据库打不开（{type(error).__name__}）", f"the database cannot be opened ({type(error).__name__})"),
                remedy=("检查 DATABASE_URL", "look at DATABASE_URL"),
            )
        ) from None
    if waiting:
        raise BadInput(
            Trouble(
                "not_migrated",
                where,
                (f"还有 {len(waiting)} 个表结构变更没有执行", f"{len(waiting)} changes of the tables are not applied"),
                remedy=("先运行 yumiao demo --no-serve，或 yumiao migrate", "run yumiao demo --no-serve or yumiao migrate first"),
            )
        )
