from support.enums.associations import Help

__all__ = ["Help"]
