using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Cli.Terminal;
using Topaz.Images;
using Topaz.Particles;
using Topaz.Simulation;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz simulate</c>: micrographs with complete labels, to try things out on.</summary>
internal static class SimulateVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "simulate",
            "Simulates micrographs of a made-up particle in noisy ice, with junk, and writes where every particle is. "
            + "The output folder gets micrographs/*.mrc, the list micrographs.txt and the coordinates particles.txt.",
            "topaz simulate -n 20 --kind barrel --snr 0.05 -o simulated");
        Option<string> output = verb.Flag(["-o", "--output"], "simulated", "folder for the results", "DIR");
        Option<int> number = verb.Flag(["-n", "--number"], 10, "how many micrographs", "N");
        Option<int> size = verb.Flag(["--size"], 1024, "width and height in pixels", "PIXELS");
        Option<string> kind = verb.Flag(["--kind"], "compact", "shape of the particle: compact, elongated, barrel or small", "KIND");
        kind.AcceptOnlyFromAmong([.. Enum.GetNames<ParticleKind>().Select(name => name.ToLowerInvariant())]);
        Option<double> pixelSize = verb.Flag(["--pixel-size"], 5.0, "Å per pixel", "ANGSTROM");
        Option<double?> diameter = verb.Flag<double?>(["--diameter"], "largest extent of a particle; by default what is usual for its kind", "ANGSTROM");
        Option<double> particles = verb.Flag(["--particles"], 250.0, "mean number of particles on a micrograph", "N");
        Option<double> snr = verb.Flag(["--snr"], 0.1, "signal-to-noise ratio within particles, as variances", "RATIO");
        Option<double> carbon = verb.Flag(["--carbon"], 0.3, "probability that a carbon edge cuts through a micrograph", "P");
        Option<ulong> seed = verb.Flag(["--seed"], 1UL, "the same seed gives the same micrographs", "N");
        Option<int> threads = CommonFlags.Threads(verb, "-j", "--num-threads");

        verb.Run((parse, console, cancellation) =>
        {
            int count = parse.GetValue(number);
            if (count < 1)
                throw new UsageException("--number must be at least 1.");
            var options = new SimulationOptions
            {
                Width = parse.GetValue(size),
                Height = parse.GetValue(size),
                PixelSize = parse.GetValue(pixelSize),
                Kind = Enum.Parse<ParticleKind>(parse.GetValue(kind)!, ignoreCase: true),
                Diameter = parse.GetValue(diameter),
                Particles = parse.GetValue(particles),
                SignalToNoise = parse.GetValue(snr),
                CarbonProbability = parse.GetValue(carbon),
                Seed = parse.GetValue(seed),
            };
            string folder = parse.GetValue(output)!;
            ParticleTable table = Write(folder, options, count, CommonFlags.ThreadCount(parse, threads), console, cancellation);
            console.Summary(
                new JsonObject { ["micrographs"] = count, ["particles"] = table.Count, ["output"] = folder },
                string.Create(CultureInfo.InvariantCulture, $"{count} micrographs with {table.Count} particles in {folder}"));
            return ExitCode.Done;
        });
        return verb;
    }

    /// <summary>Simulates a data set into a folder.</summary>
    public static ParticleTable Write(
        string folder, SimulationOptions options, int count, int threads, VerbConsole console, CancellationToken cancellation)
    {
        string images = Path.Combine(folder, "micrographs");
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
            return 0;
        });

        var table = new ParticleTable();
        for (int i = 0; i < count; i++)
            table.Add(entries[i].Name, simulated[i]);
        ImageList.Write(Path.Combine(folder, "micrographs.txt"), entries);
        ParticleFile.Write(Path.Combine(folder, "particles.txt"), table);
        return table;
    }
}
