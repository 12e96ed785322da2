using System.CommandLine;
using Topaz.Cli.Demo;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz demo</c>: the whole way, from micrographs to picks and pictures of them.</summary>
internal static class DemoVerb
{
    public static Verb Create()
    {
        var verb = new Verb(
            "demo",
            "Shows the whole way in under three minutes: simulates micrographs (or takes yours), sets some apart, learns from "
            + "labels on the others, picks those set apart, and compares with their labels and with a classical picker. Writes "
            + "picks.txt, model.sav, precision-recall.png, training.png and a picture of each picked micrograph.",
            "topaz demo\ntopaz demo --micrographs raw/ --particles particles.txt -o mydemo");
        Option<string> output = verb.Flag(["-o", "--output"], "topaz-demo", "folder for the results", "DIR");
        Option<string?> micrographs = verb.Flag<string?>(["--micrographs"], "your micrographs, raw: a folder, list or pattern; by default some are simulated", "PATH");
        Option<string?> particles = verb.Flag<string?>(["--particles"], "labels for them, in their pixels", "FILE");
        Option<double?> radius = verb.Flag<double?>(["--radius"], "radius of the particle, in pixels of your micrographs; by default what the labels show", "PIXELS");
        Option<double?> scale = verb.Flag<double?>(["--scale"], "downsampling factor; by default one that makes the radius about 8 pixels", "FACTOR");
        Option<double?> number = verb.Flag<double?>(["-n", "--num-particles"], "expected number of particles on a micrograph; by default estimated from the labels", "N");
        Option<ulong> seed = verb.Flag(["--seed"], 1UL, "the same seed gives the same result", "N");
        var device = new DeviceFlag(verb);
        Option<int> threads = CommonFlags.Threads(verb, "-j", "--num-threads");

        verb.Run((parse, console, cancellation) =>
        {
            string folder = parse.GetValue(output)!;
            string? images = parse.GetValue(micrographs), labels = parse.GetValue(particles);
            if (images is null != labels is null)
                throw new UsageException("--micrographs and --particles go together.");
            if (images is null && (parse.GetValue(radius) ?? parse.GetValue(number)) is not null)
                throw new UsageException("--radius and --num-particles are for micrographs of yours; what is simulated is known.");
            if (parse.GetValue(radius) is { } given)
                CommonFlags.CheckRadius(radius.Name, given, least: 1);
            if (parse.GetValue(scale) is not (null or >= 1 and < double.PositiveInfinity))
                throw new UsageException("--scale must be 1 or more.");
            OutputPath.RequireFolder(folder);
            int threadCount = CommonFlags.ThreadCount(parse, threads);

            DemoData data = images is null
                ? DemoData.Simulate(folder, parse.GetValue(seed), threadCount, console, cancellation)
                : DemoData.Given(ImageList.Read(images), ParticleFile.Read(labels!), labels!, parse.GetValue(radius), parse.GetValue(number), threadCount, console);
            var run = new DemoRun(data, folder, parse.GetValue(scale), parse.GetValue(seed), device.OpenOne(parse, threadCount, console), threadCount, console, cancellation);
            run.Run();
            return ExitCode.Done;
        });
        return verb;
    }
}
