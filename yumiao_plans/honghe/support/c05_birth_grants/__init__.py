"""第5条 Birth grants, childcare grant, insurance, tax deduction."""
