using System.Globalization;

namespace Topaz.Particles;

/// <summary>Reads the Python literals that NumPy writes as headers: dictionaries, lists, tuples, texts, whole numbers, True, False and None.</summary>
internal sealed class PythonLiteral(string text)
{
    // NumPy's are four deep.
    private const int Deepest = 16;

    private int _at;

    /// <summary>The value; a list for lists and tuples, and null for what is none of these.</summary>
    public object? Read()
    {
        try
        {
            object? value = Value(0);
            Blanks();
            return _at == text.Length ? value : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private object? Value(int depth)
    {
        if (depth > Deepest)
            throw new FormatException();
        Blanks();
        switch (Next())
        {
            case '{':
                var dictionary = new Dictionary<string, object?>();
                foreach (object? key in Items('}', depth))
                    dictionary[key as string ?? throw new FormatException()] = PairValue(depth);
                return dictionary;
            case '[':
                return Items(']', depth).ToList();
            case '(':
                return Items(')', depth).ToList();
            case '\'' or '"':
                char quote = text[_at];
                int end = text.IndexOf(quote, _at + 1);
                if (end < 0)
                    throw new FormatException();
                string value = text[(_at + 1)..end];
                _at = end + 1;
                return value;
            default:
                int start = _at;
                while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '-' or '+'))
                    _at++;
                return text[start.._at] switch
                {
                    "True" => true,
                    "False" => false,
                    "None" => null,
                    // Python 2 wrote long numbers with an L.
                    string number => long.TryParse(number.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole)
                        ? whole
                        : throw new FormatException(),
                };
        }
    }

    private object? PairValue(int depth)
    {
        Blanks();
        if (Next() != ':')
            throw new FormatException();
        _at++;
        return Value(depth + 1);
    }

    private IEnumerable<object?> Items(char end, int depth)
    {
        _at++;
        while (true)
        {
            Blanks();
            if (Next() == end)
            {
                _at++;
                yield break;
            }

            yield return Value(depth + 1);
            Blanks();
            if (Next() == ',')
                _at++;
            else if (Next() != end)
                throw new FormatException();
        }
    }

    private char Next() => _at < text.Length ? text[_at] : throw new FormatException();

    private void Blanks()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            _at++;
    }
}
