"""The floor: clock, codes, money, text, secrets, outbound calls, sheet dataclasses. No business noun; nothing else of Guanxi is imported here."""
