"""第16条 Fair work for women."""
