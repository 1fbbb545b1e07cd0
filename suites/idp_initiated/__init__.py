"""Logins that begin at the dashboard's tile, or anywhere else but at the RP."""
