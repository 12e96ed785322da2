using System.Globalization;
using System.Text.Json.Nodes;
using Topaz.Cli.Terminal;
using Topaz.Search;

namespace Topaz.Cli.Searching;

/// <summary>What a study found: the ranking of trials, and which settings mattered.</summary>
internal static class SearchReport
{
    /// <summary>Prints it as tables.</summary>
    public static void Print(Study study, VerbConsole console)
    {
        Trial[] ranked = Ranked(study);
        string[] varied = [.. study.Space.Dimensions
            .Where(dimension => ranked.Select(trial => trial.Parameters.Find(dimension.Name)).Distinct().Count() > 1).Select(dimension => dimension.Name)];
        console.Table(
            ["trial", "state", "epochs", "est. AUPRC", "minutes", .. varied],
            [.. ranked.Select(trial => (string[])
            [
                trial.Number.ToString(CultureInfo.InvariantCulture),
                trial.Error is { } error ? $"failed: {error}" : trial.State == TrialState.Waiting ? "ended early" : trial.State.ToString().ToLowerInvariant(),
                trial.Epochs.ToString(CultureInfo.InvariantCulture),
                trial.Value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-",
                (trial.Seconds / 60).ToString("0.0", CultureInfo.InvariantCulture),
                .. varied.Select(name => TrialParameters.Short(trial.Parameters.Text(name))),
            ])]);
        IReadOnlyList<ParameterImportance> importance = ParameterImportance.Of(study.Space, study.Results);
        if (importance.Count > 0)
        {
            console.Table(
                ["setting", "share of the variance", "best"],
                [.. importance.Where(setting => varied.Contains(setting.Name)).Select(setting => (string[])
                    [setting.Name, setting.Share.ToString("0%", CultureInfo.InvariantCulture), setting.Best])]);
        }
    }

    /// <summary>The same for scripts.</summary>
    public static JsonObject Json(Study study) => new()
    {
        ["study"] = study.Path,
        ["best"] = study.Best?.Number,
        ["trials"] = new JsonArray([.. Ranked(study).Select(trial => new JsonObject
        {
            ["number"] = trial.Number,
            ["state"] = trial.State.ToString().ToLowerInvariant(),
            ["epochs"] = trial.Epochs,
            ["estimated_auprc"] = trial.Value,
            ["seconds"] = trial.Seconds,
            ["error"] = trial.Error,
            ["parameters"] = JsonNode.Parse(trial.Parameters.ToJson()),
        })]),
        ["importance"] = new JsonArray([.. ParameterImportance.Of(study.Space, study.Results).Select(setting => new JsonObject { ["name"] = setting.Name, ["share"] = setting.Share, ["best"] = setting.Best })]),
    };

    private static Trial[] Ranked(Study study) =>
        [.. study.Trials.OrderBy(trial => trial.State == TrialState.Failed).ThenByDescending(trial => trial.Epochs).ThenByDescending(trial => trial.Value)];
}
