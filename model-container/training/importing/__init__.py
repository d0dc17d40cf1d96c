"""Models of other frameworks -> models of this one."""
