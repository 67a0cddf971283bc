"""`guanxi demo` and `guanxi demo --clear`, as the README and an administrator call them, beside a customer of the firm's own."""

import pytest

from guanxi.project.demonstration.staffing import PASSWORD


@pytest.mark.drill  # stories/test_demo_cleared.py does the same within one process, the command included
def test_the_demo_comes_with_its_sign_ins_and_goes_without_the_firms_own(firm, tmp_path):
    told = firm.run(
        "demo", "--customers", "1", "--seed", "3"
    )  # those of the stories, and the least there can be beside
    assert f"manager@demo.guanxi      {PASSWORD}" in told.stdout
    own = tmp_path / "own.csv"
    own.write_text("reference,name,phone\nOWN-1,钱自有,13912345678\n", encoding="utf-8")
    assert firm.json("import", "customers", str(own))["created"] == 1
    cleared = firm.run("demo", "--clear")
    assert "Gone: customers " in cleared.stdout
    left = firm.rows()
    assert ["钱自有" in customer for customer in left["customers_customer"]] == [True]
    demos = (
        "identity_staff",
        "identity_account",
        "holdings_holding",
        "dealings_dealing",
        "conversations_conversation",
        "actions_action",
    )
    assert [table for table in demos if left[table]] == []
    assert len(left["standing_standing"]) == 1  # the edition after it knows the firm's own alone
