"""The classroom: blank exercises, own data for every student, and the marks of a class."""
