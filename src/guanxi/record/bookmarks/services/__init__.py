"""Acts on bookmarks. Views are journaled: a shared one changes what others see; what one opened or keeps at hand is
nobody's act but one's own, and is not.
"""

from guanxi.record.bookmarks.services.arranging import forget_arrangement, open_history_with, shift_panel
from guanxi.record.bookmarks.services.marking import note_opened, order_favourites, set_favourite
from guanxi.record.bookmarks.services.viewing import (
    NewView,
    change_view,
    choose_default_view,
    choose_quick_filters,
    order_views,
    remove_demo_views,
    remove_view,
    save_view,
)

__all__ = [
    "NewView",
    "change_view",
    "choose_default_view",
    "choose_quick_filters",
    "forget_arrangement",
    "note_opened",
    "open_history_with",
    "order_favourites",
    "order_views",
    "remove_demo_views",
    "remove_view",
    "save_view",
    "set_favourite",
    "shift_panel",
]
