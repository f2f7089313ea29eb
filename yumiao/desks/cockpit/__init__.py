"""驾驶舱 · the cockpit: where leaders see goals and duties. Not built yet; its door says what will come."""
