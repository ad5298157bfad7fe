"""Types of fields that bodies of facts have."""

from __future__ import annotations

from typing import Annotated

import msgspec

Commitment = Annotated[str, msgspec.Meta(pattern=r"^hmac-sha256:[0-9a-f]{64}\Z")]
"""A salted commitment to a value that names or shows a person."""
Digest = Annotated[str, msgspec.Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
Size = Annotated[int, msgspec.Meta(ge=0)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]
