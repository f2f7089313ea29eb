"""第14条 Forms of childcare; rooms for mother and baby."""
