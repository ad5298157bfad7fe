"""The raw records of the forge that a change record rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from affidavit.app.records.export import Records
    from affidavit.changes.record.material import Material


def raw_records(material: Material, records: Records | None) -> dict[str, bytes]:
    """The lines of the export that `material` is of, as they stand there, by names for files."""
    forge = material.forge
    if forge is None or records is None:
        return {}
    found: dict[str, bytes] = {}
    if forge.request is not None:
        found[f"request-{forge.request.data.number}.json"] = records.raw(forge.request)
    for checks in forge.checks:
        found[f"checks-{_safe(checks.data.commit)}.json"] = records.raw(checks)
    for ran in forge.deployments:
        found[f"deployment-{ran.deployment.data.id}.json"] = records.raw(ran.deployment)
    if forge.push is not None:
        found[f"push-{forge.push.data.id}.json"] = records.raw(forge.push)
    if material.tagged is not None and material.tagged.release is not None:
        release = material.tagged.release
        found[f"release-{release.data.id}.json"] = records.raw(release)
    return found


def _safe(commit: str) -> str:
    """An id that comes from an export, fit to be part of a file's name."""
    return "".join(one for one in commit if one in "0123456789abcdef")[:64]
