"""What came and what was judged only grows: the database refuses to change or delete a row of it."""

from yumiao.base.audit.triggers import Guard

TABLES = ("originalfile", "fileblock", "part", "finding", "mention", "judgment")
KEPT = Guard("exchange", "what departments sent", tuple(f"exchange_{name}" for name in TABLES))
FIGURES = ("ruling", "birthworked", "weighed", "tally", "closing", "measure", "sample", "drawn")
CLOSED = Guard("exchange_board", "what was judged and counted", tuple(f"exchange_{name}" for name in FIGURES))
