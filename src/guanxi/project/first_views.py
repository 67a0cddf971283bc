"""The saved views that a new firm begins with: everybody finds them; their names speak the language of whoever looks."""

from guanxi.ground.refusals import gettext_noop
from guanxi.identity.principals import Principal
from guanxi.record.bookmarks.choices import Sharing
from guanxi.record.bookmarks.services import NewView, save_view

FIRST_VIEWS = (
    NewView(
        noun="customer",
        name=gettext_noop("My portfolio"),
        question="sort=-value&columns=name,tier,state,value,potential,risk,next,last_contact",
        sharing=Sharing.PUBLIC,
    ),
)


def keep_first_views(*, by: Principal) -> None:
    """Keep them for everybody; `by` is the installation itself."""
    for view in FIRST_VIEWS:
        save_view(view, by=by)
