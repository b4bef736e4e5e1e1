"""The signature of a mail: a block that says who and where, after a rule, closing words, or at the very end."""

from collections.abc import Sequence

from daemon.reading.characters import folded
from daemon.reading.closings import could_take_leave, is_closing, is_finished, is_greeting
from daemon.reading.endings import ending
from daemon.reading.furniture import RULE, without_furniture
from daemon.reading.offices import UNIT, is_official, signs_for_office
from daemon.reading.signers import (
    CONTACT,
    POSTSCRIPT,
    Names,
    could_be_name,
    ends_with_name,
    holds_post,
    is_name,
    is_persons,
    is_post,
    is_quiet,
    is_sign_off,
    lists_people,
    looks_signed,
    mentions,
    name_words,
    says_who,
    says_who_by_label,
    shortened,
    without_emphasis,
)
from daemon.reading.speech import is_speech
from daemon.reading.tails import could_sign, is_tail, without_slogan

SEPARATOR = "--"  # RFC 3676 section 4.3; the blank behind it does not survive every client
_LONGEST = 14  # lines of a signature
_LONGEST_OFFICIAL = 6  # lines in which an official signs
_SEARCHED = 60  # lines from the end in which one is looked for


def split_signature(lines: Sequence[str], sender_name: str, *, may_empty: bool) -> tuple[list[str], list[str]]:
    """The text's lines, and those of signature, disclaimer, device line and banner in their order.

    `may_empty` allows that no text is left (a reply that only quotes). Otherwise a mail that would be trimmed to
    nothing keeps everything.
    """
    kept, around = without_furniture(lines)
    while kept and around and (not kept[-1].strip() or kept[-1].strip() == SEPARATOR):
        kept.pop()  # a separator with nothing but a device line below it
    start, end = _above_postscript(kept, sender_name)
    typed = kept[:start] + kept[end:]
    if not any(line.strip() for line in typed) and any(line.strip() for line in kept) and not may_empty:
        typed, start, end = kept, 0, 0
    if not any(line.strip() for line in typed) and not may_empty:
        return list(lines), []
    return typed, [*kept[start:end], *([""] if start < end and around else []), *around]


def _above_postscript(lines: Sequence[str], sender_name: str) -> tuple[int, int]:
    """The span of the signature; it may end at a postscript, which is text however the signature looks."""
    bare = [without_emphasis(shortened(line)) for line in lines]
    searched = range(max(1, len(bare) - _SEARCHED), len(bare))
    for index in [one for one in searched if POSTSCRIPT.match(folded(bare[one][:40]))][:3]:
        if not any(line.strip() for line in bare[:index]):
            continue
        start, end = _signature_span(bare[:index], sender_name)
        if start < end and not any(line.strip() for line in bare[end:index]):
            return start, next(last + 1 for last in reversed(range(end)) if bare[last].strip())
    return _signature_span(bare, sender_name)


def _signature_span(lines: Sequence[str], sender_name: str) -> tuple[int, int]:
    """First and behind-last line of the signature; (n, n) when there is none."""
    names = name_words(sender_name)
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for index in filled[-_SEARCHED:]:
        rule, closing = bool(RULE.match(lines[index])), is_closing(lines[index])
        if rule and _above(lines, index).rstrip().endswith(":"):
            continue
        if index == filled[0] and is_greeting(lines[index]):
            continue
        if not (rule or closing) and not _takes_leave(lines, index, names):
            continue
        if lines[index].strip() == SEPARATOR and _is_set_up(lines[index + 1 :]):
            return index, len(lines)
        if is_tail(lines[index + 1 :], names, after_closing=closing):
            return (index if rule else index + 1), len(lines)
        if closing and (end := _signed_paragraph(lines, index + 1, names)):
            return index + 1, end
        end = _run_end(lines, index + 1, names, after_closing=closing)
        block = [line for line in lines[index + 1 : end] if line.strip()]
        if not block or len(block) > _LONGEST or not _is_signature(block, names, after_closing=closing):
            continue
        if not any(line.strip() for line in lines[end:]) or _starts_new_text(lines, end, block):
            return (index if rule else index + 1), end
    start, end = _final_block(lines, names)
    if start == end:
        start, end = _official_block(lines, names)
    last = filled[-1] if filled else 0
    if start == end and last and is_sign_off(lines[last], sender_name):
        return last, last + 1
    if start == end:
        return ending(lines, sender_name), len(lines)
    return start, end


