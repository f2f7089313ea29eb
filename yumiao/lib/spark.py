"""A Spark session: on this machine, or on the cluster that `YUMIAO_SPARK` names. Nothing but what was asked for reaches the terminal."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadInput, Trouble

HERE = "127.0.0.1"
LOG = """
rootLogger.level = error
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c: %m%n
"""


def check() -> None:
    """Raises BadInput where pyspark or Java is missing, and says what to install."""
    if any(importlib.util.find_spec(name) is None for name in ("pyspark", "pyarrow", "pandas")):
        raise BadInput(
            Trouble(
                "no_spark", "--engine spark", ("没有安装 Spark 这一组", "the Spark group is not installed"),
                remedy=("运行 tools/setup lean spark", "run tools/setup lean spark"),
            )
        )  # fmt: skip
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin" if home else None)
    if java is None or subprocess.run([java, "-version"], capture_output=True).returncode:
        raise BadInput(
            Trouble(
                "no_java", "--engine spark", ("没有 Java", "there is no Java"), ("Java 17 或 21", "Java 17 or 21"),
                ("Debian：apt-get install openjdk-17-jre-headless", "Debian: apt-get install openjdk-17-jre-headless"),
            )
        )  # fmt: skip


@contextmanager
def session(master: str | None = None, **more: str) -> Iterator[Any]:
    """A session that ends with the block. `master` is as in Spark (default `YUMIAO_SPARK`, else all cores of this machine); `more` are
    settings of Spark, with `_` for `.`. Raises BadInput where there is no Spark, no Java or no such cluster."""
    check()
    master = master or os.environ.get("YUMIAO_SPARK") or "local[*]"
    with tempfile.TemporaryDirectory(prefix="yumiao-spark-") as place:
        made = _start(master, Path(place), {k.replace("_", "."): v for k, v in more.items()})
        try:
            yield made
        finally:
            _stop(made)


def _settings(master: str, place: Path) -> dict[str, str]:
    log = place / "log4j2.properties"
    log.write_text(LOG.format(file=place / "spark.log"))
    found = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{log} -Dderby.system.home={place}",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        "spark.sql.legacy.parquet.nanosAsLong": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
        "spark.sql.execution.arrow.maxBytesPerBatch": "64m",
        "spark.executorEnv.POLARS_MAX_THREADS": "1",
        "spark.executorEnv._RJEM_MALLOC_CONF": "dirty_decay_ms:200,muzzy_decay_ms:0",
    }
    if master.startswith("local"):
        found |= {
            "spark.driver.host": HERE,
            "spark.driver.bindAddress": HERE,
            "spark.driver.memory": "1500m",
            "spark.local.dir": str(place),
        }
    return found


def _start(master: str, place: Path, more: dict[str, str]) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName("yumiao").master(master)
    for key, value in (_settings(master, place) | more).items():
        builder = builder.config(key, value)
    if master.startswith("local"):
        os.environ.setdefault("SPARK_LOCAL_IP", HERE)
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with _quiet(place / "stderr"):
        try:
            return builder.getOrCreate()
        except Exception as error:
            said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise BadInput(Trouble("no_cluster", f"YUMIAO_SPARK: {master}", (f"连不上：{said}", f"cannot be reached: {said}"))) from None


@contextmanager
def _quiet(file: Path) -> Iterator[None]:
    """What Java says on starting, and ever after, goes to a file."""
    kept = os.dup(2)
    with file.open("wb") as out:
        os.dup2(out.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)


def _stop(made: Any) -> None:
    """Ends the session and its Java."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    made.stop()
    if gateway is not None:
        gateway.shutdown()
        process = getattr(gateway, "proc", None)
        if process is not None:
            process.stdin.close()
            process.wait(30)
        SparkContext._gateway = SparkContext._jvm = None
