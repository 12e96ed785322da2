using Microsoft.ML.Data;

namespace MLNetContract.Tests;

/// <summary>A row with a column of each kind.</summary>
internal sealed class Row
{
    public float F;
    public double D;
    public bool B;
    public byte Small;
    [KeyType(4)]
    public uint Key;
    public float[]? Variable;
    public string[]? Texts;
    public ReadOnlyMemory<char> Memory;
    [VectorType(5)]
    public VBuffer<float> Sparse;

    public int I { get; set; }

    public string? T { get; set; }

    [VectorType(4)]
    public float[]? V4 { get; set; }

    public static Row[] Make(int count) => [.. Enumerable.Range(0, count).Select(i => new Row
    {
        F = i,
        D = i / 4.0,
        B = i % 2 == 0,
        Small = (byte)i,
        Key = (uint)(i % 4),
        Variable = [.. Enumerable.Repeat((float)i, i % 3)],
        Texts = ["a" + i, "b"],
        Memory = ("m" + i).AsMemory(),
        Sparse = new VBuffer<float>(5, 1, [i], [2]),
        I = i,
        T = "t" + i,
        V4 = [i, i + 1, i + 2, i + 3],
    })];
}

internal sealed class OnlyF
{
    public float F { get; set; }
}

internal sealed class OnlyX
{
    public float X { get; set; }
}

internal sealed class OnlyY
{
    public float Y { get; set; }
}

internal sealed class IntF
{
    public int F { get; set; }
}

internal sealed class TextT
{
    public string? T { get; set; }
}

internal sealed class VariableF
{
    public float[]? Variable { get; set; }
}

internal sealed class FixedV4
{
    [VectorType(4)]
    public float[]? V4 { get; set; }
}
