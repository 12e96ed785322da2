using Topaz.Compute;
using Topaz.Networks;

namespace Topaz.Training;

/// <summary>Checkpoints on disk: safetensors, like models, with tensors of weights, moments and history.</summary>
internal static class CheckpointFile
{
    private const string WeightPrefix = "weights/", FirstPrefix = "adam.m/", SecondPrefix = "adam.v/", History = "history";
    private const string SettingPrefix = "topaz.setting.";
    private const int Columns = 11;

    /// <summary>Writes a checkpoint; the one before it stays whole until then.</summary>
    public static void Save(string path, Checkpoint checkpoint)
    {
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["topaz.checkpoint"] = "1",
            ["topaz.updates"] = ModelMetadata.Text(checkpoint.Updates),
            ["topaz.closed_epochs"] = ModelMetadata.Text(checkpoint.ClosedEpochs),
            ["topaz.steps"] = ModelMetadata.Text(checkpoint.State.Steps),
        };
        ModelMetadata.Write(metadata, checkpoint.Architecture.Options);
        foreach ((string name, string value) in checkpoint.Settings)
            metadata[SettingPrefix + name] = value;

        List<Tensor> tensors =
        [
            .. Prefixed(checkpoint.State.Weights, WeightPrefix),
            .. Prefixed(checkpoint.State.FirstMoments, FirstPrefix),
            .. Prefixed(checkpoint.State.SecondMoments, SecondPrefix),
            new Tensor(History, [checkpoint.History.Count, Columns], [.. checkpoint.History.SelectMany(Values)]),
        ];
        AtomicFile.Write(path, stream => SafetensorsFile.Write(stream, metadata, tensors));
    }

    /// <summary>Reads a checkpoint and makes sure that it is whole.</summary>
    /// <exception cref="TopazException">The file is missing, damaged or no checkpoint.</exception>
    public static Checkpoint Load(string path)
    {
        (IReadOnlyDictionary<string, string> metadata, IReadOnlyList<Tensor> tensors) = SafetensorsFile.Read(path);
        if (!metadata.ContainsKey("topaz.checkpoint"))
            throw new TopazException($"{path}: this is not a checkpoint of a training run; start without resuming.");
        Architecture architecture = ModelMetadata.ReadArchitecture(metadata, path);
        Weights weights = ModelFile.Collect(architecture, Of(tensors, WeightPrefix).Tensors, path);
        Weights first = Of(tensors, FirstPrefix), second = Of(tensors, SecondPrefix);
        foreach (Tensor moment in first.Tensors.Concat(second.Tensors))
        {
            if (!weights.TryGet(moment.Name, out Tensor? weight) || !weight!.Shape.SequenceEqual(moment.Shape))
                throw new TopazException($"{path}: Adam's moments of '{moment.Name}' do not fit the network; the file is damaged.");
        }

        Tensor? history = tensors.FirstOrDefault(tensor => tensor.Name == History);
        if (history is not { Shape: [_, Columns] })
            throw new TopazException($"{path}: the training curve is missing; the file is damaged.");
        bool started = first.Tensors.Count > 0;
        return new Checkpoint(
            architecture,
            new TrainerState(weights, started ? first : null, started ? second : null, ModelMetadata.Number<long>(metadata, path, "steps")),
            ModelMetadata.Number<long>(metadata, path, "updates"),
            ModelMetadata.Number<int>(metadata, path, "closed_epochs"),
            [.. history.Data.Chunk(Columns).Select(Row)],
            metadata.Where(entry => entry.Key.StartsWith(SettingPrefix, StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[SettingPrefix.Length..], entry => entry.Value));
    }

    private static IEnumerable<Tensor> Prefixed(Weights? weights, string prefix) =>
        weights?.Tensors.Select(tensor => tensor with { Name = prefix + tensor.Name }) ?? [];

    private static Weights Of(IEnumerable<Tensor> tensors, string prefix)
    {
        var weights = new Weights();
        foreach (Tensor tensor in tensors.Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)))
            weights.Add(tensor with { Name = tensor.Name[prefix.Length..] });
        return weights;
    }

    private static float[] Values(CurveRow row) =>
    [
        row.Epoch, row.Iteration, row.IsTest ? 1 : 0, row.Loss, row.Penalty, row.ReconstructionError, row.Precision,
        row.AdjustedPrecision, row.TruePositiveRate, row.FalsePositiveRate, row.Auprc,
    ];

    private static CurveRow Row(float[] values) => new(
        (int)values[0], (int)values[1], values[2] != 0, values[3], values[4], values[5], values[6], values[7], values[8], values[9], values[10]);
}
