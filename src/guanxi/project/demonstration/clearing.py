"""Take the demo away: it and only it. What people entered for customers of their own stays."""

from django.db import transaction

from guanxi.engage.offers.queries import offered_families, offered_products
from guanxi.engage.offers.services import remove_demo_offers
from guanxi.identity.permissions import Permission, require
from guanxi.identity.principals import Principal
from guanxi.identity.queries import demo_people, top_team
from guanxi.identity.services import declare_demo, forget_backtests, remove_demo_staff
from guanxi.record.bookmarks.services import remove_demo_views
from guanxi.record.catalogue.queries import demo_estate_ids, demo_product_ids
from guanxi.record.catalogue.services import remove_demo_estates, remove_demo_products, remove_demo_rivals
from guanxi.record.conversations.queries import count_of_demo, named_rival_ids
from guanxi.record.conversations.services import remove_conversations_of
from guanxi.record.customers.queries.presence import demo_customer_ids, estates_lived_in
from guanxi.record.customers.services.clearing import free_own_customers, remove_demo_customers
from guanxi.record.dealings.queries import used_products
from guanxi.record.dealings.services import remove_dealings_of
from guanxi.record.holdings.queries import used_products as held_products
from guanxi.record.holdings.services import remove_holdings_of
from guanxi.record.market.services import remove_demo_market
from guanxi.record.standing.services.clearing import remove_standing_of
from guanxi.rescue.improvement.services import remove_cases_of


@transaction.atomic
def clear_demo(*, by: Principal) -> dict[str, int]:
    """Remove the demo's customers with all that is theirs, its products, estates, views and staff, in one transaction.

    Contacts that people of the firm noted for the demo's customers go with these; own customers stay, and those whom the
    demo's people looked after are in the pool from then on. The firm is no demo any more, so its public sign-ins are
    closed, and its back-tests are forgotten. A refresh afterwards brings what is counted of the whole up to date. Returns
    counts. Raises Denied.
    """
    require(by, Permission.ADMINISTER)
    ids = demo_customer_ids()
    contacts, noted = count_of_demo()
    dealings = remove_dealings_of(ids)
    remove_conversations_of(ids)
    remove_holdings_of(ids)
    remove_standing_of(ids)
    customers = remove_demo_customers(ids, by=by)
    remove_demo_offers(by=by)
    remove_demo_market(by=by)
    products = demo_product_ids()
    kept = used_products(products) | held_products(products) | offered_products(products)
    remove_demo_rivals(kept=named_rival_ids())
    remove_demo_products(kept=kept, families_kept=offered_families())
    remove_demo_estates(kept=estates_lived_in(demo_estate_ids()))
    remove_demo_views(by=by)
    staff, teams = demo_people()
    freed = free_own_customers(staff=staff, teams=teams, top=top_team().pk, by=by)
    remove_cases_of(staff, by=by)
    stay = remove_demo_staff(by=by)
    forget_backtests(by=by)
    declare_demo(by=by, is_demo=False)
    return {
        "customers": customers,
        "dealings": dealings,
        "contacts": contacts,
        "of these noted by people": noted,
        "own customers now in the pool": freed,
        "staff who stay as left": len(stay),
    }