def _signed_paragraph(lines: Sequence[str], start: int, names: Names) -> int:
    """Behind the last line of a signature that begins with the sender's own name and stands apart from more text; 0 for none."""
    first = next((index for index in range(start, len(lines)) if lines[index].strip()), len(lines))
    end = next((index for index in range(first, len(lines)) if not lines[index].strip()), len(lines))
    signed = end < len(lines) and mentions(lines[first], names) and is_tail(lines[first:end], names, after_closing=True)
    below = next((line for line in lines[end:] if line.strip()), "")
    return end if signed and not looks_signed(below, names) else 0


def _takes_leave(lines: Sequence[str], index: int, names: Names) -> bool:
    """Whether a line is closing words though no list knows it, or a greeting used as such: the sender's name is below it."""
    line = lines[index].strip()
    unknown = line.endswith(",") and len(line.split()) <= 5 and not is_greeting(line) and not is_speech(line)
    if looks_signed(line, names) or (not unknown and not could_take_leave(line)):
        return False
    below = next((one for one in lines[index + 1 :] if one.strip()), "")
    return mentions(below, names)


def _above(lines: Sequence[str], index: int) -> str:
    return next((line for line in reversed(lines[:index]) if line.strip()), "")


def is_quiet_in_signature(line: str) -> bool:
    """Whether a line may stand in a signature that somebody set up once: a name, a contact, a motto; no sentence to us."""
    plain = folded(line).strip()
    motto = len(plain) > 2 and plain[0] in "\"'“«" and plain[-1] in "\"'”»."
    return not plain or motto or is_quiet(line) or looks_signed(line, ())


def _is_set_up(lines: Sequence[str]) -> bool:
    """Whether only a few quiet lines stand below a separator, the first of which could be a name."""
    block = [line for line in lines if line.strip()]
    return 0 < len(block) <= _LONGEST and could_be_name(block[0]) and all(map(is_quiet_in_signature, block))


def _starts_new_text(lines: Sequence[str], end: int, block: Sequence[str]) -> bool:
    """Whether what follows a block is a postscript: it stands apart, and the block was more than a name."""
    first = next(line for line in lines[end:] if line.strip())
    apart = end > 0 and (not lines[end - 1].strip() or not lines[end].strip())
    return bool(POSTSCRIPT.match(folded(first))) or (
        apart and len(block) >= 2 and any(CONTACT.search(folded(b)) or UNIT.search(folded(b)) for b in block)
    )


def _run_end(lines: Sequence[str], start: int, names: Names, *, after_closing: bool) -> int:
    """Behind the last of the lines from `start` that look like a signature; single blank lines do not end it."""
    end, blanks = start, 0
    for index in range(start, min(len(lines), start + _SEARCHED)):
        if not lines[index].strip():
            blanks += 1
            if blanks > 2:
                break
            continue
        signed = looks_signed(lines[index], names) or (
            after_closing and ((end == start and could_be_name(lines[index])) or says_who_by_label(lines[index]))
        )
        if not signed and not (end > start and _belongs(lines, index, names)):
            break
        end, blanks = index + 1, 0
    return end


def _belongs(lines: Sequence[str], index: int, names: Names) -> bool:
    """Whether a line that tells nothing by itself is part of the block: a post, or one with a contact right below it."""
    if not is_quiet(lines[index]) or not lines[index - 1].strip():
        return False
    if is_post(lines[index]):
        return True
    below = next((line for line in lines[index + 1 : index + 3] if line.strip()), "")
    return bool(CONTACT.search(folded(below))) or bool(below and says_who(below, names) and is_post(below))


