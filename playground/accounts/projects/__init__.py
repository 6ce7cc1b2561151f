"""Projects: what several people see together, and who they are.

One level: a project is in no other one. A model joins by inheriting `InProject` and giving its
manager `InProjectQuerySet` (accounts/visibility.py). Open models.py first.
"""
