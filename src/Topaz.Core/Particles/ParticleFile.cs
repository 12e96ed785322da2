using System.Globalization;
using System.Text;

namespace Topaz.Particles;

/// <summary>Coordinate files of any format that is known, recognised by content; <see cref="ParticleFormat"/> lists them.</summary>
public static class ParticleFile
{
    private static readonly (string Ending, ParticleFormat Format)[] s_endings =
    [
        (".star", ParticleFormat.Star), (".box", ParticleFormat.Box), (".json", ParticleFormat.EmanJson), (".csv", ParticleFormat.Via), (".cs", ParticleFormat.CryoSparc),
        (".txt", ParticleFormat.Table), (".tsv", ParticleFormat.Table), (".coord", ParticleFormat.Table), (".coords", ParticleFormat.Table),
    ];

    /// <summary>Reads a coordinate file. Micrographs are named without folder and image extension.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">Its format; null to find out.</param>
    /// <param name="options">What the format does not tell itself; null for the defaults.</param>
    /// <exception cref="TopazException">The file is missing or empty, or not sound; the message names file, place and remedy.</exception>
    public static ParticleTable Read(string path, ParticleFormat? format = null, ParticleFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        using StreamReader opened = TabSeparatedReader.Open(path);
        return Read(opened.BaseStream, path, format, options);
    }

    /// <summary>Reads several coordinate files into one table, such as those that hold one micrograph each.</summary>
    /// <inheritdoc cref="Read(string, ParticleFormat?, ParticleFileOptions?)"/>
    public static ParticleTable Read(IEnumerable<string> paths, ParticleFormat? format = null, ParticleFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ParticleTable particles = new();
        foreach (string path in paths)
        {
            particles.Add(Read(path, format, options));
        }

        return particles;
    }

    /// <summary>Reads coordinates from a stream that can seek, as if from a file of that name.</summary>
    /// <inheritdoc cref="Read(string, ParticleFormat?, ParticleFileOptions?)"/>
    public static ParticleTable Read(Stream stream, string name, ParticleFormat? format = null, ParticleFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new ParticleFileOptions();
        ParticleTable particles = new();
        ParticleFormat known = format ?? Recognize(stream, name);
        stream.Position = 0;
        if (known == ParticleFormat.CryoSparc)
        {
            // These tell the size of micrographs themselves.
            CryoSparcFormat.Read(stream, name, particles, options);
            return particles;
        }

        if (known == ParticleFormat.EmanJson)
            EmanJsonFormat.Read(stream, name, particles);
        else
            ReadText(stream, name, particles, known);
        return options.Turned(particles, name);
    }

    /// <summary>Reads a coordinate table from text; <paramref name="file"/> is how errors call it.</summary>
    /// <exception cref="TopazException">As for a file.</exception>
    public static ParticleTable Read(TextReader text, string file = "coordinates")
    {
        ParticleTable particles = new();
        TableFormat.Read(text, file, particles);
        return particles;
    }

    /// <summary>Writes a coordinate table, all or nothing, with a score column if any particle has a score.</summary>
    /// <param name="path">The file; it is replaced when it exists.</param>
    /// <param name="particles">What to write, micrograph by micrograph.</param>
    /// <param name="round">Whether to round coordinates to whole pixels.</param>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    public static void Write(string path, ParticleTable particles, bool round = false)
    {
        ArgumentNullException.ThrowIfNull(particles);
        WriteText(path, text => TableFormat.Write(text, particles, round));
    }

    /// <summary>Writes a coordinate table as text, with a score column if any particle has a score.</summary>
    public static void Write(TextWriter text, ParticleTable particles, bool round = false)
    {
        ArgumentNullException.ThrowIfNull(particles);
        TableFormat.Write(text, particles, round);
    }

    /// <summary>Writes coordinates as text, in a format that can hold many micrographs and is text: a table or STAR.</summary>
    /// <exception cref="ArgumentException">The format is another one.</exception>
    public static void Write(TextWriter text, ParticleTable particles, ParticleFormat format, ParticleFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(particles);
        if (format == ParticleFormat.Star)
            StarFormat.Write(text, (options ??= new ParticleFileOptions()).Turned(particles, "STAR file"), options);
        else if (format == ParticleFormat.Table)
            TableFormat.Write(text, (options ?? new ParticleFileOptions()).Turned(particles, "table"), round: false);
        else
            throw new ArgumentException("Only tables and STAR files are written as text.", nameof(format));
    }

