"""`yumiao plan`: an official text held against the plan, what of the plan works, the open readings; and the text taken into the house."""

import argparse
import json
import os

from yumiao.lib.language import say


def add(parser: argparse.ArgumentParser) -> None:
    """Sub-commands check, coverage, readings, import."""
    parser.description = say("方案：核对原文、落实情况、口径、导入原文", "The plan: check its text, coverage, readings, import its text")
    actions = parser.add_subparsers(dest="action", metavar=say("动作", "ACTION"), required=True)
    check = actions.add_parser("check", help=say("原文里的每个数与方案逐一核对", "hold every figure of an official text against the plan"))
    check.add_argument("text", metavar=say("原文", "TEXT"), help=say("txt、docx 或有文字的 pdf", "txt, docx or pdf with text"))
    coverage = actions.add_parser("coverage", help=say("每项措施落实到哪一步", "what of each measure works"))
    readings = actions.add_parser("readings", help=say("口径和未核实的数", "readings and unverified figures"))
    for one in (check, coverage, readings):
        one.add_argument(
            "--plan", default=os.environ.get("YUMIAO_PLAN") or "honghe", help=say("方案的名称或文件夹", "name or folder of a plan")
        )
        one.add_argument("--json", action="store_true", help=say("输出 JSON", "print JSON"))
    from . import imports

    imports.add_import(
        actions.add_parser("import", help=say("导入原文，页面上才显示原句", "import the text, so that pages may show its wording"))
    )


def run(args: argparse.Namespace) -> int:
    """0 done · 1 the text does not agree with the plan; raises BadInput and BadDefinition (exit 2)."""
    if args.action == "check":
        return check(args)
    if args.action == "import":
        from . import imports

        return imports.run_import(args)
    return _held(args)


def check(args: argparse.Namespace) -> int:
    """Prints what was found; 1 where anything differs, is untraced or missing."""
    from yumiao.calc.plantext import anchors, read, told
    from yumiao.calc.plantext import check as hold

    result = hold(read(args.text), anchors.load(args.plan))
    print(json.dumps(result, ensure_ascii=False, indent=1) if args.json else told.told(result))
    return 0 if result["summary"]["passes"] else 1


def _held(args: argparse.Namespace) -> int:
    """Coverage and open questions, from what is loaded."""
    from yumiao.calc.provisions import coverage, load_plan, open_questions
    from yumiao.calc.provisions.overview import told_coverage, told_questions

    plan = load_plan(args.plan)
    if args.action == "coverage":
        from yumiao.base.access.declare import carries

        result, told = coverage(plan, carries()), told_coverage
    else:
        result, told = open_questions(plan), told_questions
    print(json.dumps(result, ensure_ascii=False, indent=1) if args.json else told(result))
    return 0
