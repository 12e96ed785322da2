using System.CommandLine;
using Topaz.Particles;

namespace Topaz.Cli;

/// <summary>A flag that names a format of coordinate files, by the names of the Python tool.</summary>
internal static class FormatFlag
{
    private const string Auto = "auto";

    private static readonly (string Name, ParticleFormat Format)[] s_names =
    [
        ("coord", ParticleFormat.Table), ("star", ParticleFormat.Star), ("box", ParticleFormat.Box), ("json", ParticleFormat.EmanJson), ("csv", ParticleFormat.Via),
        ("cs", ParticleFormat.CryoSparc),
    ];

    /// <summary>Adds a flag whose default is to find out.</summary>
    public static Option<string> AddAuto(Verb verb, string name, string what)
    {
        Option<string> option = verb.Flag([name], Auto, $"{what}: {string.Join(", ", s_names.Select(known => known.Name))}, or auto to find out", "FORMAT");
        option.AcceptOnlyFromAmong([Auto, .. s_names.Select(known => known.Name)]);
        return option;
    }

    /// <summary>Adds a flag whose default is the coordinate table.</summary>
    public static Option<string> Add(Verb verb, string name, string what)
    {
        Option<string> option = verb.Flag([name], s_names[0].Name, $"{what}: {string.Join(", ", s_names.Select(known => known.Name))}", "FORMAT");
        option.AcceptOnlyFromAmong([.. s_names.Select(known => known.Name)]);
        return option;
    }

    /// <summary>The format that is given; null to find out.</summary>
    public static ParticleFormat? Of(ParseResult parse, Option<string> option)
    {
        string name = parse.GetValue(option)!;
        return name == Auto ? null : s_names.First(known => known.Name == name).Format;
    }

    /// <summary>What the Python tool calls a format.</summary>
    public static string NameOf(ParticleFormat format) => s_names.First(known => known.Format == format).Name;
}
