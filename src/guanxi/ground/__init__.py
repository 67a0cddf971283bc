"""The floor: clock, codes, money, text, secrets, outbound calls, sheets. No business noun, nothing else of Guanxi."""
