using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Topaz.MLNet;

/// <summary>What every stage's mapping reads: its own columns, in derived classes, and the state.</summary>
internal abstract class StageInput
{
    [ColumnName(StageChain.StateColumn)]
    public ReadOnlyMemory<char> State { get; set; }
}

/// <summary>
/// Makes a stage's mapping, in training as well as in a loaded model. Derived classes carry the contract's name.
/// </summary>
/// <remarks>
/// ML.NET calls a mapping once per row, for several rows at once where cursors run in parallel, on row objects that it uses again.
/// </remarks>
internal abstract class StageFactory<TInput, TOutput, TState> : CustomMappingFactory<TInput, TOutput>
    where TInput : StageInput, new()
    where TOutput : class, new()
    where TState : class
{
    public sealed override Action<TInput, TOutput> GetMapping()
    {
        // One per transformer: all its cursors and prediction engines share it.
        var running = new Parsed();
        return (input, output) => running.Get(input.State, Start)(input, output);
    }

    /// <summary>From a stage's state to what it does with a row; called once, what it returns must be thread-safe.</summary>
    protected abstract Action<TInput, TOutput> Start(TState state);

    /// <summary>Keeps what was made of the last text seen, which in one model is always the same.</summary>
    private sealed class Parsed
    {
        private readonly Lock _gate = new();
        private volatile Entry? _last;

        public Action<TInput, TOutput> Get(ReadOnlyMemory<char> text, Func<TState, Action<TInput, TOutput>> start)
        {
            if (_last is { } seen && seen.IsOf(text))
                return seen.Map;
            lock (_gate)
            {
                if (_last is { } last && last.IsOf(text))
                    return last.Map;
                TState state = JsonSerializer.Deserialize<TState>(text.Span, StageChain.Json)!;
                _last = new Entry(text, start(state));
                return _last.Map;
            }
        }

        private sealed record Entry(ReadOnlyMemory<char> Text, Action<TInput, TOutput> Map)
        {
            /// <summary>Almost always the same string object; its megabytes are compared only where it is not.</summary>
            public bool IsOf(ReadOnlyMemory<char> text) =>
                text.Length == Text.Length
                && ((MemoryMarshal.TryGetString(text, out string? a, out int i, out _) && MemoryMarshal.TryGetString(Text, out string? b, out int j, out _)
                        && ReferenceEquals(a, b) && i == j)
                    || text.Span.SequenceEqual(Text.Span));
        }
    }
}
