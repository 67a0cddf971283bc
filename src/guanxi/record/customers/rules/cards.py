"""What people mean when they ask about preference cards in their own words: "who likes Pu'er tea?", "谁喜欢普洱茶"."""

import re

from guanxi.ground.text.normalise import compatible

_AROUND = re.compile(
    r"\b(?:who|whom|which|what|customers?|clients?|people|likes?|loves?|drinks?|eats?|does|do|the|a|an|to)\b"
    r"|有哪些人|哪些(?:客户|顾客|人)?|哪(?:个|位)(?:客户|顾客)?|谁(?:最|都)?|喜欢|爱(?:喝|吃|听|聊)|的(?:客户|顾客|人)|[?？!！。,，]",
    re.IGNORECASE,
)


def words_meant(text: str) -> str:
    """Return the words of a question that a card may hold, without those around them; the text itself where nothing is left."""
    plain = compatible(text).strip()
    return " ".join(_AROUND.sub(" ", plain).split()) or plain
