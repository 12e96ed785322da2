using System.Globalization;
using CsvHelper;

namespace Topaz.Particles;

/// <summary>
/// Reads a tab-separated table whose columns are known by name and may come in any order, or without a header in the order of
/// <c>columns</c>. Byte order marks, either line ending, quotes and blank lines are accepted.
/// </summary>
internal sealed class TabSeparatedReader : IDisposable
{
    private readonly CsvReader _rows;
    private readonly string _file;
    private readonly string[] _columns;
    private readonly int _required;
    private int[]? _fieldOf;

    /// <param name="text">The table.</param>
    /// <param name="file">How errors call it.</param>
    /// <param name="columns">Column names, those that must be there first.</param>
    /// <param name="required">How many columns must be there.</param>
    public TabSeparatedReader(TextReader text, string file, string[] columns, int required)
    {
        (_file, _columns, _required) = (file, columns, required);
        _rows = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = '\t',
            HasHeader = false,
            TrimWhitespace = true,
            WhitespaceCharacters = " ",
            AllowLineBreaksInQuotes = false,
            TrackLineNumbers = true,
            PoolStrings = true,
            MaxRecordSize = 1 << 20,
        });
    }

    /// <summary>Opens a file, telling in one line why that is not possible.</summary>
    public static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            string reason = File.Exists(path) ? "cannot be opened; check its permissions"
                : Directory.Exists(path) ? "is a folder; give a tab-separated file"
                : "does not exist; check the path";
            throw new TopazException($"{path}: {reason}.", failure);
        }
    }

    /// <summary>Moves to the next row of data; false at the end.</summary>
    public bool Read()
    {
        while (Advance())
        {
            if (IsBlank())
                continue;
            if (_fieldOf is not null)
                return true;
            if (TakeHeader())
                continue;
            _fieldOf = [.. Enumerable.Range(0, _columns.Length)];
            return true;
        }

        return _fieldOf is null ? throw new TopazException(
            $"{_file}: is empty; expected a header naming {string.Join(", ", _columns.Take(_required))}, tab-separated.") : false;
    }

    /// <summary>Whether the row holds something in a column.</summary>
    public bool Has(int column) => _fieldOf![column] is int field and >= 0 && field < _rows.FieldCount && !_rows.GetSpan(field).IsEmpty;

    /// <summary>The text of a column, which must not be empty.</summary>
    public string Text(int column) => Has(column)
        ? _rows.GetString(_fieldOf![column])
        : throw Error($"has no {_columns[column]}; expected {string.Join(", ", _columns.Take(_required))}, separated by tabs");

    /// <summary>The micrograph whose name or path is in a column.</summary>
    public string Micrograph(int column) => MicrographName.Of(Text(column)) is { Length: > 0 } name
        ? name
        : throw Error($"has {_columns[column]} '{TopazException.Quoted(Text(column))}', which names no image; give the name of a file");

    /// <summary>The finite number in a column.</summary>
    public double Number(int column)
    {
        if (Has(column) && double.TryParse(_rows.GetSpan(_fieldOf![column]), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number))
            return number;
        throw Error($"has {_columns[column]} '{TopazException.Quoted(Text(column))}', which is no finite number; write it as 512 or 512.5");
    }

    /// <summary>An exception that names file and line.</summary>
    public TopazException Error(string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_file}: line {_rows.LineNumber} {what}."));

    public void Dispose() => _rows.Dispose();

    private bool Advance()
    {
        try
        {
            return _rows.Read();
        }
        catch (Exception failure) when (failure is CsvFormatException or IOException)
        {
            throw new TopazException($"{_file}: is not a tab-separated text file ({failure.Message}).", failure);
        }
    }

    private bool IsBlank()
    {
        for (int field = 0; field < _rows.FieldCount; field++)
        {
            if (!_rows.GetSpan(field).IsEmpty)
                return false;
        }

        return true;
    }

    private bool TakeHeader()
    {
        string[] fields = [.. Enumerable.Range(0, _rows.FieldCount).Select(_rows.GetString)];
        int[] fieldOf = [.. _columns.Select(column =>
            Array.FindIndex(fields, field => field.Equals(column, StringComparison.OrdinalIgnoreCase)))];
        if (fieldOf.All(field => field < 0))
            return false;
        for (int column = 0; column < _required; column++)
        {
            if (fieldOf[column] < 0)
                throw Error($"is a header without {_columns[column]}; expected {string.Join(", ", _columns.Take(_required))}, separated by tabs");
        }

        _fieldOf = fieldOf;
        return true;
    }
}
