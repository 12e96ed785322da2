using System.CommandLine.Parsing;
using System.Globalization;

namespace Topaz.Cli;

/// <summary>Reads the value of a flag. Where a flag is given twice the last one counts, so that scripts can append to a command line.</summary>
internal static class FlagValue
{
    public static T? Parse<T>(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        Type type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        (object? value, string kind) = Parse(text, type);
        if (value is T parsed)
            return parsed;
        string name = result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
        result.AddError($"{name}: '{text}' is not {kind}.");
        return default;
    }

    private static (object? Value, string Kind) Parse(string text, Type type)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(int))
            return (int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int whole) ? whole : null, "a whole number");
        if (type == typeof(ulong))
            return (ulong.TryParse(text, NumberStyles.None, culture, out ulong natural) ? natural : null, "a whole number from 0 up");
        if (type == typeof(float))
            return (float.TryParse(text, NumberStyles.Float, culture, out float single) && !float.IsNaN(single) ? single : null, "a number");
        if (type == typeof(double))
            return (double.TryParse(text, NumberStyles.Float, culture, out double real) && !double.IsNaN(real) ? real : null, "a number");
        return (text, "a text");
    }
}
