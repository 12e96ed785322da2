namespace Microsoft.ML.Runtime;

/// <summary>A named part of an <see cref="MLContext"/>.</summary>
internal sealed class Host(MLContext context, string name, Random rand) : IHost
{
    public Random Rand => rand;

    public ComponentCatalog ComponentCatalog => context.ComponentCatalog;

    public string ContextDescription => ((IHostEnvironment)context).ContextDescription;

    public IHost Register(string childName, int? seed = null, bool? verbose = null) => Child(context, rand, childName, seed);

    public IChannel Start(string channelName) => new Channel(context, $"{name}; {channelName}");

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    internal static Host Child(MLContext context, Random parentRand, string name, int? seed)
    {
        // One generator feeds all hosts: drawing the seeds under a lock keeps it whole.
        lock (parentRand)
            return new Host(context, name, new Random(seed ?? parentRand.Next()));
    }
}
