"""The restricted language of offers: who they are for. Text → tree → checked against a vocabulary → one SQL predicate.

    tier in ('A', 'B') and age between 25 and 60
    has_signal(new_home, confirmed) and not owns('home_contents')
    days_since(last_purchase) <= 90 and spend_90 / visits_90 > 200
    likely_next('car_loan')

Nothing in it runs by itself: no function but the four, no table, no variable but the features of the vocabulary.
"""

from guanxi.engage.offers.grammar.checking import check_tree
from guanxi.engage.offers.grammar.compiling import predicate_of
from guanxi.engage.offers.grammar.parsing import parse_criteria
from guanxi.engage.offers.grammar.printing import print_tree
from guanxi.engage.offers.grammar.tree import Condition, floor_in, names_in, needed_in, references_in, signals_in
from guanxi.engage.offers.grammar.words import Feature, ValueKind, Vocabulary

__all__ = [
    "Condition",
    "Feature",
    "ValueKind",
    "Vocabulary",
    "check_tree",
    "floor_in",
    "names_in",
    "needed_in",
    "parse_criteria",
    "predicate_of",
    "print_tree",
    "references_in",
    "signals_in",
]
