"""Agreement of two sets of vectors."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from embedguide.analysis.agreement import cosines_of_all_pairs, rank_correlation, unit_rows


def test_rank_correlation_is_spearmans():
    generator = np.random.default_rng(0)
    first = generator.normal(size=500)
    second = first + generator.normal(size=500)
    assert rank_correlation(first, second) == pytest.approx(spearmanr(first, second).statistic, abs=1e-12)
    assert rank_correlation(first, np.exp(first)) == pytest.approx(1)
    assert np.isnan(rank_correlation(first, np.zeros(500)))


def test_every_pair_is_taken_once():
    rows = np.array([[1, 0], [0, 2], [3, 3]])
    assert cosines_of_all_pairs(rows) == pytest.approx([0, np.sqrt(0.5), np.sqrt(0.5)])


def test_rows_of_zeros_stay_zero():
    assert unit_rows(np.array([[0, 0], [3, 4]])).tolist() == [[0, 0], [0.6, 0.8]]
