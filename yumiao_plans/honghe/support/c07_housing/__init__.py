"""第7条 Public rental, larger flats, provident fund."""
