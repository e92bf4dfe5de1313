"""On which side of its point a label stands, so that no label lies over another or over a point."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from embedguide.analysis.label_layout import label_size

# Above is where a reader looks first.
SIDES = ("top center", "bottom center", "middle right", "middle left")
# Half of a marker, and the space between it and its label, in pixels.
MARKER, APART = 5.0, 2.0


def label_sides(points: np.ndarray, texts: Sequence[str], size: float) -> list[str]:
    """Plotly's name of the side for each label; where no side is free, above.

    Labels are placed one after the other, from the top of the picture down.

    Args:
        points: In pixels, upwards, ``(n_points, 2)``.
        texts: The labels.
        size: Of the letters, in pixels.
    """
    rooms = np.array([label_size(text, size) for text in texts])
    markers = np.hstack([points - MARKER, points + MARKER])
    found, placed = [SIDES[0]] * len(texts), np.empty((0, 4))
    for i in np.argsort(-points[:, 1], kind="stable").tolist():
        boxes = [_box(points[i], rooms[i], side) for side in SIDES]
        taken = np.vstack([placed, np.delete(markers, i, axis=0)])
        free = [n for n, box in enumerate(boxes) if not _overlaps(box, taken)]
        chosen = free[0] if free else 0
        found[i], placed = SIDES[chosen], np.vstack([placed, boxes[chosen]])
    return found


def _box(point: np.ndarray, room: np.ndarray, side: str) -> np.ndarray:
    """Left, bottom, right and top of a label."""
    reach = MARKER + APART
    middles = {
        "top center": (0, reach + room[1] / 2), "bottom center": (0, -reach - room[1] / 2),
        "middle right": (reach + room[0] / 2, 0), "middle left": (-reach - room[0] / 2, 0),
    }  # fmt: skip
    middle = point + np.array(middles[side])
    return np.concatenate([middle - room / 2, middle + room / 2])


def _overlaps(box: np.ndarray, others: np.ndarray) -> bool:
    return bool(((box[:2] < others[:, 2:]) & (others[:, :2] < box[2:])).all(axis=1).any())