    /// <summary>Writes a coordinate file of a format, all or nothing.</summary>
    /// <param name="path">The file; it is replaced when it exists.</param>
    /// <param name="particles">What to write; for BOX and EMAN2 of one micrograph only.</param>
    /// <param name="format">The format.</param>
    /// <param name="options">What the format needs to know; null for the defaults.</param>
    /// <exception cref="TopazException">The format needs something that is not told, holds one micrograph and there are more, or the file cannot be written.</exception>
    public static void Write(string path, ParticleTable particles, ParticleFormat format, ParticleFileOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(particles);
        options ??= new ParticleFileOptions();
        if (format != ParticleFormat.CryoSparc)
            particles = options.Turned(particles, path);
        switch (format)
        {
            case ParticleFormat.Table:
                Write(path, particles);
                break;
            case ParticleFormat.Star:
                WriteText(path, text => StarFormat.Write(text, particles, options));
                break;
            case ParticleFormat.Via:
                AtomicFile.Write(path, stream => ViaFormat.Write(stream, particles, options));
                break;
            case ParticleFormat.CryoSparc:
                AtomicFile.Write(path, stream => CryoSparcFormat.Write(stream, path, particles, options));
                break;
            default:
                if (particles.Micrographs.Count > 1)
                    throw new TopazException($"{path}: a file of this format holds one micrograph, not {particles.Micrographs.Count}; write one file for each.");
                string micrograph = particles.Micrographs.Count == 1 ? particles.Micrographs[0] : "";
                WriteText(path, text =>
                {
                    if (format == ParticleFormat.Box)
                        BoxFormat.Write(text, path, particles[micrograph], options);
                    else
                        EmanJsonFormat.Write(text, particles[micrograph]);
                });
                break;
        }
    }

    /// <summary>Whether files of a format hold one micrograph each, whose name is the file's.</summary>
    public static bool IsPerMicrograph(ParticleFormat format) => format is ParticleFormat.Box or ParticleFormat.EmanJson;

    /// <summary>The format that a file's name ends in; null if none does.</summary>
    public static ParticleFormat? FormatOf(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        int place = Array.FindIndex(s_endings, known => path.EndsWith(known.Ending, StringComparison.OrdinalIgnoreCase));
        return place < 0 ? null : s_endings[place].Format;
    }

    /// <summary>How names of files of a format end.</summary>
    public static string EndingOf(ParticleFormat format) => s_endings.First(known => known.Format == format).Ending;

    /// <summary>The format of a file, by its content; where that may be a table or boxes of numbers, by its name.</summary>
    /// <exception cref="TopazException">The file is missing or unreadable.</exception>
    public static ParticleFormat Recognize(string path)
    {
        using StreamReader opened = TabSeparatedReader.Open(path);
        return Recognize(opened.BaseStream, path);
    }

    private static void ReadText(Stream stream, string path, ParticleTable particles, ParticleFormat format)
    {
        using StreamReader text = new(stream, leaveOpen: true);
        switch (format)
        {
            case ParticleFormat.Star:
                StarFormat.Read(text, path, particles);
                break;
            case ParticleFormat.Box:
                BoxFormat.Read(text, path, particles);
                break;
            case ParticleFormat.Via:
                ViaFormat.Read(text, path, particles);
                break;
            default:
                TableFormat.Read(text, path, particles);
                break;
        }
    }

    private static ParticleFormat Recognize(Stream stream, string path)
    {
        byte[] beginning = new byte[4096];
        stream.Position = 0;
        int length = stream.ReadAtLeast(beginning, beginning.Length, throwOnEndOfStream: false);
        if (NumpyTable.IsOne(beginning.AsSpan(0, length)))
            return ParticleFormat.CryoSparc;
        string first = Encoding.UTF8.GetString(beginning, 0, length).TrimStart('\uFEFF').Split('\n').Select(line => line.Trim())
            .FirstOrDefault(line => line.Length > 0 && (line[0] != '#' || line.StartsWith("#filename", StringComparison.Ordinal)), "");
        // A micrograph may be called data_001, and a table may lack a header.
        if (first.StartsWith("data_", StringComparison.Ordinal) && !first.Contains('\t'))
            return ParticleFormat.Star;
        if (first.StartsWith('{'))
            return ParticleFormat.EmanJson;
        if (first.Contains("region_shape_attributes", StringComparison.Ordinal))
            return ParticleFormat.Via;
        // A micrograph may have a number for a name: what tabs separate may be a table.
        return FormatOf(path) == ParticleFormat.Box || IsBox(first) && !first.Contains('\t') ? ParticleFormat.Box : ParticleFormat.Table;
    }

    private static bool IsBox(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length is 4 or 5 && words.All(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
    }

    private static void WriteText(string path, Action<TextWriter> write) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter text = new(stream, new UTF8Encoding(false), leaveOpen: true);
        write(text);
    });
}
