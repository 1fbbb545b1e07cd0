"""Placeholders in the strings of a target file: `{port}` and its kin, and `${NAME}` from the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

KNOWN = (
    "port",
    "base_url",
    "issuer",
    "idp_origin",
    "client_id",
    "client_secret",
    "second_issuer",
    "second_client_id",
    "second_client_secret",
    "redirect_uri",
    "python",
    "root",
    "ca_file",
    "run_dir",
)
IN_GUIDE = ("base_url", "client_id", "idp_origin", "redirect_uri", "label", "server")
"""What a [guide] may say; the doctor fills it: `redirect_uri` is what the application sends, `label` and `server` are
the names of the app and of its authorization server."""
PLACEHOLDER = re.compile(r"(?<!\$)\{([a-z_]+)\}")
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

T = TypeVar("T")


def fill(tree: T, values: Mapping[str, str]) -> T:
    """The tree with `{name}` replaced in every string; names without a value stay.

    ValueError for a name that is no placeholder.
    """
    if unknown := sorted(set(values) - set(KNOWN)):
        raise ValueError(f"not placeholders of a target file: {', '.join(unknown)}")
    if not values:
        return tree
    # One pass, so that a value which happens to contain braces is not looked at again.
    done: T = mapped(tree, lambda text: PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text))
    return done


def mapped(tree: Any, change: Callable[[str], str]) -> Any:
    """The tree of dataclasses, tuples, lists and mappings with `change` applied to every string value."""
    if isinstance(tree, str):
        return change(tree)
    if is_dataclass(tree) and not isinstance(tree, type):
        return replace(tree, **{item.name: mapped(getattr(tree, item.name), change) for item in fields(tree)})
    if isinstance(tree, tuple):
        return tuple(mapped(item, change) for item in tree)
    if isinstance(tree, list):
        return [mapped(item, change) for item in tree]
    if isinstance(tree, Mapping):
        return {key: mapped(value, change) for key, value in tree.items()}
    return tree
