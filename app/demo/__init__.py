"""The demo city: invented people in Kota Serang's real structure.

Everything in this package is pure and deterministic: the same size and seed
give the same city. Nobody in it exists; addresses end in the reserved domain
``serang.example`` (RFC 2606).
"""
