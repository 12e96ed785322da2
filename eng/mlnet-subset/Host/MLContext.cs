using System.Collections.Concurrent;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>The start of everything: catalogs of operations, the log, the seed and the choice of device.</summary>
public sealed class MLContext : IHostEnvironment
{
    private const string Description = "HostEnvironment";
    private readonly Random _rand;
    private readonly ConcurrentDictionary<string, object?> _options = new();

    public MLContext(int? seed = null)
    {
        _rand = seed is { } value ? new Random(value) : new Random();
        Seed = seed ?? 0;
        Data = new DataOperationsCatalog(this);
        Transforms = new TransformsCatalog(this);
        Model = new ModelOperationsCatalog(this);
        BinaryClassification = new BinaryClassificationCatalog(this);
        TempFilePath = Path.GetTempPath();
    }

    /// <summary>Raised for each message of a channel.</summary>
    public event EventHandler<LoggingEventArgs>? Log;

    public BinaryClassificationCatalog BinaryClassification { get; }

    public TransformsCatalog Transforms { get; }

    public ModelOperationsCatalog Model { get; }

    public DataOperationsCatalog Data { get; }

    public ComponentCatalog ComponentCatalog { get; } = new();

    public string TempFilePath { get; set; }

    /// <summary>Whether to compute on the CPU where there is no usable GPU.</summary>
    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    string IExceptionContext.ContextDescription => Description;

    public bool TryAddOption<T>(string name, T value) => _options.TryAdd(name, value);

    public void SetOption<T>(string name, T value) => _options[name] = value;

    public bool TryGetOption<T>(string name, out T value)
    {
        bool found = _options.TryGetValue(name, out object? stored);
        value = found ? (T)stored! : default!;
        return found;
    }

    public T GetOptionOrDefault<T>(string name) => TryGetOption(name, out T value) ? value : default!;

    public bool RemoveOption(string name) => _options.TryRemove(name, out _);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => Host.Child(this, _rand, name, seed);

    IChannel IChannelProvider.Start(string name) => new Channel(this, name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => new Pipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => new SilentProgressChannel();

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
