"""Yumiao 育苗: carries out a prefecture's birth-support and population plan. What is owed lives beside it, in `yumiao_plans`."""
