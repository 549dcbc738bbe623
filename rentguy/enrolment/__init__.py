"""The registry's writing side: who and what there is, and where it belongs when.

Every function works in the caller's transaction, which also carries what it owes: NOTIFY to those who hold a copy of
the registry, the topics whose state changed, and a line of the audit. Who asks stands in the session's `info`. Slugs
are folded as people type them; a change that can't be is a RegistryError, a text that is no slug a TopicError.
"""

from rentguy.enrolment.devices import (
    DEVICE_KINDS,
    add_device,
    assign,
    enable_device,
    end_assignment,
    new_secret,
    rename_device,
)
from rentguy.enrolment.finding import find_device, find_person, find_project
from rentguy.enrolment.items import add_item
from rentguy.enrolment.people import (
    add_user,
    enable_user,
    end_session,
    issue_token,
    rename_user,
    revoke_token,
    set_admin,
    set_password,
    sign_out,
)
from rentguy.enrolment.projects import add_member, add_project, keep_positions, remove_member, rename_project
from rentguy.enrolment.shifts import add_shift, end_shift

__all__ = [
    "DEVICE_KINDS",
    "add_device",
    "add_item",
    "add_member",
    "add_project",
    "add_shift",
    "add_user",
    "assign",
    "enable_device",
    "enable_user",
    "end_assignment",
    "end_session",
    "end_shift",
    "find_device",
    "find_person",
    "find_project",
    "issue_token",
    "keep_positions",
    "new_secret",
    "remove_member",
    "rename_device",
    "rename_project",
    "rename_user",
    "revoke_token",
    "set_admin",
    "set_password",
    "sign_out",
]
