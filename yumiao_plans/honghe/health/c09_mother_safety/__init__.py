"""第9条 Safe mothers and babies, birth defects prevented."""
