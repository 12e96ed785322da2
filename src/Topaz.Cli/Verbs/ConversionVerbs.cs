using System.CommandLine;
using Topaz.Cli.Coordinates;
using Topaz.Particles;

namespace Topaz.Cli.Verbs;

/// <summary><c>topaz convert</c>, and the verbs that convert between two certain formats.</summary>
internal static class ConversionVerbs
{
    public static Verb BoxesToCoordinates() => ToTable(
        "boxes_to_coordinates", "Turns BOX files, one for each micrograph, into one table of coordinates.", ParticleFormat.Box, "boxes/*.box");

    public static Verb StarToCoordinates() => ToTable(
        "star_to_coordinates", "Turns a STAR file of RELION into a table of coordinates.", ParticleFormat.Star, "particles.star");

    public static Verb CoordinatesToBoxes() => ToFolder(
        "coordinates_to_boxes", "Turns a table of coordinates into BOX files, one for each micrograph.", ParticleFormat.Box, "--boxsize 180 particles.txt boxes/");

    public static Verb CoordinatesToEman2Json() => ToFolder(
        "coordinates_to_eman2_json", "Turns a table of coordinates into JSON files of EMAN2, one for each micrograph.", ParticleFormat.EmanJson, "particles.txt info/");

    public static Verb Convert()
    {
        var verb = new Verb(
            "convert",
            "Converts coordinate files from one format to another, scales coordinates, and leaves out particles with low scores. Many files, folders and patterns "
            + "become one table; formats that hold one micrograph each, and --suffix, make -o a folder. From STAR to STAR all other columns and blocks stay as they are.",
            "topaz convert -s 4 -o particles_4.txt particles.star\ntopaz convert --to box --boxsize 180 -t 0 -o boxes/ picks.txt");
        Argument<string[]> files = Files(verb);
        Option<string?> output = Output(verb, "file for the result, or folder where there are several; printed by default");
        Option<string> from = FormatFlag.AddAuto(verb, "--from", "format of what is read");
        Option<string> to = FormatFlag.AddAuto(verb, "--to", "format to write; auto by how the output's name ends");
        Option<string> suffix = verb.Flag(["--suffix"], "", "write one file for each micrograph, and put this behind its name", "TEXT");
        var flags = new ConversionFlags(verb);
        verb.Run((parse, console, cancellation) => parse.GetValue(suffix)!.Length > 0 && parse.GetValue(output) is null
            ? throw new UsageException("--suffix needs -o, the folder for the files.")
            : new Conversion(flags).Run(
                parse, console, parse.GetValue(files)!, FormatFlag.Of(parse, from), FormatFlag.Of(parse, to), parse.GetValue(output),
                oneEach: parse.GetValue(suffix)!.Length > 0, parse.GetValue(suffix)!));
        return verb;
    }

    public static Verb ScaleCoordinates()
    {
        var verb = new Verb("scale_coordinates", "Multiplies coordinates by a factor, so that they fit micrographs of another size.", "topaz scale_coordinates -s 0.25 -o small.txt particles.txt");
        Argument<string[]> files = Files(verb);
        Option<string?> output = Output(verb, "file for the result; printed by default");
        var flags = new ConversionFlags(verb, up: 0.25, shortIsUp: true);
        verb.Run((parse, console, cancellation) => new Conversion(flags).Run(parse, console, parse.GetValue(files)!, from: null, to: null, parse.GetValue(output)));
        return verb;
    }

    private static Verb ToTable(string name, string description, ParticleFormat from, string example)
    {
        var verb = new Verb(name, description, $"topaz {name} -o particles.txt {example}");
        Argument<string[]> files = Files(verb);
        Option<string?> output = Output(verb, "file for the result; printed by default");
        var flags = new ConversionFlags(verb);
        verb.Run((parse, console, cancellation) => new Conversion(flags).Run(parse, console, parse.GetValue(files)!, from, ParticleFormat.Table, parse.GetValue(output)));
        return verb;
    }

    private static Verb ToFolder(string name, string description, ParticleFormat to, string example)
    {
        var verb = new Verb(name, description, $"topaz {name} {example}");
        var file = new Argument<string>("file") { Description = "coordinates" };
        var folder = new Argument<string>("destdir") { Description = "folder for the results" };
        verb.Add(file);
        verb.Add(folder);
        var flags = new ConversionFlags(verb);
        verb.Run((parse, console, cancellation) => new Conversion(flags).Run(
            parse, console, [parse.GetValue(file)!], from: null, to, parse.GetValue(folder), oneEach: true));
        return verb;
    }

    public static Verb CoordinatesToStar()
    {
        var verb = new Verb("coordinates_to_star", "Turns a table of coordinates into a STAR file for RELION.", "topaz coordinates_to_star -o picks.star --image-ext .mrc picks.txt");
        Argument<string[]> files = Files(verb);
        Option<string?> output = Output(verb, "file for the result; printed by default");
        var flags = new ConversionFlags(verb);
        verb.Run((parse, console, cancellation) => new Conversion(flags).Run(parse, console, parse.GetValue(files)!, from: null, ParticleFormat.Star, parse.GetValue(output)));
        return verb;
    }

    public static Verb StarParticlesThreshold()
    {
        var verb = new Verb(
            "star_particles_threshold", "Leaves out particles with low scores from a STAR file; all else in it stays as it is.", "topaz star_particles_threshold -t 0 -o good.star picks.star");
        var file = new Argument<string>("file") { Description = "a STAR file" };
        verb.Add(file);
        Option<string?> output = Output(verb, "file for the result; printed by default");
        var flags = new ConversionFlags(verb, threshold: 0);
        verb.Run((parse, console, cancellation) => new Conversion(flags).Run(
            parse, console, [parse.GetValue(file)!], ParticleFormat.Star, ParticleFormat.Star, parse.GetValue(output)));
        return verb;
    }

    public static Verb Split()
    {
        var verb = new Verb("split", "Writes the coordinates of each micrograph into a file of its own.", "topaz split -o each/ picks.txt");
        Argument<string[]> files = Files(verb);
        Option<string> output = verb.Flag(["-o", "--output"], ".", "folder for the results", "DIR");
        Option<string> format = FormatFlag.Add(verb, "--format", "format of the results");
        Option<string> suffix = verb.Flag(["--suffix"], "", "put this behind the name of each file", "TEXT");
        var flags = new ConversionFlags(verb);
        verb.Run((parse, console, cancellation) => new Conversion(flags).Run(
            parse, console, parse.GetValue(files)!, from: null, FormatFlag.Of(parse, format), parse.GetValue(output), oneEach: true, parse.GetValue(suffix)!));
        return verb;
    }

    private static Argument<string[]> Files(Verb verb)
    {
        var files = new Argument<string[]>("files") { Description = "coordinate files of any format, folders or patterns", Arity = ArgumentArity.ZeroOrMore };
        verb.Add(files);
        return files;
    }

    private static Option<string?> Output(Verb verb, string description) => verb.Flag<string?>(["-o", "--output"], description, "FILE");
}
