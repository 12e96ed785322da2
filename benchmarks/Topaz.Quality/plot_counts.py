"""Plots what 'Topaz.Quality counts' printed: python3 plot_counts.py counts.tsv counts.png (needs matplotlib)."""

import csv
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = {"Compact": "#1b9e77", "Elongated": "#d95f02", "Barrel": "#7570b3", "Small": "#e7298a"}
MARKERS = {"80": "o", "250": "s"}

with open(sys.argv[1], encoding="utf-8") as file:
    rows = list(csv.DictReader(file, delimiter="\t"))
ratios = sorted({row["snr"] for row in rows}, key=float, reverse=True)
labels = sorted({row["labels"] for row in rows}, key=int)
figure, axes = plt.subplots(1, len(ratios), figsize=(12, 4.2), sharey=True, layout="constrained")
for axis, snr in zip(axes, ratios):
    axis.axhline(1, color="0.5", linewidth=1)
    for i, count in enumerate(labels):
        some = [row for row in rows if row["snr"] == snr and row["labels"] == count]
        for j, row in enumerate(some):
            x, true = i + (j - (len(some) - 1) / 2) * 0.09, float(row["true"])
            low, middle, high = (float(row[name]) / true for name in ("low", "estimate", "high"))
            axis.plot([x, x], [low, high], color=COLOURS[row["kind"]], linewidth=1.2)
            axis.plot(x, middle, MARKERS[row["density"]], color=COLOURS[row["kind"]], markersize=5)
        errors = sorted(abs(float(row["estimate"]) / float(row["true"]) - 1) for row in some)
        median = (errors[(len(errors) - 1) // 2] + errors[len(errors) // 2]) / 2
        axis.text(i, 0.065, f"median\nerror {median:.0%}", ha="center", va="bottom", fontsize=9)
    axis.set_yscale("log")
    axis.set_ylim(0.06, 10)
    axis.set_yticks([0.125, 0.25, 0.5, 1, 2, 4, 8], ["⅛", "¼", "½", "1", "2", "4", "8"])
    axis.minorticks_off()
    axis.set_xlim(-0.5, len(labels) - 0.5)
    axis.set_xticks(range(len(labels)), labels)
    axis.set_xlabel("labels")
    axis.set_title(f"SNR {snr}")
axes[0].set_ylabel("estimated / true number of particles")
for kind, colour in COLOURS.items():
    axes[-1].plot([], [], color=colour, linewidth=3, label=kind.lower())
for density, marker in MARKERS.items():
    axes[-1].plot([], [], marker, color="0.3", label=f"{density} on a micrograph")
axes[-1].legend(fontsize=9, loc="center left", bbox_to_anchor=(1.02, 0.5))
figure.savefig(sys.argv[2], dpi=110)
