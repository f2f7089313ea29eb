"""What is owed: declarations and dated figures. Plans stand on each other: honghe on yunnan on china."""
