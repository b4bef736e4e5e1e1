"""A reading as `parse --json` prints it: one object for every file, whatever is in it."""

from typing import Any

from daemon.reading.mail import Address, AttachedFile, Mail, Unreadable


def with_reasons(row: dict[str, Any], mail: Mail | Unreadable) -> dict[str, Any]:
    """The object with what `--why` adds: the rule behind each decision, what was found out about the files."""
    if isinstance(mail, Unreadable):
        return {**row, "why": [], "files": [], "encrypted": False, "picture_text": ""}
    files = [
        {"filename": file.filename, "true_type": file.true_type or file.content_type, "withheld": file.withheld or None}
        for file in mail.attachments
    ]
    return {
        **row,
        "why": list(mail.why),
        "files": files,
        "encrypted": mail.encrypted,
        "picture_text": mail.picture_text,
    }


def as_json(path: str, mail: Mail | Unreadable) -> dict[str, Any]:
    """The object of the contract; of an unreadable mail every field is there and empty, `quarantine` says why."""
    if isinstance(mail, Unreadable):
        return {**_NOTHING, "path": path, "quarantine": mail.reason}
    return {
        "path": path,
        "message_id": mail.message_id,
        "from": _address(mail.sender) if mail.sender else None,
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "reply_to": [_address(one) for one in mail.reply_to],
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "kind": mail.kind.value,
        "text": mail.text,
        "quoted": mail.quoted,
        "signature": mail.signature,
        "forwarded": mail.forwarded,
        "attachments": [_file(one) for one in mail.attachments],
        "defects": list(mail.defects),
        "quarantine": None,
    }


_NOTHING: dict[str, Any] = {
    "path": "",
    "message_id": None,
    "from": None,
    "to": [],
    "cc": [],
    "reply_to": [],
    "subject": "",
    "date": None,
    "in_reply_to": None,
    "references": [],
    "kind": "person",
    "text": "",
    "quoted": "",
    "signature": "",
    "forwarded": "",
    "attachments": [],
    "defects": [],
    "quarantine": None,
}


def _address(address: Address) -> dict[str, str]:
    return {"name": address.name, "address": address.address}


def _file(file: AttachedFile) -> dict[str, Any]:
    return {"filename": file.filename, "content_type": file.content_type, "size": file.size, "inline": file.inline}
