# %% [markdown]
# # A walk
#
# Three times $n$, and `code`.

# %%
from embedguide.notebook import show
from scripts.helpers import count, rows

number = 4  # try your own
print("three times", number, "is", count(number))

# %%
show(rows(1), title="Rows")

# %% [markdown]
# Then a figure, and no markup from elsewhere.

# %%
from embedguide.results import Column, Drawing

figure = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {}}
show(Drawing(figure, [Column("n", format="d")], [(1,), (2,)], summary="Two bars </script>."))

# %%
class Foreign:
    def __repr__(self):
        return "plain <b>words</b>"

    def _repr_html_(self):
        return "<script>window.foreign = 1</script>"


Foreign()
