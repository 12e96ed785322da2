using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Cli.Terminal;
using Topaz.Particles;

namespace Topaz.Cli.Coordinates;

/// <summary>From coordinate files of one format to such of another.</summary>
internal sealed class Conversion(ConversionFlags flags)
{
    private const int NamedColumns = 6;

    /// <summary>Converts.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="console">Where to report.</param>
    /// <param name="arguments">Files, folders or patterns to read.</param>
    /// <param name="from">Their format; null to find out.</param>
    /// <param name="to">The format to write; null for what the output's name ends in, or a table.</param>
    /// <param name="output">A file, or the folder for one file for each micrograph; null for standard output.</param>
    /// <param name="oneEach">Whether to write one file for each micrograph whatever the format.</param>
    /// <param name="suffix">What to put behind the name of each such file.</param>
    public int Run(
        ParseResult parse, VerbConsole console, IEnumerable<string> arguments, ParticleFormat? from, ParticleFormat? to, string? output,
        bool oneEach = false, string suffix = "")
    {
        IReadOnlyList<string> files = CoordinateFiles.Find(arguments);
        ParticleFormat target = to ?? (output is null ? null : ParticleFile.FormatOf(output)) ?? ParticleFormat.Table;
        if (console.Json && output is null)
            throw new UsageException("--json needs -o, for both would go to standard output.");
        bool rewrites = files.Count == 1 && target == ParticleFormat.Star && !oneEach && (from ?? ParticleFile.Recognize(files[0])) == ParticleFormat.Star;
        flags.Check(parse, target, console);
        if (rewrites)
            return Rewrite(parse, console, files[0], output);

        string nearby = Path.GetDirectoryName(files[0]) ?? "";
        // Turned where y may count from the bottom: in what is written if there, else in what is read.
        bool invertsOutput = ParticleFile.IsPerMicrograph(target);
        ParticleTable read = ParticleFile.Read(files, from, flags.Options(parse, !invertsOutput, nearby));
        double threshold = flags.Threshold(parse);
        ParticleTable particles = read.Scale(flags.Scale(parse)).Where(particle => !particle.HasScore || particle.Score >= threshold);
        NoteDropped(files, from, target, oneEach || files.Count > 1, console);
        ParticleFileOptions options = flags.Options(parse, invertsOutput, nearby);

        int written = 1;
        if (output is null)
        {
            Print(particles, target, options);
        }
        else if (oneEach || ParticleFile.IsPerMicrograph(target) && !(particles.Micrographs.Count <= 1 && ParticleFile.FormatOf(output) is not null))
        {
            written = WriteEach(particles, target, output, suffix, options, files);
        }
        else
        {
            OutputPath.RequireNoImage(output, files);
            ParticleFile.Write(output, particles, target, options);
        }

        Report(console, particles.Count, particles.Micrographs.Count, target, output, written);
        return ExitCode.Done;
    }

    /// <summary>From STAR to STAR: what is not understood stays as it is.</summary>
    private int Rewrite(ParseResult parse, VerbConsole console, string file, string? output)
    {
        StarFile star = StarFile.Read(file);
        ParticleFileOptions options = flags.Options(parse, inverts: true, Path.GetDirectoryName(file) ?? "");
        int count = StarFormat.Rewrite(star, file, flags.Scale(parse), flags.Threshold(parse), options);
        if (output is null)
        {
            star.Write(Console.Out);
        }
        else
        {
            OutputPath.RequireNoImage(output, file);
            star.Write(output);
        }

        console.Summary(
            new JsonObject { ["particles"] = count, ["output"] = output },
            $"{count} particles{(output is null ? "" : $" in {output}")}; all other columns and blocks as they were");
        return ExitCode.Done;
    }

    private static int WriteEach(
        ParticleTable particles, ParticleFormat format, string folder, string suffix, ParticleFileOptions options, IEnumerable<string> inputs)
    {
        if (File.Exists(folder))
            throw new TopazException($"{folder}: is a file, but one file for each micrograph is to be written; give a folder.");
        if (particles.Micrographs.FirstOrDefault(name => name is "." or ".." || name.AsSpan().IndexOfAny(Path.GetInvalidFileNameChars()) >= 0) is { } bad)
            throw new TopazException($"{folder}: micrograph '{bad}' cannot name a file in it; rename it.");
        string[] paths = [.. particles.Micrographs.Select(name => Path.Combine(folder, name + suffix + ParticleFile.EndingOf(format)))];
        OutputPath.RequireFolder(folder);
        foreach (string path in paths)
            OutputPath.RequireOther(path, inputs);
        for (int i = 0; i < paths.Length; i++)
            ParticleFile.Write(paths[i], particles.Where([particles.Micrographs[i]]), format, options);
        return paths.Length;
    }

    private static void Print(ParticleTable particles, ParticleFormat format, ParticleFileOptions options)
    {
        if (format != ParticleFormat.Table && format != ParticleFormat.Star)
            throw new UsageException($"-o is missing: files of format {FormatFlag.NameOf(format)} are not printed.");
        ParticleFile.Write(Console.Out, particles, format, options);
    }

    /// <summary>Says which columns of a STAR file are lost: the new format has no place for them, or files are not rewritten one by one.</summary>
    private static void NoteDropped(IEnumerable<string> files, ParticleFormat? from, ParticleFormat target, bool regrouped, VerbConsole console)
    {
        foreach (string file in files)
        {
            if ((from ?? ParticleFile.Recognize(file)) != ParticleFormat.Star)
                continue;
            string[] others = [.. StarFormat.OtherColumns(StarFile.Read(file), file)];
            if (others.Length == 0)
                continue;
            string named = string.Join(", ", others.Take(NamedColumns)) + (others.Length > NamedColumns ? ", …" : "");
            string why = target == ParticleFormat.Star && regrouped
                ? "for only a single file that stays one file is rewritten as it is"
                : $"for format {FormatFlag.NameOf(target)} has no place for them";
            console.Warn($"{file}: {others.Length} columns are left out ({named}), {why}.");
            return;
        }
    }

    private static void Report(VerbConsole console, int particles, int micrographs, ParticleFormat format, string? output, int files) => console.Summary(
        new JsonObject { ["particles"] = particles, ["micrographs"] = micrographs, ["format"] = FormatFlag.NameOf(format), ["output"] = output, ["files"] = files },
        string.Create(CultureInfo.InvariantCulture, $"{particles} particles of {micrographs} micrographs{(output is null ? "" : files == 1 ? $" in {output}" : $" in {files} files in {output}")}"));
}
