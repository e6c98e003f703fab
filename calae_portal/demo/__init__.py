"""The demonstration's content: invented people in invented communes, and two years of invented history.

Nothing here is needed by production, and `seed_demo` refuses to run there.
"""
