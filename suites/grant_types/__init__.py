"""What the app is allowed to, by its settings at Okta, and how the RP bears it when that is not what it needs.

The settings are the app's for one login (docs/decisions/0013, 7). Every control signs in with settings that allow more
than the RP needs, so that it is the missing one that counts.
"""
