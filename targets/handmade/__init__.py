"""A relying party written by hand: requests and cookies, and every check its own. It stands beside the reference,
which is made with Authlib, so that the cases meet other habits."""
