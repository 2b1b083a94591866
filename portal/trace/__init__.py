"""The chain (脉络): every step of a matter in order, who did it in which role, who owes the next and by when."""
