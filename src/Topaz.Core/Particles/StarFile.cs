using System.Text;

namespace Topaz.Particles;

/// <summary>One block of a STAR file: pairs of names and values, or a table.</summary>
/// <param name="name">What stands behind <c>data_</c>; may be empty.</param>
public sealed class StarBlock(string name)
{
    /// <summary>What stands behind <c>data_</c>; may be empty.</summary>
    public string Name { get; } = name;

    /// <summary>Comment lines before the block.</summary>
    public List<string> Comments { get; } = [];

    /// <summary>Whether it stands in the same data block as the one before it: pairs and a table may share one.</summary>
    public bool ContinuesBlock { get; init; }

    /// <summary>Whether this is a table; otherwise it has one row, and each column is a line of name and value.</summary>
    public bool IsTable { get; set; }

    /// <summary>Names of the columns, with their underscore.</summary>
    public List<string> Columns { get; } = [];

    /// <summary>Rows, each with a value for every column.</summary>
    public List<string[]> Rows { get; } = [];

    /// <summary>Lines of the rows of a table in the file that it was read from.</summary>
    internal List<int> Lines { get; } = [];

    /// <summary>The place of a column; −1 if there is none of that name.</summary>
    public int IndexOf(string column) => Columns.IndexOf(column);
}

/// <summary>
/// A STAR file as RELION writes it (Hall, J. Chem. Inf. Comput. Sci. 31:326, 1991, of which RELION uses a part): all of it as text, so that
/// what is not understood survives. Values may be quoted; texts of several lines are not known to RELION and refused.
/// </summary>
public sealed class StarFile
{
    private const int MostColumns = 10_000;

    /// <summary>The blocks in their order.</summary>
    public List<StarBlock> Blocks { get; } = [];

    /// <summary>Reads a file.</summary>
    /// <exception cref="TopazException">It is missing or no STAR file.</exception>
    public static StarFile Read(string path)
    {
        using StreamReader text = TabSeparatedReader.Open(path);
        return Read(text, path);
    }

    /// <summary>Reads text; <paramref name="file"/> is how errors call it.</summary>
    /// <exception cref="TopazException">It is no STAR file.</exception>
    public static StarFile Read(TextReader text, string file = "STAR file")
    {
        ArgumentNullException.ThrowIfNull(text);
        var star = new StarFile();
        StarBlock? block = null;
        List<string> comments = [], words = [];
        bool columnsEnded = false;
        int number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim() is ['#', ..] comment)
            {
                comments.Add(comment.ToString());
                continue;
            }

