using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Topaz.MLNet;

/// <summary>
/// A stage of this library as a chain of ML.NET's own transforms, because only these can be saved in a model: the input columns
/// are copied to fixed names; a constant column is made that holds the stage's state as text; a custom mapping reads both and
/// writes fixed columns; these are copied to the names asked for; the scratch columns are dropped.
/// </summary>
/// <remarks>
/// The text is the one value of a stock value mapping, which stores it in the model's zip. It hands the same string to every
/// row, so that the mapping parses it only once (<see cref="StageFactory{TInput, TOutput, TState}"/>).
/// </remarks>
internal static class StageChain
{
    public const string StateColumn = "topaz.state", InputPrefix = "topaz.in.", OutputPrefix = "topaz.out.";
    private const string SeedColumn = "topaz.seed";

    /// <summary>How states are written: a threshold may be infinite.</summary>
    public static JsonSerializerOptions Json { get; } = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    /// <param name="ml">The context.</param>
    /// <param name="factory">Makes the mapping.</param>
    /// <param name="contract">The name under which a loaded model finds the factory.</param>
    /// <param name="state">What the stage has learned or was told; serialised as JSON.</param>
    /// <param name="inputs">Column of each property of <typeparamref name="TInput"/>.</param>
    /// <param name="outputs">Column of each property of <typeparamref name="TOutput"/>.</param>
    public static EstimatorChain<ITransformer> Create<TInput, TOutput, TState>(
        MLContext ml,
        StageFactory<TInput, TOutput, TState> factory,
        string contract,
        TState state,
        IEnumerable<(string Property, string Column)> inputs,
        IEnumerable<(string Property, string Column)> outputs)
        where TInput : StageInput, new()
        where TOutput : class, new()
        where TState : class
    {
        var chain = new EstimatorChain<ITransformer>();
        List<string> scratch = [SeedColumn, StateColumn];
        foreach ((string property, string column) in inputs)
        {
            chain = chain.Append<ITransformer>(ml.Transforms.CopyColumns(InputPrefix + property, column));
            scratch.Add(InputPrefix + property);
        }

        chain = chain
            .Append<ITransformer>(ml.Transforms.CustomMapping<Nothing, Seed>(SeedFactory.Map, SeedFactory.Contract))
            .Append<ITransformer>(ml.Transforms.Conversion.MapValue(
                StateColumn, [KeyValuePair.Create(0f, JsonSerializer.Serialize(state, Json))], SeedColumn))
            .Append<ITransformer>(ml.Transforms.CustomMapping(factory.GetMapping(), contract));
        foreach ((string property, string column) in outputs)
        {
            chain = chain.Append<ITransformer>(ml.Transforms.CopyColumns(column, OutputPrefix + property));
            scratch.Add(OutputPrefix + property);
        }

        return chain.Append<ITransformer>(ml.Transforms.DropColumns([.. scratch]));
    }

    /// <summary>The state of a stage in a loaded model, if <paramref name="chain"/> is one of that kind; otherwise null.</summary>
    public static TState? StateIn<TInput, TOutput, TState>(MLContext ml, IEnumerable<ITransformer> chain)
        where TInput : StageInput, new()
        where TOutput : class, new()
        where TState : class
    {
        if (!chain.Any(part => part is CustomMappingTransformer<TInput, TOutput>) || chain.FirstOrDefault(part => part is ValueMappingTransformer) is not { } carrier)
            return null;
        IDataView one = carrier.Transform(ml.Data.LoadFromEnumerable([new Seed()]));
        return JsonSerializer.Deserialize<TState>(one.GetColumn<string>(StateColumn).First(), Json);
    }

    /// <summary>A custom mapping needs an input class, even one without columns.</summary>
    internal sealed class Nothing;

    /// <summary>The constant key that the value mapping turns into the state.</summary>
    internal sealed class Seed
    {
        [ColumnName(SeedColumn)]
        public float Value { get; set; }
    }

    /// <summary>Makes the constant key.</summary>
    [CustomMappingFactoryAttribute(Contract)]
    internal sealed class SeedFactory : CustomMappingFactory<Nothing, Seed>
    {
        public const string Contract = "Topaz.MLNet.Seed.v1";

        public static void Map(Nothing input, Seed output) => output.Value = 0;

        public override Action<Nothing, Seed> GetMapping() => Map;
    }
}
