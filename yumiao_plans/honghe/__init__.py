"""红河州 Honghe prefecture: its birth-support plan, chapter by chapter, one room for each clause."""
