using Microsoft.ML;
using Microsoft.ML.Runtime;
using Xunit;

namespace MLNetContract.Tests;

public class HostContract
{
    private readonly MLContext _ml = new(1);
    private readonly List<LoggingEventArgs> _log = [];

    public HostContract() => _ml.Log += (_, message) => _log.Add(message);

    private IHostEnvironment Environment => _ml;

    [Fact]
    public void A_channels_messages_reach_the_log()
    {
        using (IChannel channel = Environment.Register("Picker").Start("Fit"))
        {
            channel.Info(MessageSensitivity.None, "{0} of {1}", 1, 2.5);
            channel.Warning(MessageSensitivity.Schema, "careful");
            channel.Error(MessageSensitivity.UserData, "wrong {0}");
        }

        LoggingEventArgs[] own = [.. _log.Where(m => m.Kind != ChannelMessageKind.Trace)];
        Assert.Equal(["Info Picker; Fit 1 of 2.5", "Warning Picker; Fit careful", "Error Picker; Fit wrong {0}"], own.Select(m => $"{m.Kind} {m.Source} {m.RawMessage}"));
        Assert.Equal("[Source=Picker; Fit, Kind=Info] 1 of 2.5", own[0].Message);
    }

    [Fact]
    public void A_channel_traces_its_start_and_its_end()
    {
        using (IChannel channel = Environment.Start("Top"))
            channel.Trace(MessageSensitivity.None, "between");
        Assert.Equal(["Channel started", "between", "Channel finished", "Channel disposed"], _log.Select(m => m.RawMessage.Split('.')[0]));
        Assert.All(_log, m => Assert.Equal((ChannelMessageKind.Trace, "Top"), (m.Kind, m.Source)));
    }

    [Fact]
    public void A_channel_is_named_after_the_innermost_host()
    {
        using IChannel channel = Environment.Register("A").Register("B").Start("C");
        Assert.Equal("B; C", channel.ContextDescription);
    }

    [Fact]
    public void The_contexts_seed_decides_what_hosts_draw()
    {
        IHostEnvironment first = new MLContext(7), second = new MLContext(7), other = new MLContext(8);
        int draw = first.Register("x").Rand.Next();
        Assert.Equal(draw, second.Register("x").Rand.Next());
        Assert.NotEqual(draw, other.Register("x").Rand.Next());
        Assert.NotEqual(draw, first.Register("x").Rand.Next());
        Assert.Equal(first.Register("x", 5).Rand.Next(), other.Register("y", 5).Rand.Next());
    }

    [Fact]
    public void The_device_is_the_users_choice()
    {
        Assert.Equal((null, false), (_ml.GpuDeviceId, _ml.FallbackToCpu));
        MLContext chosen = new() { GpuDeviceId = 1, FallbackToCpu = true };
        Assert.Equal((1, true), (chosen.GpuDeviceId, chosen.FallbackToCpu));
    }

    [Fact]
    public void An_exception_is_processed_to_itself()
    {
        InvalidOperationException exception = new("text");
        Assert.Same(exception, Environment.Register("A").Process(exception));
        Assert.Equal("text", exception.Message);
    }

    [Fact]
    public void An_assembly_may_be_registered_twice()
    {
        _ml.ComponentCatalog.RegisterAssembly(typeof(HostContract).Assembly);
        _ml.ComponentCatalog.RegisterAssembly(typeof(HostContract).Assembly);
    }
}
