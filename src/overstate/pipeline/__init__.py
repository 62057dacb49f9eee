"""spaCy components that find hedges and claims and judge the claims. The only package that handles Docs."""
