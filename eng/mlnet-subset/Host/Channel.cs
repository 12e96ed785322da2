using System.Globalization;

namespace Microsoft.ML.Runtime;

/// <summary>Sends what is written to it to the log of an <see cref="MLContext"/>.</summary>
internal sealed class Channel(MLContext context, string source) : IChannel
{
    public string ContextDescription => source;

    public TException Process<TException>(TException ex)
        where TException : Exception => ex;

    public void Send(ChannelMessage msg) => context.OnLog(new LoggingEventArgs(msg.Message, msg.Kind, source));

    public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Trace, sensitivity, fmt, args);

    public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Error, sensitivity, fmt, args);

    public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Warning, sensitivity, fmt, args);

    public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Info, sensitivity, fmt, args);

    public void Dispose()
    {
    }

    internal static IPipe<TMessage> AsPipe<TMessage>(IChannel channel) =>
        channel as IPipe<TMessage> ?? throw new NotSupportedException($"No pipe carries {typeof(TMessage)}");

    private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string fmt, params object[] args) =>
        Send(new ChannelMessage(kind, sensitivity, args.Length == 0 ? fmt : string.Format(CultureInfo.InvariantCulture, fmt, args)));
}
