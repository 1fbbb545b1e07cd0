"""A relying party that behaves on the wire as Upflow does: the Firebase SDK before an Identity Platform of ours."""
