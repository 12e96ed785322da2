using System.Globalization;
using System.Text.Json;
using CsvHelper;

namespace Topaz.Particles;

/// <summary>
/// CSV of the VGG Image Annotator (VIA 2, https://www.robots.ox.ac.uk/~vgg/software/via): one region in a row, its shape as JSON in
/// <c>region_shape_attributes</c>. Points, circles and ellipses are particles at their centre, rectangles in their middle, other shapes are refused. A score
/// is the attribute of that name.
/// </summary>
internal static class ViaFormat
{
    private static readonly string[] s_columns =
        ["filename", "file_size", "file_attributes", "region_count", "region_id", "region_shape_attributes", "region_attributes"];

    internal static void Read(TextReader text, string file, ParticleTable particles)
    {
        try
        {
            using CsvReader rows = CsvReader.Create(text, new CsvReaderOptions { HasHeader = false, TrackLineNumbers = true, MaxRecordSize = 1 << 20 });
            int name = -1, shape = -1, attributes = -1;
            while (rows.Read())
            {
                string[] fields = [.. Enumerable.Range(0, rows.FieldCount).Select(rows.GetString)];
                if (fields.All(string.IsNullOrWhiteSpace))
                    continue;
                if (name < 0)
                {
                    // Older versions write #filename.
                    (name, shape, attributes) = (Array.FindIndex(fields, field => field.TrimStart('#') == "filename"),
                        Array.IndexOf(fields, "region_shape_attributes"), Array.IndexOf(fields, "region_attributes"));
                    if (name < 0 || shape < 0)
                        throw new TopazException($"{file}: its header names no filename or no region_shape_attributes; export it from the VGG Image Annotator as CSV.");
                    continue;
                }

                if (fields.Length <= Math.Max(name, shape))
                    throw Bad(rows.LineNumber, "has too few columns");
                string micrograph = MicrographName.Of(fields[name]);
                if (micrograph.Length == 0)
                    throw Bad(rows.LineNumber, "names no image");
                particles.Add(micrograph);
                // An image without regions has one row, with an empty shape.
                if (fields[shape].Trim() is not ("" or "{}"))
                    particles.Add(micrograph, Region(fields[shape], attributes >= 0 && attributes < fields.Length ? fields[attributes] : "", rows.LineNumber));
            }

            if (name < 0)
                throw new TopazException($"{file}: is empty; export it from the VGG Image Annotator as CSV.");
        }
        catch (Exception failure) when (failure is CsvFormatException or IOException)
        {
            throw new TopazException($"{file}: is no sound CSV file ({failure.Message}).", failure);
        }

        Particle Region(string shape, string attributes, long line)
        {
            try
            {
                using JsonDocument json = JsonDocument.Parse(shape);
                JsonElement region = json.RootElement;
                double? x = Number(region, "cx") ?? Number(region, "x") + Number(region, "width") / 2;
                double? y = Number(region, "cy") ?? Number(region, "y") + Number(region, "height") / 2;
                if (x is null || y is null || !double.IsFinite(x.Value) || !double.IsFinite(y.Value))
                    throw Bad(line, "has a region that is no point, circle, ellipse or rectangle");
                return new Particle(x.Value, y.Value, Score(attributes));
            }
            catch (Exception failure) when (failure is JsonException or InvalidOperationException)
            {
                throw Bad(line, "has a region_shape_attributes that is no JSON");
            }
        }

        TopazException Bad(long line, string what) => new(string.Create(CultureInfo.InvariantCulture, $"{file}: line {line} {what}; export it again from the VGG Image Annotator."));
    }

    internal static void Write(Stream stream, ParticleTable particles, ParticleFileOptions options)
    {
        using CsvWriter rows = CsvWriter.Create(stream, new CsvWriterOptions { NewLine = "\n" }, leaveOpen: true);
        rows.WriteRecord(s_columns);
        foreach (string micrograph in particles.Micrographs)
        {
            IReadOnlyList<Particle> picks = particles[micrograph];
            string image = options.ImagePath(micrograph);
            if (picks.Count == 0)
                rows.WriteRecord([image, "-1", "{}", "0", "0", "{}", "{}"]);
            for (int i = 0; i < picks.Count; i++)
            {
                CultureInfo culture = CultureInfo.InvariantCulture;
                rows.WriteRecord(
                [
                    image, "-1", "{}", picks.Count.ToString(culture), i.ToString(culture),
                    string.Create(culture, $$"""{"name":"point","cx":{{picks[i].X}},"cy":{{picks[i].Y}}}"""),
                    picks[i].HasScore ? string.Create(culture, $$"""{"score":"{{picks[i].Score}}"}""") : "{}",
                ]);
            }
        }
    }

    private static float Score(string attributes)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(attributes.Length == 0 ? "{}" : attributes);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("score", out JsonElement score)
                && float.TryParse(score.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value : float.NaN;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // Attributes are the user's own affair.
            return float.NaN;
        }
    }

    private static double? Number(JsonElement region, string name) =>
        region.ValueKind == JsonValueKind.Object && region.TryGetProperty(name, out JsonElement value)
        && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;
}
