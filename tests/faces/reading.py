"""Pages as a person reads them, and as they stand."""

import re


def words_of(response) -> str:
    """The text of a page's main part, without keys and markup."""
    page = response.content.decode()
    main = re.search(r"<main.*?</main>", page, re.DOTALL)
    text = re.sub(r"<(kbd|svg|script|template).*?</\1>", " ", main[0] if main else page, flags=re.DOTALL)
    text = re.sub(r"</?a\b[^>]*>", "", text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("&quot;", '"').strip()


def main_of(response) -> str:
    """The main part as it stands, without the tokens that differ from answer to answer."""
    main = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert main, response.content.decode()[:500]
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", main[0])
