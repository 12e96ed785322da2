using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The start of everything: catalogs of operations, the log, the seed and the choice of device.</summary>
public sealed class MLContext : IHostEnvironment
{
    private readonly Random _rand;

    public MLContext(int? seed = null)
    {
        _rand = seed is { } value ? new Random(value) : new Random();
        Seed = seed ?? 0;
        Data = new DataOperationsCatalog(this);
        Transforms = new TransformsCatalog();
        Model = new ModelOperationsCatalog(this);
        BinaryClassification = new BinaryClassificationCatalog();
    }

    /// <summary>Raised for each message of a channel.</summary>
    public event EventHandler<LoggingEventArgs>? Log;

    public BinaryClassificationCatalog BinaryClassification { get; }

    public TransformsCatalog Transforms { get; }

    public ModelOperationsCatalog Model { get; }

    public DataOperationsCatalog Data { get; }

    public ComponentCatalog ComponentCatalog { get; } = new();

    /// <summary>Whether to compute on the CPU where there is no usable GPU.</summary>
    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    string IExceptionContext.ContextDescription => "HostEnvironment";

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => Host.Child(this, _rand, name, seed);

    IChannel IChannelProvider.Start(string name) => new Channel(this, name);

    TException IExceptionContext.Process<TException>(TException ex) => ex;

    /// <summary>What random operations fall back to that must give the same result each time.</summary>
    internal int Seed { get; }

    internal void OnLog(LoggingEventArgs message) => Log?.Invoke(this, message);

    internal int NextSeed()
    {
        lock (_rand)
            return _rand.Next();
    }
}
