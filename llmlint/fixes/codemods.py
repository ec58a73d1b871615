"""The table of codemods."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from llmlint.fixes.refusal import RefusalError

if TYPE_CHECKING:
    from llmlint.fixes.codemod import AnyCodemod

CODEMODS = {
    "add-item": ("llmlint.fixes.add_item", "AddItem"),
    "add-decorator": ("llmlint.fixes.add_decorator", "AddDecorator"),
    "add-keyword": ("llmlint.fixes.add_keyword", "AddKeyword"),
    "add-import": ("llmlint.fixes.add_import", "AddImport"),
    "insert-guard": ("llmlint.fixes.insert_guard", "InsertGuard"),
    "remove-import": ("llmlint.fixes.remove_import", "RemoveImport"),
    "keys-to-attributes": ("llmlint.fixes.keys_to_attributes", "KeysToAttributes"),
    "replace-expression": ("llmlint.fixes.replace_expression", "ReplaceExpression"),
    "replace-value": ("llmlint.fixes.replace_value", "ReplaceValue"),
    "remove-keyword": ("llmlint.fixes.remove_keyword", "RemoveKeyword"),
    "rename-keyword": ("llmlint.fixes.rename_keyword", "RenameKeyword"),
}

OF_CALLS = frozenset({"add-keyword", "remove-keyword", "rename-keyword", "replace-value"})


def codemod(name: str) -> type[AnyCodemod]:
    """The codemod of this name, its module imported on first use; `RefusalError` when there is none."""
    if name not in CODEMODS:
        raise RefusalError(f"there is no codemod {name!r}")
    module, attribute = CODEMODS[name]
    return cast("type[AnyCodemod]", getattr(import_module(module), attribute))
