"""`rentguy project|user|member|device|item|shift|token …`: the registry, one file a noun."""

from rentguy.commands.registry import devices, items, members, projects, shifts, tokens, users

GROUPS = {
    "project": projects.COMMANDS,
    "user": users.COMMANDS,
    "member": members.COMMANDS,
    "device": devices.COMMANDS,
    "item": items.COMMANDS,
    "shift": shifts.COMMANDS,
    "token": tokens.COMMANDS,
}
