"""工作台 · the counter: where staff decide cases. Not built yet; its door says what will come."""
