using System.Globalization;
using Topaz.Quality;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const string Usage = """
    usage: Topaz.Quality counts|thresholds|grid|race [DATA [SET]]
      counts       the estimated number of particles beside the true one, over SNR, density and number of labels
      thresholds   precision and recall at the suggested threshold, estimated and true
      grid         automatic settings from 50 labels beside the best of a small grid
      race         a search beside random full trainings in the same time
      DATA         folder of the real micrographs (../shared/data), for grid
      SET          only the sets whose name contains this, for grid
    Each prints a table, tab-separated, row by row.
    """;
switch (args)
{
    case ["counts"]:
        Counts.Run();
        return 0;
    case ["thresholds"]:
        Thresholds.Run();
        return 0;
    case ["grid", .. var rest]:
        Grid.Run(rest is [var folder, ..] ? folder : "../shared/data", rest is [_, var set] ? set : "");
        return 0;
    case ["race"]:
        Race.Run();
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
