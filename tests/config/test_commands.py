"""Commands that use the database: exit codes, JSON, refusals in words."""

import json

import pytest

from yumiao.config.cli import main

pytestmark = pytest.mark.database
TEXT = "关于试行的方案\n\n一、总体目标\n\n有目标。\n\n二、重点任务\n\n（一）第一章\n\n1. 种树。每户种两棵。\n\n2. 浇水。每周浇一次。\n"


def unguarded(program, statement: str) -> None:
    """What somebody with the database's file or its owner's rights can do."""
    if program.url:
        program.sql("ALTER TABLE audit_entry DISABLE TRIGGER USER", statement)
    else:
        program.sql("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete", statement)


def test_a_whole_chain_exits_0(built):
    done = built("audit", "verify", "--json")
    found = json.loads(done.stdout)
    assert (
        done.returncode == 0
        and found["whole"]
        and found["guarded"]
        and found["bad_row"] is None
        and found["rows"] > 10
        and found["unsealed"] == 0
    )
    assert "完好" in built("audit", "verify").stdout and found["head"] in built("audit", "verify", YUMIAO_LANG="en").stdout


def test_a_flipped_byte_exits_1_and_names_the_row(built):
    unguarded(built, "UPDATE audit_entry SET role = 'systen' WHERE id = 5")
    done = built("audit", "verify", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1 and (found["whole"], found["bad_row"], found["rows"], found["guarded"]) == (False, 5, 4, False)
    words = built("audit", "verify", YUMIAO_LANG="en")
    assert words.returncode == 1 and "the first bad row is 5" in words.stdout and "triggers" in words.stderr
    unguarded_again = "UPDATE audit_entry SET role = 'system' WHERE id = 5"
    built.sql(unguarded_again)
    assert built("audit", "verify").returncode == 0


def test_the_unsealed_tail_is_counted(built, tmp_path):
    text = tmp_path / "方案.txt"
    text.write_text(TEXT)
    assert built("plan", "import", text).returncode == 0
    assert json.loads(built("audit", "verify", "--json").stdout)["unsealed"] == 1
    assert built("work", "--once").returncode == 0
    assert json.loads(built("audit", "verify", "--json").stdout)["unsealed"] == 0


@pytest.mark.parametrize("arguments", [["audit", "verify"], ["work", "--once"]])
def test_a_database_without_tables_exits_2(program, arguments):
    done = program(*arguments)
    assert done.returncode == 2 and "yumiao migrate" in done.stderr and done.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [["audit"], ["audit", "nonsense"], ["audit", "verify", "more"], ["nonsense"], ["work", "--put-back", "x"], ["migrate", "x"]],
)
def test_wrong_usage_exits_2(arguments, capsys):
    assert main(arguments) == 2
    assert capsys.readouterr().out == ""


def test_migrate(program):
    assert program("migrate", "--check").returncode == 1
    assert program("migrate").returncode == 0
    assert program("migrate", "--check").returncode == 0 and program("migrate").returncode == 0


def test_import_acts_as_the_demonstrations_operator_or_as_the_account_named(built, tmp_path):
    text = tmp_path / "方案.txt"
    text.write_text(TEXT)
    done = built("plan", "import", text, "--json")
    assert done.returncode == 0 and json.loads(done.stdout)["new"] and {"1", "2"} <= set(json.loads(done.stdout)["clauses"])
    assert json.loads(built("plan", "import", text, "--json", "--as", "demo-operator").stdout)["new"] is False
    refused = built("plan", "import", text, "--as", "demo-county")
    assert refused.returncode == 2 and "不能导入" in refused.stderr
    assert built("plan", "import", text, YUMIAO_AS="nobody").returncode == 2
    rows = built.sql("SELECT who, outcome FROM audit_entry WHERE verb = 'documents.import_text' ORDER BY id")
    assert rows == [("demo-operator", "done"), ("demo-operator", "done"), ("demo-county", "refused:verb")]


def test_import_outside_the_demonstration_asks_for_an_account(program, tmp_path):
    text = tmp_path / "方案.txt"
    text.write_text(TEXT)
    assert program("migrate").returncode == 0
    done = program("plan", "import", text)
    assert done.returncode == 2 and "--as" in done.stderr
    assert program.sql("SELECT count(*) FROM documents_clausetext") == [(0,)]


@pytest.mark.parametrize(
    ("name", "content"),
    [("missing.txt", None), ("empty.txt", b""), ("a.docx", b"PK broken"), ("a.exe", b"MZ"), ("words.txt", "没有条款".encode()), ("", None)],
)
def test_bad_files_exit_2_and_leave_nothing(built, tmp_path, name, content):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = built("plan", "import", tmp_path / name)
    assert done.returncode == 2 and (name or str(tmp_path)) in done.stderr
    assert built.sql("SELECT count(*) FROM documents_officialtext") == [(0,)]


def test_nothing_is_put_back_that_is_not_dead(built):
    done = built("work", "--put-back", "1")
    assert done.returncode == 2 and "死信" in done.stderr
    assert built("work", "--put-back", "1", "--as", "demo-county").returncode == 2


def test_work_ends_when_asked(built):
    import signal

    process = built.start("work")
    assert "投递" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert process.returncode == 0 and out == ""


@pytest.mark.parametrize(
    ("variable", "value"), [("YUMIAO_DEBUG", "perhaps"), ("DATABASE_URL", "mysql://x/y"), ("YUMIAO_VAR", "/proc/nowhere")]
)
def test_settings_that_cannot_be_taken_are_named(program, variable, value):
    done = program("audit", "verify", **{variable: value})
    assert done.returncode == 2 and variable in done.stderr


def test_a_database_that_is_away_is_said(program):
    for command in (["audit", "verify"], ["demo", "--no-serve"]):
        done = program(*command, DATABASE_URL="postgresql://nobody@/none?host=/nowhere")
        assert done.returncode == 2 and "数据库打不开" in done.stderr
