"""`yumiao demo`: built, served, reused; and never in a database that is not a demonstration."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import stat
import time
import urllib.error
import urllib.request

import polars as pl
import pytest
from django.core import signing

from yumiao.config.characters import CAST, COOKIE, SALT
from yumiao.config.cli import main

pytestmark = pytest.mark.database


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(port: int, path: str = "/", cookie: str = "") -> tuple[int, str, dict]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), dict(error.headers)


@contextlib.contextmanager
def serving(program, *more, **environment):
    port = free_port()
    program.collected()
    server = program.start("demo", "--port", port, *more, **environment)
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                fetch(port, "/health/")
                break
            assert server.poll() is None, server.stdout.read()
            time.sleep(0.1)
        yield port, server
    finally:
        server.send_signal(signal.SIGINT)
        out, _ = server.communicate(timeout=30)
        assert server.returncode == 0 and "Traceback" not in out, out


def test_builds_serves_and_is_reused(program):
    with serving(program) as (port, server):
        status, text, headers = fetch(port)
        assert status == 200 and "育苗" in text and "default-src 'none'" in headers["Content-Security-Policy"]
        assert fetch(port, "/health/")[1] == "ok\n"
        assert "Yumiao" in fetch(port, "/?lang=en")[1]
        assert fetch(port, "/nowhere/")[0] == 404
        taken = program("demo", "--port", port)
        assert taken.returncode == 2 and "端口" in taken.stderr and f"127.0.0.1:{port}" in taken.stderr and "--port" in taken.stderr
        for _ in range(100):  # the rounds seal what the building left
            tail = json.loads(program("audit", "verify", "--json").stdout)["unsealed"]
            if not tail:
                break
            time.sleep(0.1)
        assert tail == 0
    first = program.sql("SELECT count(*) FROM people_account")[0][0]
    assert first == len(CAST) and program.sql("SELECT count(*) FROM people_account WHERE NOT invented")[0][0] == 0
    again = program.build("--scale", "0.02")
    assert again.returncode == 0 and "沿用" in again.stdout and "虚构" in again.stdout
    assert program.sql("SELECT count(*) FROM people_account")[0][0] == first
    built = program.sql("SELECT object_id FROM audit_entry WHERE verb = 'demo.build' ORDER BY id")
    assert [row[0] for row in built] == ["0", "0"]  # built without a registry


def test_the_day_is_fixed_and_can_be_set(program):
    shown = "import django; django.setup(); from yumiao.base.calendar.queries import today; print(today())"
    import subprocess
    import sys

    for more, expected in (({"YUMIAO_DEMO": "1"}, "2025-10-20"), ({"YUMIAO_DEMO": "1", "YUMIAO_TODAY": "2024-02-29"}, "2024-02-29")):
        env = program.environment(DJANGO_SETTINGS_MODULE="yumiao.config.settings", **more)
        assert subprocess.run([sys.executable, "-c", shown], env=env, capture_output=True, text=True, check=True).stdout.strip() == expected


def test_what_it_writes_is_its_owners_alone(program):
    assert program.build().returncode == 0
    kept = [program.folder / "secret_key", *([] if program.url else [program.folder / "yumiao.sqlite3"])]
    assert all(stat.S_IMODE(os.stat(path).st_mode) == 0o600 for path in kept)
    key = (program.folder / "secret_key").read_text()
    assert program.build().returncode == 0
    assert (program.folder / "secret_key").read_text() == key and len(key) > 60


def test_another_folder(program, tmp_path):
    if program.url:
        pytest.skip("the folder holds the database only where it is embedded")
    done = program("demo", "--no-serve", "--dir", tmp_path / "elsewhere")  # with files collected for the first time
    assert done.returncode == 0 and (tmp_path / "elsewhere" / "yumiao.sqlite3").exists() and not program.folder.exists()


@pytest.mark.parametrize(
    ("arguments", "where"),
    [
        (["--scale", "0"], "--scale"),
        (["--scale", "2"], "--scale"),
        (["--scale", "nan"], "--scale"),
        (["--scale", "a"], "--scale"),
        (["--prefecture", "2"], "--prefecture"),
        (["--prefecture", "all"], "--prefecture"),
        (["--size", "0"], "--size"),
        (["--port", "0"], "--port"),
        (["--port", "99999"], "--port"),
        (["--port", "http"], "--port"),
        (["--today", "yesterday"], "--today"),
        (["--today", "2025-02-30"], "--today"),
        (["--host", "192.0.2.1"], "192.0.2.1"),
        (["--nonsense"], "--nonsense"),
        (["--no-serve", "--dir", "/proc/nowhere"], "--dir"),
        (["--no-serve", "--dir", __file__], "--dir"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_written(tmp_path, monkeypatch, capsys, arguments, where):
    monkeypatch.setenv("YUMIAO_VAR", str(tmp_path / "var"))
    assert main(["demo", *arguments]) == 2
    assert where in capsys.readouterr().err
    assert not (tmp_path / "var").exists()


def test_a_real_installation_is_never_touched(program):
    assert program("migrate").returncode == 0
    program.sql(
        "INSERT INTO people_account (username, display_name, language, is_active, invented, created_at, password) "
        "VALUES ('real', 'x', 'zh', true, false, '2025-01-01 00:00:00+00:00', '!')"
    )
    before = program.sql("SELECT count(*) FROM people_account"), program.sql("SELECT count(*) FROM audit_entry")
    done = program("demo", "--no-serve")
    assert done.returncode == 2 and "不是演示" in done.stderr and "--dir" in done.stderr
    assert (program.sql("SELECT count(*) FROM people_account"), program.sql("SELECT count(*) FROM audit_entry")) == before


def test_a_real_account_in_a_demonstration_ends_it(built):
    built.sql("UPDATE people_account SET invented = false WHERE username = 'demo-finance'")
    assert built.build().returncode == 2


def test_somebody_elses_tables_are_never_touched(program):
    program.folder.mkdir(parents=True, exist_ok=True)
    program.sql("CREATE TABLE theirs (id integer)")
    done = program("demo", "--no-serve")
    assert done.returncode == 2 and "不是演示" in done.stderr
    tables = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if not program.url
        else "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    )
    assert program.sql(tables) == [("theirs",)]


@pytest.mark.crash
@pytest.mark.parametrize("step", ["2/5", "4/5"])
def test_a_build_that_was_killed_is_finished_by_the_next(program, step):
    if step == "2/5":  # the other one is killed while it collects, and the next collects it all
        program.collected()
    process = program.start("demo", "--no-serve")
    for line in process.stdout:
        if step in line:
            process.kill()
            break
    process.wait(30)
    process.stdout.close()
    done = program.build()
    assert done.returncode == 0, done.stderr
    assert program.sql("SELECT count(*) FROM people_account")[0][0] == len(CAST)
    assert json.loads(program("audit", "verify", "--json").stdout)["whole"]


def test_messages_in_english(program):
    done = program.build(YUMIAO_LANG="en")
    assert done.returncode == 0 and "All people are invented" in done.stdout


SMALL = ("--size", "0.0005")


def test_a_prefecture_is_invented_once_its_files_are_taken_in_and_it_is_decided(program, tmp_path):
    done = program.build(*SMALL, "--prefecture", "1", "--scale", "1", YUMIAO_REGISTRY="1")
    assert done.returncode == 0, done.stderr
    assert "2023-12-31、2024-12-31、2025-10-20" in done.stdout and "常住" in done.stdout
    assert "个孩子的一家" in done.stdout and "沿用" not in done.stdout.split("个孩子的一家")[0][-40:]
    [bound] = program.sql("SELECT person_id, until FROM people_binding")
    [home] = program.sql(f"SELECT residence_area FROM people_person WHERE id = {bound[0]}")
    assert bound[1] is None and home[0].startswith("532503")
    listed = program.sql("SELECT count(*) FROM people_person WHERE listed AND merged_into IS NULL")[0][0]
    batches = program.sql("SELECT department, state, trust FROM exchange_batch")
    assert len({name for name, _, _ in batches}) == len(batches) == 7
    assert {(state, trust) for _, state, trust in batches} == {("taken", "invented")}
    sources = program.sql("SELECT department, trust FROM people_source WHERE reference LIKE 'batch:%' AND department <> 'registry'")
    assert {name for name, _ in sources} == {name for name, _, _ in batches} - {"statistics"}
    assert {trust for _, trust in sources} == {"invented"}
    assert program.sql("SELECT count(*) FROM people_identifier WHERE kind = 'synthetic'") == [(0,)]  # nothing but what departments sent
    snapshot = next((program.folder / "snapshots").glob("*/persons.parquet"))
    whole = set(pl.read_parquet(snapshot, columns=["id"])["id"].cast(pl.Int64))
    told = pl.read_parquet(next((program.folder / "feeds").glob("*/links.parquet")))["person"].cast(pl.Int64).drop_nulls()
    assert set(told) <= whole and told.n_unique() > 0.98 * len(whole), "the files are about other persons than the snapshot"
    taken = program("snapshot", "--out", tmp_path / "snap", "--as-of", "2025-10-20", "--json")
    assert taken.returncode == 0 and json.loads(taken.stdout)["rows"]["persons"] == listed, taken.stderr
    batch = program("batch", tmp_path / "snap", "--json")
    assert batch.returncode == 0 and json.loads(batch.stdout)["people"] == listed, batch.stderr
    assert any(row["yes"] for row in json.loads(batch.stdout)["totals"])
    about = json.loads(next((program.folder / "snapshots").glob("*/about.json")).read_text("utf-8"))
    assert about["invented"] is True and about["date"] == "2025-10-20"
    runs = program.sql('SELECT id, people, source FROM rights_run ORDER BY "on"')
    assert len(runs) == 3 and {row[1] for row in runs} == {about["rows"]["persons"]} and {row[2] for row in runs} == {"synthetic"}
    again = program.build(*SMALL, "--prefecture", "1", YUMIAO_REGISTRY="1")
    assert again.returncode == 0 and program.sql("SELECT count(*) FROM rights_run")[0][0] == 3 and "沿用 honghe" in again.stdout
    assert program.sql("SELECT count(*) FROM people_person WHERE listed AND merged_into IS NULL")[0][0] == listed
    assert program.sql("SELECT count(*) FROM exchange_batch") == [(7,)]
    assert program.sql("SELECT person_id, until FROM people_binding") == [bound]
    assert program.sql("SELECT count(*) FROM population_headcount")[0][0] == 1
    asked = ["rights.compare", "rights.reckon", "rights.reckon"]
    assert program.sql("SELECT kind, state FROM jobs_job ORDER BY id") == [(kind, "waiting") for kind in asked]
    with serving(program, *SMALL, "--prefecture", "1") as (port, server):
        assert "模拟" in fetch(port, "/plan/rules/birth_grant/")[1] and "模拟" in fetch(port, "/plan/prefecture/")[1]
        key = (program.folder / "secret_key").read_text().strip()
        page = fetch(port, cookie=f"{COOKIE}={signing.dumps('mother', key=key, salt=SALT)}")[1]  # read in columns by a child of the server
        assert "登记库" in page and program.sql(f"SELECT name FROM people_person WHERE id = {bound[0]}")[0][0] in page
        number = program.sql("SELECT id FROM rights_reckoning ORDER BY id")[0][0]
        for _ in range(900):  # the worker that the server started takes up what waits
            if program.sql("SELECT state FROM jobs_job WHERE kind = 'rights.reckon' ORDER BY id")[0][0] != "waiting":
                break
            time.sleep(0.1)
        page = fetch(port, f"/plan/whatif/{number}/")[1]
        assert "正在算" in page or "每年要多少" in page
        [worker] = workers_of(server.pid)
    assert not alive(worker)
    assert program.sql("SELECT count(*) FROM jobs_job WHERE state = 'failed'") == [(0,)]


def workers_of(parent: int) -> list[int]:
    """The workers for jobs that a server has started."""
    found = []
    for entry in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat_, command = (entry / "stat").read_text(), (entry / "cmdline").read_text().split("\0")
            if int(stat_.rpartition(")")[2].split()[1]) == parent and "--jobs" in command:
                found.append(int(entry.name))
    return found


def alive(process: int) -> bool:
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.mark.crash
def test_the_worker_ends_when_its_server_is_killed(built):
    port = free_port()
    server = built.start("demo", "--port", port)
    for _ in range(300):
        with contextlib.suppress(OSError):
            fetch(port, "/health/")
            break
        time.sleep(0.1)
    [worker] = workers_of(server.pid)
    server.kill()
    server.wait(10)
    for _ in range(100):
        if not alive(worker):
            break
        time.sleep(0.1)
    assert not alive(worker)
    server.stdout.close()
