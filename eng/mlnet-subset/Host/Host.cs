namespace Microsoft.ML.Runtime;

/// <summary>A named part of an <see cref="MLContext"/>.</summary>
internal sealed class Host(MLContext context, string fullName, Random rand) : IHost
{
    public Random Rand => rand;

    public ComponentCatalog ComponentCatalog => context.ComponentCatalog;

    public string ContextDescription => fullName;

    public IHost Register(string name, int? seed = null, bool? verbose = null) => Child(context, fullName, rand, name, seed);

    public IChannel Start(string name) => new Channel(context, $"{fullName}; {name}");

    public IPipe<TMessage> StartPipe<TMessage>(string name) => Channel.AsPipe<TMessage>(Start(name));

    public IProgressChannel StartProgressChannel(string name) => new SilentProgressChannel();

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    internal static Host Child(MLContext context, string? parentName, Random parentRand, string name, int? seed)
    {
        // One generator feeds all hosts: drawing the seeds under a lock keeps it whole.
        lock (parentRand)
            return new Host(context, parentName == null ? name : $"{parentName}; {name}", new Random(seed ?? parentRand.Next()));
    }
}
