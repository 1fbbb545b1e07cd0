"""A real browser gives the verdicts of the HTTP user agent, wherever both can see."""
