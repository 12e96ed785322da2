using System.Globalization;

namespace Topaz.Search;

/// <summary>One setting that a search chooses.</summary>
/// <param name="Name">What it is called, in files and on the command line.</param>
public abstract record Dimension(string Name)
{
    /// <summary>The value of a user who chooses nothing; the first trial has it.</summary>
    public abstract string DefaultValue { get; }

    /// <summary>The values as a user would type them.</summary>
    public abstract string Describe();

    /// <summary>The same setting with the values that a user typed: <c>8</c>, <c>8,16,32</c> or <c>0.001..0.01</c>.</summary>
    /// <exception cref="TopazException">The text makes no sense for this setting.</exception>
    public abstract Dimension Narrow(string text);

    /// <summary>A number as it is stored; it comes back with the same bits.</summary>
    internal static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    internal double ParseNumber(string text) =>
        double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new TopazException($"{Name}: '{TopazException.Quoted(text)}' is not a number.");
}

/// <summary>A setting with some values in no order.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Values">The values.</param>
/// <param name="Default">One of them.</param>
public sealed record CategoricalDimension(string Name, IReadOnlyList<string> Values, string Default) : Dimension(Name)
{
    /// <summary>Whether values are only examples of numbers, and others may be chosen.</summary>
    public bool IsOpen { get; init; }

    /// <inheritdoc/>
    public override string DefaultValue => Default;

    /// <inheritdoc/>
    public override string Describe() => string.Join(',', Values);

    /// <inheritdoc/>
    public override Dimension Narrow(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] chosen = [.. text.Split(',').Select(value => value.Trim()).Distinct()];
        if (chosen.FirstOrDefault(value => !Values.Contains(value) && !(IsOpen && ParseNumber(value) >= 0)) is { } unknown)
            throw new TopazException($"{Name}: '{TopazException.Quoted(unknown)}' is none of {Describe()}.");
        return this with { Values = chosen, Default = chosen.Contains(Default) ? Default : chosen[0] };
    }
}

/// <summary>A setting with values in a range.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The greatest value.</param>
/// <param name="Default">A value between them.</param>
/// <param name="IsLogarithmic">Whether ratios of values matter rather than differences.</param>
public sealed record RangeDimension(string Name, double Low, double High, double Default, bool IsLogarithmic = false) : Dimension(Name)
{
    /// <summary>The range as 0 to 1, along its logarithm if that is what matters.</summary>
    private (double Low, double High) Ends => IsLogarithmic ? (Math.Log(Low), Math.Log(High)) : (Low, High);

    /// <inheritdoc/>
    public override string DefaultValue => Text(Default);

    /// <inheritdoc/>
    public override string Describe() => Low == High ? Text(Low) : $"{Text(Low)}..{Text(High)}";

    /// <summary>The value at a place from 0 to 1.</summary>
    public double At(double place)
    {
        (double low, double high) = Ends;
        double value = low + Math.Clamp(place, 0, 1) * (high - low);
        return Math.Clamp(IsLogarithmic ? Math.Exp(value) : value, Low, High);
    }

    /// <summary>The place of a value, from 0 to 1.</summary>
    public double PlaceOf(double value)
    {
        (double low, double high) = Ends;
        return high > low ? Math.Clamp(((IsLogarithmic ? Math.Log(value) : value) - low) / (high - low), 0, 1) : 0;
    }

    /// <inheritdoc/>
    public override Dimension Narrow(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Contains(','))
        {
            string[] values = [.. text.Split(',').Select(value => Text(Checked(ParseNumber(value)))).Distinct()];
            return new CategoricalDimension(Name, values, values.Contains(DefaultValue) ? DefaultValue : values[0]);
        }

        int dots = text.IndexOf("..", StringComparison.Ordinal);
        double low = Checked(ParseNumber(dots < 0 ? text : text[..dots])), high = dots < 0 ? low : Checked(ParseNumber(text[(dots + 2)..]));
        if (high < low)
            throw new TopazException($"{Name}: the range {TopazException.Quoted(text)} ends before it begins.");
        return this with { Low = low, High = high, Default = Math.Clamp(Default, low, high) };
    }

    private double Checked(double value) => !IsLogarithmic || value > 0 ? value : throw new TopazException($"{Name}: {Text(value)} is not positive.");
}