            if (!Split(line, words, out bool quoted))
                throw Bad("has a quote without its end");
            if (words.Count == 0)
                continue;
            if (!quoted && words.Count == 1 && words[0].StartsWith("data_", StringComparison.Ordinal))
            {
                star.Blocks.Add(block = new StarBlock(words[0]["data_".Length..]));
                block.Comments.AddRange(comments);
                comments.Clear();
                columnsEnded = false;
            }
            else if (block is null)
            {
                throw Bad("comes before any data_ block");
            }
            else if (!quoted && words is ["loop_"])
            {
                if (block.Columns.Count > 0)
                    star.Blocks.Add(block = new StarBlock(block.Name) { ContinuesBlock = true });
                block.IsTable = true;
                columnsEnded = false;
            }
            else if (!quoted && words[0].StartsWith('_') && !columnsEnded && (block.IsTable || words.Count == 2))
            {
                if (block.IndexOf(words[0]) >= 0)
                    throw Bad($"names {TopazException.Quoted(words[0])} a second time");
                // Looking for one takes time in proportion to their number.
                if (block.Columns.Count == MostColumns)
                    throw Bad($"names more than {MostColumns} columns");
                block.Columns.Add(words[0]);
                if (!block.IsTable)
                    AddPair(block, words[1]);
            }
            else if (block.IsTable && words.Count == block.Columns.Count)
            {
                columnsEnded = true;
                block.Rows.Add([.. words]);
                block.Lines.Add(number);
            }
            else
            {
                throw Bad(block.IsTable ? $"has {words.Count} values for {block.Columns.Count} columns" : "is neither a name with its value nor a table");
            }
        }

        return star.Blocks.Count > 0 ? star : throw new TopazException($"{file}: holds no data_ block; it is no STAR file.");

        TopazException Bad(string what) => new($"{file}: line {number} {what}; this is no STAR file that RELION could read.");
    }

    /// <summary>Writes a file, all or nothing.</summary>
    /// <exception cref="TopazException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using StreamWriter text = new(stream, new UTF8Encoding(false), leaveOpen: true);
        Write(text);
    });

    /// <summary>Writes text.</summary>
    public void Write(TextWriter text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (StarBlock block in Blocks)
        {
            text.Write('\n');
            if (!block.ContinuesBlock)
            {
                foreach (string comment in block.Comments)
                    text.Write($"{comment}\n");
                text.Write($"\ndata_{block.Name}\n\n");
            }

            if (!block.IsTable)
            {
                for (int i = 0; i < block.Columns.Count; i++)
                    text.Write($"{block.Columns[i],-34} {Quoted(block.Rows[0][i])}\n");
                continue;
            }

            text.Write("loop_\n");
            for (int i = 0; i < block.Columns.Count; i++)
                text.Write($"{block.Columns[i]} #{i + 1}\n");
            foreach (string[] row in block.Rows)
                text.Write($"{string.Join(' ', row.Select(value => $"{Quoted(value),12}"))}\n");
        }
    }

    private static void AddPair(StarBlock block, string value)
    {
        if (block.Rows.Count == 0)
            block.Rows.Add([]);
        block.Rows[0] = [.. block.Rows[0], value];
    }

    /// <summary>A value as it stands in a file, in quotes where it would be taken for something else.</summary>
    private static string Quoted(string value)
    {
        if (value.Length > 0 && !value.Any(char.IsWhiteSpace) && value[0] is not ('"' or '\'' or '#' or '_' or ';')
            && !value.StartsWith("data_", StringComparison.Ordinal) && value != "loop_")
            return value;
        // Rather a quote that the value does not hold; but one that ends nothing, for no blank follows, is read as it is meant.
        foreach (char quote in value.Contains('"') ? "'\"" : "\"'")
        {
            if (!value.Where((letter, i) => letter is '\n' or '\r' || letter == quote && i + 1 < value.Length && char.IsWhiteSpace(value[i + 1])).Any())
                return $"{quote}{value}{quote}";
        }

        throw new TopazException($"'{TopazException.Quoted(value)}' cannot stand in a STAR file; write it in one line and without quotes before blanks.");
    }

    /// <summary>Splits a line at blanks outside of quotes; a # behind a blank begins a comment. False for a quote without end.</summary>
    private static bool Split(string line, List<string> words, out bool firstIsQuoted)
    {
        words.Clear();
        firstIsQuoted = false;
        for (int at = 0; at < line.Length;)
        {
            if (char.IsWhiteSpace(line[at]))
            {
                at++;
                continue;
            }

            if (line[at] == '#')
                return true;
            int end;
            if (line[at] is '"' or '\'')
            {
                firstIsQuoted |= words.Count == 0;
                // A quote ends where a blank follows: o'clock is one word.
                end = at + 1;
                while (end < line.Length && !(line[end] == line[at] && (end + 1 == line.Length || char.IsWhiteSpace(line[end + 1]))))
                    end++;
                if (end == line.Length)
                    return false;
                words.Add(line[(at + 1)..end]);
                at = end + 1;
                continue;
            }

            end = at;
            while (end < line.Length && !char.IsWhiteSpace(line[end]))
                end++;
            words.Add(line[at..end]);
            at = end;
        }

        return true;
    }
}
