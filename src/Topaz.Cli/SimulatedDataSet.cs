using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Simulation;

namespace Topaz.Cli;

/// <summary>Simulated micrographs in a folder, and where every particle is.</summary>
/// <param name="Images">The micrographs, with full paths.</param>
/// <param name="Particles">Their particles, all of them.</param>
internal sealed record SimulatedDataSet(IReadOnlyList<ImageEntry> Images, ParticleTable Particles)
{
    /// <summary>Simulates a data set into a folder: micrographs/*.mrc, the list micrographs.txt, and particles.txt.</summary>
    /// <exception cref="TopazException">An option is out of range, or the folder cannot be written to.</exception>
    public static SimulatedDataSet Write(
        string folder, SimulationOptions options, int count, int threads, VerbConsole console, CancellationToken cancellation)
    {
        string images = Path.Combine(folder, "micrographs");
        options.Validate();
        OutputPath.RequireFolder(images);
        var simulated = new IReadOnlyList<Particle>[count];
        var entries = new ImageEntry[count];
        int finished = 0;
        console.Track($"Simulating {count} micrographs", count, progress =>
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
            {
                SimulatedMicrograph made = MicrographSimulator.Simulate(options, i);
                string name = made.Micrograph.Name;
                MrcFile.Write(Path.Combine(images, name + ".mrc"), made.Micrograph);
                entries[i] = new ImageEntry(name, $"micrographs/{name}.mrc");
                simulated[i] = [.. made.Particles.Select(particle => particle with { X = Math.Round(particle.X, 2), Y = Math.Round(particle.Y, 2) })];
                progress.Report(Interlocked.Increment(ref finished));
            });
        });

        var table = new ParticleTable();
        for (int i = 0; i < count; i++)
            table.Add(entries[i].Name, simulated[i]);
        ImageList.Write(Path.Combine(folder, "micrographs.txt"), entries);
        ParticleFile.Write(Path.Combine(folder, "particles.txt"), table);
        return new SimulatedDataSet([.. entries.Select(entry => entry with { Path = Path.GetFullPath(entry.Path, Path.GetFullPath(folder)) })], table);
    }
}
