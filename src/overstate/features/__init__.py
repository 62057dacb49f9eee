"""Numbers for the classifiers, made of token arrays. No spaCy objects here."""
