using System.Buffers.Binary;
using System.Text;

namespace Topaz.Particles;

/// <summary>
/// Particles in cryoSPARC's .cs files, NumPy tables: <c>location/micrograph_path</c>, and <c>location/center_x_frac</c> and <c>center_y_frac</c>, fractions of
/// the micrograph's width and height (<c>location/micrograph_shape</c>, height first) from its first row and column; the score is <c>pick_stats/ncc_score</c>. Fractions are in single precision:
/// in a micrograph of 4,096 pixels they are exact to 0.0002 pixels.
/// cryoSPARC's own micrographs and picks go together like this; where micrographs were turned over on their way through other programs, as pyem
/// (its issues 81 and 101) describes for coordinates that cryoSPARC imports, <see cref="ParticleFileOptions.YFromBottom"/> turns y.
/// </summary>
internal static class CryoSparcFormat
{
    private const string Path = "location/micrograph_path", Shape = "location/micrograph_shape", X = "location/center_x_frac", Y = "location/center_y_frac",
        Score = "pick_stats/ncc_score";

    internal static void Read(Stream stream, string file, ParticleTable particles, ParticleFileOptions options)
    {
        NumpyTable table = NumpyTable.Read(stream, file);
        NumpyField path = Field(Path), x = Field(X), y = Field(Y);
        NumpyField? shape = table[Shape], score = table[Score];
        if (path.Kind is not ('S' or 'U') || shape is { Count: < 2 })
            throw new TopazException($"{file}: {Path} or {Shape} are not of the kind that cryoSPARC writes; export the particles again.");
        for (int row = 0; row < table.Count; row++)
        {
            // cryoSPARC puts a number of its own before the names of files it imports; it belongs to their name there.
            string name = MicrographName.Of(table.Text(path, row));
            (double width, double height) = shape is null
                ? options.SizeOf(name, file)
                : (table.Number(shape, row, 1), table.Number(shape, row, 0));
            (double left, double top) = (table.Number(x, row) * width, table.Number(y, row) * height);
            if (options.YFromBottom)
                top = height - 1 - top;
            if (!double.IsFinite(left) || !double.IsFinite(top))
                throw new TopazException($"{file}: particle {row + 1L} has no finite coordinates; export the particles again.");
            float figure = score is null ? float.NaN : (float)table.Number(score, row);
            if (name.Length == 0)
                throw new TopazException($"{file}: particle {row + 1L} names no micrograph; export the particles again.");
            particles.Add(name, new Particle(left, top, float.IsFinite(figure) ? figure : float.NaN));
        }

        NumpyField Field(string name) => table[name] ?? throw new TopazException(
            $"{file}: has no {name}; export particles with their locations from cryoSPARC.");
    }

    internal static void Write(Stream stream, string file, ParticleTable particles, ParticleFileOptions options)
    {
        bool scores = particles.HasScores;
        byte[][] paths = [.. particles.Micrographs.Select(name => Encoding.UTF8.GetBytes(options.ImagePath(name)))];
        int longest = paths.Select(path => path.Length).DefaultIfEmpty(1).Max();
        var table = new NumpyTable(
            [
                ("uid", 'u', 8, 1), (Path, 'S', longest, 1), (Shape, 'u', 4, 2), (X, 'f', 4, 1), (Y, 'f', 4, 1),
                .. scores ? ((string, char, int, int)[])[(Score, 'f', 4, 1)] : [],
            ],
            particles.Count);
        int row = 0;
        for (int i = 0; i < paths.Length; i++)
        {
            if (particles[particles.Micrographs[i]].Count == 0)
                continue;
            (int width, int height) = options.SizeOf(particles.Micrographs[i], file);
            foreach (Particle particle in particles[particles.Micrographs[i]])
            {
                BinaryPrimitives.WriteInt64LittleEndian(table.Value(table["uid"]!, row, 0), row + 1);
                paths[i].CopyTo(table.Value(table[Path]!, row, 0));
                BinaryPrimitives.WriteInt32LittleEndian(table.Value(table[Shape]!, row, 0), height);
                BinaryPrimitives.WriteInt32LittleEndian(table.Value(table[Shape]!, row, 1), width);
                BinaryPrimitives.WriteSingleLittleEndian(table.Value(table[X]!, row, 0), (float)(particle.X / width));
                BinaryPrimitives.WriteSingleLittleEndian(table.Value(table[Y]!, row, 0), (float)((options.YFromBottom ? height - 1 - particle.Y : particle.Y) / height));
                if (scores)
                    BinaryPrimitives.WriteSingleLittleEndian(table.Value(table[Score]!, row, 0), particle.Score);
                row++;
            }
        }

        table.Write(stream);
    }
}
