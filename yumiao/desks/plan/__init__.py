"""方案 · the plan for everybody: its clauses, measures, rules, figures and readings, each with state, source and who answers."""
