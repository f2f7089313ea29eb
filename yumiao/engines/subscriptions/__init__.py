"""订阅 · other systems that are told when something happens in their area: what they asked for, and every notice until it arrived."""
