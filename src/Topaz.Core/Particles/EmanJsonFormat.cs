using System.Text.Json;
using System.Text.Json.Nodes;

namespace Topaz.Particles;

/// <summary>
/// JSON of EMAN2, one file for each micrograph, which gives the file its name (without <c>_info</c>): <c>{"boxes": [[x, y, "manual"], …]}</c>, centres, perhaps with a
/// score as fourth. Other entries of the object are not read. y counts from the top or the bottom as <see cref="ParticleFileOptions.YFromBottom"/> says.
/// </summary>
internal static class EmanJsonFormat
{
    internal static void Read(Stream stream, string file, ParticleTable particles)
    {
        string name = MicrographName.Of(Path.ChangeExtension(file, null));
        string micrograph = name.EndsWith("_info", StringComparison.Ordinal) ? name[..^"_info".Length] : name;
        particles.Add(micrograph);
        try
        {
            using JsonDocument json = JsonDocument.Parse(stream);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("boxes", out JsonElement boxes) || boxes.ValueKind != JsonValueKind.Array)
                throw new TopazException($"{file}: holds no list of boxes; a file of EMAN2 has {{\"boxes\": [[x, y, \"manual\"], …]}}.");
            int number = 0;
            foreach (JsonElement box in boxes.EnumerateArray())
            {
                number++;
                if (box.ValueKind != JsonValueKind.Array || box.GetArrayLength() < 2 || Number(box[0]) is not { } x || Number(box[1]) is not { } y)
                    throw new TopazException($"{file}: box {number} has no finite x and y; a box of EMAN2 is [x, y, \"manual\"].");
                float score = box.GetArrayLength() > 3 && Number(box[3]) is { } given ? Particle.ScoreFrom(given) : float.NaN;
                particles.Add(micrograph, new Particle(x, y, score));
            }
        }
        // The second is what texts that are no Unicode become.
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw new TopazException($"{file}: is no sound JSON{(failure is JsonException { LineNumber: { } line } ? $" (line {line + 1})" : "")}; export it again.", failure);
        }
    }

    internal static void Write(TextWriter text, IEnumerable<Particle> particles)
    {
        var boxes = new JsonArray();
        foreach (Particle particle in particles)
        {
            var box = new JsonArray(JsonValue.Create(particle.X), JsonValue.Create(particle.Y), JsonValue.Create("manual"));
            if (particle.HasScore)
                box.Add((JsonNode)JsonValue.Create(particle.Score));
            boxes.Add((JsonNode)box);
        }

        text.Write(new JsonObject { ["boxes"] = boxes }.ToJsonString());
        text.Write('\n');
    }

    private static double? Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double value) && double.IsFinite(value) ? value : null;
}
