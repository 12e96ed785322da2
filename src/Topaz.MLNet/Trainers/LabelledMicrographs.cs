using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Picking;

namespace Topaz.MLNet;

/// <summary>Prepared micrographs with labels, read from data.</summary>
/// <param name="Micrographs">All of them that were asked for, held in memory.</param>
/// <param name="Labels">All labels, in pixels of the prepared micrographs, those outside left out.</param>
/// <param name="Outside">Labels left out because they lie outside their micrographs.</param>
internal sealed record LabelledMicrographs(IReadOnlyList<Micrograph> Micrographs, ParticleTable Labels, int Outside)
{
    /// <summary>How the micrographs were prepared.</summary>
    public Preprocessing Preprocessing => Micrographs[0].Preprocessing;

    /// <summary>Reads all rows once.</summary>
    /// <param name="data">The data.</param>
    /// <param name="micrographColumn">Column of the micrographs.</param>
    /// <param name="xColumn">Column of the labels' x, in raw pixels.</param>
    /// <param name="yColumn">Column of the labels' y, in raw pixels.</param>
    /// <param name="wanted">How micrographs must be prepared; raw ones are. Null for as the first one is.</param>
    /// <param name="most">Only so many micrographs are kept, those with the most labels.</param>
    /// <param name="onlyLabelled">Rows without labels are passed over, and their micrographs not read.</param>
    /// <param name="cancellation">Asked before each row.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or no labels.</exception>
    /// <exception cref="TopazException">A micrograph cannot be read, or they were prepared in different ways.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static LabelledMicrographs Read(
        IDataView data, string micrographColumn, string xColumn, string yColumn, Preprocessing? wanted = null,
        int most = int.MaxValue, bool onlyLabelled = false, CancellationToken cancellation = default)
    {
        var micrographs = new List<Micrograph>();
        var labels = new ParticleTable();
        var names = new HashSet<string>();
        int outside = 0, passedOver = 0;
        DataViewSchema.Column image = data.Schema[micrographColumn], x = data.Schema[xColumn], y = data.Schema[yColumn];
        using DataViewRowCursor cursor = data.GetRowByRowCursor([image, x, y]);
        ValueGetter<Micrograph> getImage = cursor.GetGetter<Micrograph>(image);
        ValueGetter<VBuffer<float>> getX = cursor.GetGetter<VBuffer<float>>(x), getY = cursor.GetGetter<VBuffer<float>>(y);
        VBuffer<float> xs = default, ys = default;
        while (cursor.MoveNextOrTell())
        {
            cancellation.ThrowIfCancellationRequested();
            getX(ref xs);
            getY(ref ys);
            if (onlyLabelled && xs.Length == 0 && ys.Length == 0)
            {
                passedOver++;
                continue;
            }

            Micrograph? read = null;
            getImage(ref read!);
            Micrograph given = Given.Micrograph(read, micrographColumn);
            wanted ??= given.Preprocessing;
            if (given.Preprocessing != wanted && given.Preprocessing != Preprocessing.None)
            {
                throw new TopazException(
                    $"Column '{micrographColumn}': {given.Name} has {Given.Text(given.Preprocessing)}, where raw ones or {Given.Text(wanted)} are wanted; prepare all alike.");
            }

            Micrograph prepared = Given.Prepared(given, wanted, micrographColumn);
            if (!names.Add(prepared.Name))
                throw new TopazException($"Column '{micrographColumn}': two micrographs are named {prepared.Name}; names must differ.");
            Particle[] all = ToParticles(xs, ys, xColumn, yColumn, prepared.Name);
            Particle[] inside = [.. prepared.Inside(all)];
            outside += all.Length - inside.Length;
            labels.Add(prepared.Name, inside);
            micrographs.Add(prepared);
            if (micrographs.Count > most)
                micrographs.Remove(micrographs.MinBy(micrograph => labels[micrograph.Name].Count)!);
        }

        if (micrographs.Count + passedOver == 0)
            throw new InvalidOperationException($"The data have no rows: column '{micrographColumn}' gives no micrograph.");
        if (labels.Count == 0)
        {
            throw new InvalidOperationException(outside == 0
                ? $"Columns '{xColumn}' and '{yColumn}' hold no labels."
                : $"Columns '{xColumn}' and '{yColumn}': all {outside} labels lie outside their micrographs; check that both are of the same scale.");
        }

        return new LabelledMicrographs(micrographs, labels, outside);
    }

    /// <summary>Tells of labels that were left out, if there are any.</summary>
    /// <param name="channel">Where to tell.</param>
    /// <param name="purpose">What the labels are for, such as "training".</param>
    public void WarnOfOutside(IChannel channel, string purpose)
    {
        if (Outside > 0)
        {
            channel.Warning(MessageSensitivity.None, FormattableString.Invariant(
                $"{Outside} {purpose} labels lie outside their micrographs and are left out; check that both are of the same scale."));
        }
    }

    /// <summary>Particles from parallel vectors.</summary>
    /// <exception cref="TopazException">Their lengths differ, or a coordinate is not finite.</exception>
    public static Particle[] ToParticles(VBuffer<float> x, VBuffer<float> y, string xColumn, string yColumn, string micrograph)
    {
        if (x.Length != y.Length)
            throw new TopazException($"{micrograph}: column '{xColumn}' has {x.Length} values, column '{yColumn}' {y.Length}; they must be parallel.");
        Particle[] particles = [.. x.DenseValues().Zip(y.DenseValues(), (x, y) => new Particle(x, y))];
        return particles.All(particle => double.IsFinite(particle.X) && double.IsFinite(particle.Y))
            ? particles
            : throw new TopazException($"{micrograph}: columns '{xColumn}' and '{yColumn}' hold a coordinate that is not finite.");
    }
}
