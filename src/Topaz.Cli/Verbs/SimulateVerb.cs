using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
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
        var defaults = new SimulationOptions();
        Option<string> output = verb.Flag(["-o", "--output"], "simulated", "folder for the results", "DIR");
        Option<int> number = verb.Flag(["-n", "--number"], 10, "how many micrographs", "N");
        Option<int> size = verb.Flag(["--size"], defaults.Width, "width and height in pixels", "PIXELS");
        Option<string> kind = verb.Flag(["--kind"], defaults.Kind.ToString().ToLowerInvariant(), "shape of the particle: compact, elongated, barrel or small", "KIND");
        kind.AcceptOnlyFromAmong([.. Enum.GetNames<ParticleKind>().Select(name => name.ToLowerInvariant())]);
        Option<double> pixelSize = verb.Flag(["--pixel-size"], defaults.PixelSize, "Å per pixel", "ANGSTROM");
        Option<double?> diameter = verb.Flag<double?>(["--diameter"], "largest extent of a particle; by default what is usual for its kind", "ANGSTROM");
        Option<double> particles = verb.Flag(["--particles"], defaults.Particles, "mean number of particles on a micrograph", "N");
        Option<double> snr = verb.Flag(["--snr"], defaults.SignalToNoise, "signal-to-noise ratio within particles, as variances", "RATIO");
        Option<double> carbon = verb.Flag(["--carbon"], defaults.CarbonProbability, "probability that a carbon edge cuts through a micrograph", "P");
        Option<ulong> seed = verb.Flag(["--seed"], defaults.Seed, "the same seed gives the same micrographs", "N");
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
            SimulatedDataSet simulated = SimulatedDataSet.Write(folder, options, count, CommonFlags.ThreadCount(parse, threads), console, cancellation);
            console.Summary(
                new JsonObject { ["micrographs"] = count, ["particles"] = simulated.Particles.Count, ["output"] = folder },
                string.Create(CultureInfo.InvariantCulture, $"{count} micrographs with {simulated.Particles.Count} particles in {folder}"));
            return ExitCode.Done;
        });
        return verb;
    }
}
