using System.Text.Json.Nodes;
using Spectre.Console;

namespace Topaz.Cli.Terminal;

/// <summary>
/// Where a verb speaks: results on standard output, everything else on standard error, so that the output of a pipeline
/// holds nothing but results.
/// </summary>
internal sealed class VerbConsole(string verb, bool quiet, bool json)
{
    private readonly Lock _lock = new();

    // Bars are drawn only for a person who watches.
    private readonly IAnsiConsole? _screen = quiet || Console.IsErrorRedirected
        ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Whether standard output belongs to one JSON object.</summary>
    public bool Json => json;

    /// <summary>A note for the user; silent with --quiet.</summary>
    public void Note(string line)
    {
        if (!quiet)
            Write(line);
    }

    /// <summary>Something went wrong, the work goes on.</summary>
    public void Warn(string line) => Write($"topaz {verb}: warning: {line}");

    /// <summary>The one line that says why the verb fails.</summary>
    public void Error(string line) => Write($"topaz {verb}: {line}");

    /// <summary>What the verb did: for a person as lines, for a script as one JSON object.</summary>
    public void Summary(JsonObject summary, params string[] lines)
    {
        if (json)
        {
            Console.Out.WriteLine(summary.ToJsonString());
            return;
        }

        foreach (string line in lines)
            Note(line);
    }

    /// <summary>
    /// Runs work that reports how far it is, from 0 to <paramref name="total"/>, under a progress bar with the time left;
    /// away from a terminal as a few plain lines.
    /// </summary>
    public T Track<T>(string what, double total, Func<IProgress<double>, T> work)
    {
        if (_screen is null)
            return work(new PlainProgress(what, total, Note));

        T result = default!;
        _screen.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn { Width = 32 },
                new PercentageColumn(),
                new ElapsedTimeColumn(),
                new RemainingTimeColumn(),
                new SpinnerColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask(Markup.Escape(what.PadRight(34)), maxValue: Math.Max(total, 1e-9));
                result = work(new BarProgress(task));
                task.StopTask();
            });
        return result;
    }

    /// <inheritdoc cref="Track{T}"/>
    public void Track(string what, double total, Action<IProgress<double>> work) => Track(what, total, progress =>
    {
        work(progress);
        return 0;
    });

    /// <summary>A small table: on a terminal drawn, elsewhere in aligned columns.</summary>
    public void Table(IReadOnlyList<string> headings, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (quiet || json)
            return;
        if (_screen is not null)
        {
            var table = new Table().Border(TableBorder.Rounded);
            foreach (string heading in headings)
                table.AddColumn(new TableColumn(Markup.Escape(heading)));
            foreach (IReadOnlyList<string> row in rows)
                table.AddRow([.. row.Select(Markup.Escape)]);
            _screen.Write(table);
            return;
        }

        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        foreach (IReadOnlyList<string> row in rows.Prepend(headings))
            Write(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private void Write(string line)
    {
        lock (_lock)
        {
            if (_screen is null)
                Console.Error.WriteLine(line);
            else
                _screen.WriteLine(line);
        }
    }
}
