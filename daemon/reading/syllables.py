"""Whether a word is a Vietnamese syllable: one onset, one rime, one tone. The evidence by which old encodings are recognised."""

import re
import unicodedata
from functools import lru_cache

from daemon.reading.characters import words

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE = re.compile(f"[{_TONES}]")
_SHAPE = re.compile(r"(ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx]|)([aăâeêioôơuưy].*)", re.DOTALL)
_RIMES = words(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
    ê êch êm ên êng ênh êp êt êu i ich im in inh ip it iu ia iêc iêm iên iêng iêp iêt iêu o oc oi om on ong op ot
    oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oem oen oeo oet ooc oong ô ôc ôi ôm
    ôn ông ôp ôt ơ ơi ơm ơn ơng ơp ơt u uc ui um un ung up ut ua uân uâng uât uây uê uêch uên uênh uêt uêu uôc uôi
    uôm uôn uông uôt uơ uơi uy uya uych uyên uyêt uynh uyt uyu uyp ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn
    ương ươp ươt ươu y yêm yên yêng yêt yêu ăng ieng ua
    """
)
_AFTER_QU = words(
    """
    a ac ach ai an ang anh ao at au ay ăc ăm ăn ăng ăp ăt ân âng ât ây e en eo et ê êch ên ênh êt i it y ych ynh yt
    yên yêt yêu ơ ơi ơn ơt ôc ôn in inh ich ip
    """
)


@lru_cache(maxsize=4096)
def is_syllable(word: str) -> bool:
    """Whether the word could be Vietnamese; case and the place of the tone mark do not matter."""
    spread = unicodedata.normalize("NFD", word.lower())
    if len(spread) > 12 or len(_TONE.findall(spread)) > 1:
        return False
    match = _SHAPE.fullmatch(unicodedata.normalize("NFC", _TONE.sub("", spread)))
    if match is None:
        return False
    onset, rime = match.groups()
    if onset == "qu":
        return rime in _AFTER_QU
    return rime in _RIMES or (onset == "gi" and f"i{rime}" in _RIMES)


def is_marked_syllable(word: str) -> bool:
    """The same, and the word carries a sign that only Vietnamese spelling explains; "ban" could be any language's."""
    return not word.isascii() and is_syllable(word)
