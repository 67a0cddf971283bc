"""The expected answer of the permission matrix, written by hand. Nothing here is computed from the program.

Everybody stands in team oak of branch north. A customer stands, seen from them:

    own        theirs                     elsewhere  a manager's of another branch
    colleague  a manager's of oak         pool_oak   nobody's, in the pool of oak
    branch     a manager's of team elm    pool       nobody's, in no team
    deleted    a manager's of oak, but deleted

Whoever changes a right changes this table and says why.
"""

ALL = "own colleague branch elsewhere pool_oak pool"

# Whose customers, and what hangs on them, each principal sees.
SEES = {
    "manager": "own",
    "leader": "own colleague pool_oak pool",
    "service": "own colleague branch",
    "marketer": ALL,
    "analyst": ALL,
    "reviewer": ALL,
    "reader": "own colleague",
    "admin": ALL,
    "token": "own",  # of the manager, for looking only
    "agent": "own colleague pool_oak pool",  # of the leader, for looking and recording conversations
    "anonymous": "",
    "portal": "",
    "leaver": "",  # was a leader until yesterday
}

# Nouns that these principals do not see at all, whatever customer they hang on.
BLIND = {
    "child": "marketer analyst reviewer reader token agent",  # for who records consents, and nobody else
    "export": "manager service reviewer reader token agent",
    "reveal": "service marketer analyst reviewer reader token agent",
    "import": "manager service marketer analyst reviewer reader token agent",
}

# For each act: who does it, and on whose customers. Who is not named is refused on all of them.
WRITES = {
    "customer.update": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "customer.stage": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "customer.complete": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    "identifier.add": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    # who does not read phones and addresses in clear neither ends nor overwrites them
    "identifier.end": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    "preference.record": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "preference.correct": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "preference.end": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "preference.resume": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "child.note": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "declaration.note": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "child.take_back": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "survey.note": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL, "agent": "own colleague pool_oak pool"},
    "survey.take_back": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL, "agent": "own colleague pool_oak pool"},
    "risk_test.note": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "sales.rest": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "sales.go_on": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "risk_test.end": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "holding.give_notice": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "holding.withdraw_notice": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "holding.close_noticed": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "group.add": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "address.change": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    # both sides must be seen, the other is the principal's own
    "relation.record": {"leader": "colleague pool_oak pool", "service": "colleague branch", "admin": "colleague branch elsewhere pool_oak pool"},
    "household.join": {"leader": "colleague pool_oak pool", "service": "colleague branch", "admin": "colleague branch elsewhere pool_oak pool"},
    "profiling.set": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "suppositions.forget": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "consent.record": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "customer.merge": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "customer.erase": {"admin": f"{ALL} deleted"},
    "customer.assign": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "customer.delete": {"leader": "own colleague pool_oak pool", "admin": ALL},
    # many at once: whoever is out of sight is left out
    "customer.assign, many": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "customer.assign, all that fit": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "customer.delete, many": {"leader": "own colleague pool_oak pool", "admin": ALL},
    "customer.group, many": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL},
    "customer.restore": {"leader": "deleted", "admin": "deleted"},
    "conversation.log": {
        "manager": "own",
        "leader": "own colleague pool_oak pool",
        "service": "own colleague branch",
        "admin": ALL,
        "agent": "own colleague pool_oak pool",
    },
    "contact.note": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL, "agent": "own colleague pool_oak pool"},
    "promise.plan": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL, "agent": "own colleague pool_oak pool"},
    "file.attach": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL, "agent": "own colleague pool_oak pool"},
    "signal.judge": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    "credit.decide": {"leader": "own colleague pool_oak pool", "reviewer": ALL, "admin": ALL},  # never a machine, never whoever sells
    "flag.propose": {"leader": "own colleague pool_oak pool", "reviewer": ALL, "admin": ALL},
    "fraud.note": {"leader": "own colleague pool_oak pool", "reviewer": ALL, "admin": ALL},
    "loss.declare": {"manager": "own", "leader": "own colleague pool_oak pool", "service": "own colleague branch", "admin": ALL, "agent": "own colleague pool_oak pool"},
    "action.answer": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    "action.hand_over": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    # many at once: what is out of reach is left out
    "action.hand_over, many": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    "action.put_off, many": {"manager": "own", "leader": "own colleague pool_oak pool", "admin": ALL},
    "holding.complete": {"admin": ALL},
    "holding.open": {"admin": ALL},
    "dealing.record": {"admin": ALL},
}  # fmt: skip

# Acts that are done to no customer: who may.
ACTS = {
    "customer.create": "manager leader admin",
    "catalogue.create": "admin",
    "edition.begin": "analyst admin",
    "staff.take_on": "admin",
    "staff.describe": "admin",
    "staff.change_role": "admin",
    "staff.move": "admin",
    "staff.part_with": "admin",
    "team.open": "admin",
    "team.rename": "admin",
    "team.move": "admin",
    "team.close": "admin",
    "catalogue.write_product": "admin",
    "catalogue.write_estate": "admin",
    "offer.write": "marketer admin",
    "offer.submit": "marketer admin",
    "offer.approve": "leader admin",
    "offer.publish": "marketer admin",
    "promotion.register": "leader admin",
    "policy.line": "marketer admin",
    "policy.capacity": "marketer admin",
    "policy.service": "leader admin",
    "policy.rehearse": "leader marketer analyst admin",
    "market.enter": "leader marketer analyst admin",
    "improvement.take": "leader admin",
    "firm.threshold": "admin",
    "alarms.let_through": "leader analyst admin",
    "alarms.on_trial": "leader analyst admin",
    "firm.day": "admin",
    "backup.make": "admin",
    "key.rotate": "admin",
}

# Fields of a person: who reads them in clear where they see the row.
CLEAR = {
    "name": "manager leader service reviewer reader admin token agent",
    "phone": "manager leader admin token agent",
    "email": "manager leader admin token agent",
    "account": "admin",
}

# By what a search finds without a line in the journal. Sensitive numbers: never, even for who reads them.
FINDS = {"name": CLEAR["name"], "phone": CLEAR["phone"], "email": CLEAR["email"], "account": ""}

# Who recognises anybody, of any team, by a whole identifier: answered masked, with the owner, and journaled.
RECOGNISES = "manager leader service admin"
