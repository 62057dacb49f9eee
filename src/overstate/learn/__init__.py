"""The learned parts: scikit-learn estimators behind three small models. They see arrays, never spaCy objects."""
