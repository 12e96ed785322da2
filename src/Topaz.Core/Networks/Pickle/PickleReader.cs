using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Topaz.Networks.Pickle;

/// <summary>
/// Reads Python pickles (protocols 0 to 5, https://docs.python.org/3/library/pickletools.html) into plain values. A pickle is a
/// program that builds objects and may call any function of any module; here its instructions are interpreted, names are held
/// against <see cref="PickleCatalog"/>, and nothing is ever executed.
/// </summary>
/// <remarks>Each instruction takes a byte of the file at least and adds a bounded amount to the stack, but for calls, which may copy what was
/// built before: those copies are counted. So time and memory are bounded by the file's length.</remarks>
internal sealed class PickleReader(byte[] data, int position, string path)
{
    private static readonly object s_mark = new();

    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private long _copied;

    /// <summary>Where the pickle ends.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Reads one pickle.</summary>
    /// <exception cref="TopazException">It is damaged, or asks for something that no model needs.</exception>
    public object? Read()
    {
        while (true)
        {
            int at = Position;
            byte instruction = Take(1)[0];
            if (instruction == '.')
                return Pop();
            if (!Execute(instruction))
                throw Bad($"instruction 0x{instruction:x2} at byte {at} is not one of a pickle");
        }
    }

    private bool Execute(byte instruction)
    {
        switch ((char)instruction)
        {
            case '\x80': Take(1); break;
            case '\x95': Take(8); break;
            case '(': _stack.Add(s_mark); break;
            case '0': Pop(); break;
            case '1': PopToMark(); break;
            case '2': _stack.Add(Peek()); break;

            case 'N': _stack.Add(null); break;
            case '\x88': _stack.Add(true); break;
            case '\x89': _stack.Add(false); break;
            case 'I': _stack.Add(Line() switch { "00" => false, "01" => true, string text => Whole(text) }); break;
            case 'L': _stack.Add(Whole(Line().TrimEnd('L'))); break;
            case 'J': _stack.Add((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case 'K': _stack.Add((long)Take(1)[0]); break;
            case 'M': _stack.Add((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case '\x8a': _stack.Add(Long(Take(Take(1)[0]))); break;
            case '\x8b': _stack.Add(Long(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))))); break;
            case 'F': _stack.Add(Real(Line())); break;
            case 'G': _stack.Add(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;

            case 'S' or 'V': _stack.Add(Line().Trim('\'', '"')); break;
            case 'T': _stack.Add(Text(Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4))))); break;
            case 'U' or '\x8c': _stack.Add(Text(Take(Take(1)[0]))); break;
            case 'X': _stack.Add(Text(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))); break;
            case '\x8d': _stack.Add(Text(Take(BinaryPrimitives.ReadInt64LittleEndian(Take(8))))); break;
            case 'B': _stack.Add(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))).ToArray()); break;
            case 'C': _stack.Add(Take(Take(1)[0]).ToArray()); break;
            case '\x8e' or '\x96': _stack.Add(Take(BinaryPrimitives.ReadInt64LittleEndian(Take(8))).ToArray()); break;

            case ']' or ')' or '\x8f': _stack.Add(new PickleSequence([])); break;
            case 'l' or 't' or '\x91': _stack.Add(new PickleSequence(PopToMark())); break;
            case '\x85': PushTuple(1); break;
            case '\x86': PushTuple(2); break;
            case '\x87': PushTuple(3); break;
            case 'a': Append(Pop()); break;
            case 'e' or '\x90': PopToMark().ForEach(Append); break;

            case '}': _stack.Add(new PickleDictionary()); break;
            case 'd': PushDictionary(PopToMark()); break;
            case 's': SetItems(PopLast(2)); break;
            case 'u': SetItems(PopToMark()); break;

            case 'p': _memo[Whole(Line())] = Peek(); break;
            case 'q': _memo[Take(1)[0]] = Peek(); break;
            case 'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek(); break;
            case '\x94': _memo[_memo.Count] = Peek(); break;
            case 'g': _stack.Add(Recall(Whole(Line()))); break;
            case 'h': _stack.Add(Recall(Take(1)[0])); break;
            case 'j': _stack.Add(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;

            case 'c': _stack.Add(PickleCatalog.Admit(Line(), Line(), path)); break;
            case '\x93':
                List<object?> names = PopLast(2);
                _stack.Add(PickleCatalog.Admit(names[0] as string ?? "?", names[1] as string ?? "?", path));
                break;
            case 'R' or '\x81': Call(Pop()); break;
            case '\x92': Pop(); Call(Pop()); break;
            case 'b': Build(Pop()); break;
            case 'Q': _stack.Add(PickleCatalog.Persistent(Pop(), path)); break;
            default: return false;
        }

        return true;
    }

    private void Call(object? arguments)
    {
        if (Pop() is not PickleName name || arguments is not PickleSequence { Items: { } values })
            throw Bad("it calls what is no function");
        _copied += values.Sum(value => value is PickleSequence { Items.Count: int items } ? items : 0);
        // What is written out takes more than a byte for each item; models copy next to nothing.
        if (_copied > data.Length / 4)
            throw Bad("it makes far more objects than it has bytes");
        _stack.Add(PickleCatalog.Make(name, values, path));
    }

    /// <summary>Gives an object its state; values that other classes keep in theirs do not matter to models.</summary>
    private void Build(object? state)
    {
        if (state is PickleSequence { Items: [PickleDictionary slots, ..] })
            state = slots;
        if (Peek() is PickleObject target)
            target.State = state as PickleDictionary;
    }

    private void Append(object? item)
    {
        if (Peek() is not PickleSequence sequence)
            throw Bad("it appends to what is no list");
        sequence.Items.Add(item);
    }

    private void SetItems(List<object?> items)
    {
        if (Peek() is not PickleDictionary dictionary || items.Count % 2 != 0)
            throw Bad("it sets items of what is no dictionary");
        for (int i = 0; i < items.Count; i += 2)
            dictionary.Set(items[i], items[i + 1]);
    }

    private void PushDictionary(List<object?> items)
    {
        _stack.Add(new PickleDictionary());
        SetItems(items);
    }

    private void PushTuple(int count) => _stack.Add(new PickleSequence(PopLast(count)));

    private object? Recall(long key) => _memo.TryGetValue(key, out object? value) ? value : throw Bad("it refers to what is not there");

    private object? Peek() => _stack.Count > 0 && _stack[^1] != s_mark ? _stack[^1] : throw Bad("it takes more than it has");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private List<object?> PopLast(int count)
    {
        int start = _stack.Count - count;
        if (start < 0 || _stack.IndexOf(s_mark, start) >= 0)
            throw Bad("it takes more than it has");
        List<object?> values = _stack.GetRange(start, count);
        _stack.RemoveRange(start, count);
        return values;
    }

    private List<object?> PopToMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
            throw Bad("it takes more than it has");
        List<object?> values = _stack.GetRange(mark + 1, _stack.Count - mark - 1);
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > data.Length - Position)
            throw Bad($"at byte {Position} it claims {count} bytes more, where {data.Length - Position} are left");
        Position += (int)count;
        return data.AsSpan(Position - (int)count, (int)count);
    }

    private string Line()
    {
        int length = data.AsSpan(Position).IndexOf((byte)'\n');
        string line = Text(Take(length < 0 ? long.MaxValue : length));
        Take(1);
        return line;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>A signed little-endian integer; those that need more than 8 bytes are kept as bytes, for no size is so large.</summary>
    private static object Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 8)
            return bytes.ToArray();
        long value = bytes.Length > 0 && bytes[^1] >= 0x80 ? -1 : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    private long Whole(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
        ? value
        : throw Bad($"'{TopazException.Quoted(text)}' is no whole number");

    private double Real(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
        ? value
        : throw Bad($"'{TopazException.Quoted(text)}' is no number");

    private TopazException Bad(string what) => new($"{path}: its pickle is damaged: {what}; copy the model again.");
}
