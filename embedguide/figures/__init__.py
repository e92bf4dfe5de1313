"""From numbers to Plotly figures. The theme lives in `theme.py` and nowhere else."""
