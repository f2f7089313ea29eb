# 育苗 · the doors of the house. Each sets up what it is missing; after that it needs no network.

BROWSING := chromium fonts-noto-cjk libatomic1
PRINTING := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk
TESTING  := $(BROWSING) $(PRINTING) poppler-utils postgresql gettext git openjdk-17-jre-headless
GROUPS_  := $(or $(GROUPS),lean)

.PHONY: doors demo test prove bench docs setup lint

doors:
	@echo "make demo     建好演示并打开 http://127.0.0.1:8000 · builds the demonstration and serves it"
	@echo "make test     全部测试 · all tests: lint, types, layers, SQLite, PostgreSQL, Chromium"
	@echo "make prove    同样的测试，范围更大 · the same tests with larger bounds"
	@echo "make bench    重新测量 docs/benchmarks.md 的数字 · measures the figures again"
	@echo "make docs     重拍文档图片 · takes the pictures of the guides again"
	@echo "make setup    只建 .venv · only makes .venv (GROUPS=\"lean test\")"
	@echo "make lint     只查代码 · only lint, types, layers"

setup:
	@tools/setup $(GROUPS_)

demo:
	@tools/debian "打印与字体 · printing and fonts" $(PRINTING) || echo "没有这些包也能演示，只是不能打印 PDF · the demonstration works without them, but prints no PDF"
	@tools/setup lean linkage
	@.venv/bin/yumiao demo $(ARGS)

test:
	@tools/debian "测试 · tests" $(TESTING)
	@tools/setup lean test linkage spark
	@tools/test $(ARGS)

prove:
	@tools/debian "测试 · tests" $(TESTING)
	@tools/setup lean test linkage spark
	@YUMIAO_PROVE=1 tools/test $(ARGS)

lint:
	@tools/setup lean test
	@tools/lint

bench:
	@tools/debian "测量 · measuring" $(BROWSING) postgresql openjdk-17-jre-headless
	@tools/setup lean test linkage bench spark
	@tools/postgres .venv/bin/python benchmarks/run.py $(ARGS)

docs:
	@tools/debian "图片 · pictures" $(TESTING)
	@tools/setup lean test
	@YUMIAO_PICTURES=1 .venv/bin/pytest -q -m pictures $(ARGS)