def _final_block(lines: Sequence[str], names: Names) -> tuple[int, int]:
    """A block of name, unit, telephone at the very end of the mail, a blank line above it."""
    last = next((index for index in reversed(range(len(lines))) if lines[index].strip()), -1)
    end, near = last + 1, [line for line in lines if line.strip()][-4:]
    if len(without_slogan(near)) < len(near):
        last = next(index for index in reversed(range(last)) if lines[index].strip())
    start = last + 1
    while start > 0 and last - start < 40 and (not lines[start - 1].strip() or looks_signed(lines[start - 1], names)):
        start -= 1
    for begin in range(start, last + 1):
        if not lines[begin].strip() or (begin > 0 and lines[begin - 1].strip() and not _follows(lines, begin, names)):
            continue
        above = _above(lines, begin)
        block = [line for line in lines[begin : last + 1] if line.strip()]
        if _continues_list(lines, begin, names):
            continue
        if not _introduces(above, lines[begin], names) and len(block) <= _LONGEST and _is_final(block, names):
            return begin, end
    return len(lines), len(lines)


def _official_block(lines: Sequence[str], names: Names) -> tuple[int, int]:
    """The block at the end in which an official signs, whoever he is: "TM. HỢP TÁC XÃ …", "Chủ tịch HĐQT Nguyễn Văn Tư"."""
    filled = [index for index, line in enumerate(lines) if line.strip()]
    for begin in filled[-_LONGEST_OFFICIAL:]:
        block = [lines[index] for index in filled if index >= begin]
        apart = begin > 0 and not lines[begin - 1].strip()
        if apart and signs_for_office(block[0]) and all(map(is_quiet_in_signature, block)) and _is_final(block, names):
            return begin, len(lines)
    return len(lines), len(lines)


def _introduces(above: str, first: str, names: Names) -> bool:
    """Whether the line above speaks of the block below: "… gồm:", or "… mới là bà" before another person's name."""
    if above.rstrip().endswith(":"):
        return True
    return is_persons(names) and not mentions(first, names) and not is_finished(above)


def _continues_list(lines: Sequence[str], begin: int, names: Names) -> bool:
    """Whether the paragraph above begins with a name that is not the sender's: then both tell of people."""
    end = next((index for index in reversed(range(begin)) if lines[index].strip()), -1)
    start = next((index + 1 for index in reversed(range(end + 1)) if not lines[index].strip()), 0)
    return end >= 0 and is_name(lines[start]) and not mentions(lines[start], names)


def _follows(lines: Sequence[str], begin: int, names: Names) -> bool:
    """Whether a block may begin right below a line of text: with the sender's own name, after a sentence or before contacts."""
    above = lines[begin - 1].rstrip()
    if any(CONTACT.search(folded(line).strip()) for line in lines[begin + 1 : begin + 8]):
        return mentions(lines[begin], names)
    return is_finished(above) and mentions(lines[begin], names)


def _is_signature(block: Sequence[str], names: Names, *, after_closing: bool) -> bool:
    """Whether lines below a rule or closing words are a signature: at least one says who or where."""
    if lists_people(block, names):
        return False
    if after_closing:
        return could_sign(block, names) or any(
            says_who_by_label(line) or says_who(line, names) or signs_for_office(line) for line in block[:3]
        )
    return any(says_who(line, names) for line in block[:3])


def _could_sign_for(line: str, names: Names) -> bool:
    """Whether a line below "KT. TRƯỞNG PHÒNG" may be who signs, whatever his people's names look like: "Y Bhăm Niê"."""
    return ends_with_name(line) or mentions(line, names) or (is_post(line) and not signs_for_office(line))


def _is_final(block: Sequence[str], names: Names) -> bool:
    """Without a rule or closing words more is asked for: a name, and a unit or contact or the sender's own name."""
    if lists_people(block, names):
        return False
    if is_official(block[0]):
        return any(map(signs_for_office, block)) and any(
            ends_with_name(line) or mentions(line, names) for line in block[1:]
        )
    named = is_name(block[0]) or mentions(block[0], names) or holds_post(block[0])
    more = any(UNIT.search(folded(line)) or CONTACT.search(folded(line)) for line in block)
    return named and (more or mentions(block[0], names))
