namespace Topaz.Compute;

/// <summary>
/// One matrix product summed over taps: C[m, n] = Σ_t Σ_k A[OffsetsA[t] + m·RowA + k·StepA] · B[OffsetsB[t] + k·StepB + n],
/// for a block of columns n as wide as two vectors. Every convolution, transposed convolution and gradient is such a sum,
/// a tap being a kernel element (or, for weight gradients, an image row); only offsets and strides differ.
/// </summary>
internal unsafe ref struct Product
{
    /// <summary>Number of taps.</summary>
    public int Taps;

    /// <summary>Terms summed per tap.</summary>
    public int Inner;

    /// <summary>Where each tap starts, in floats from A and from B.</summary>
    public nint* OffsetsA, OffsetsB;

    /// <summary>Floats between rows of A and of C, and between inner terms of A and of B.</summary>
    public nint RowA, RowC, StepA, StepB;

    /// <summary>Whether C is added to, rather than overwritten.</summary>
    public bool Accumulate;
}

/// <summary>Products of any number of rows, tile by tile.</summary>
internal sealed unsafe partial class Kernels<V, S>
{
    /// <summary>C = Σ A·B for <paramref name="rows"/> rows and one block of columns (two vectors).</summary>
    private static void Multiply(in Product p, int rows, float* a, float* b, float* c)
    {
        int row = 0;
        while (row < rows)
        {
            int left = rows - row;
            if (left < 4 && left > 1 && rows >= 4 && !p.Accumulate)
            {
                // Computing a few rows twice is cheaper than a ragged end.
                row = rows - 4;
                left = 4;
            }

            int tile = left >= 12 && S.MaxTile >= 12 ? 12
                : left >= 8 && S.MaxTile >= 8 ? 8
                : left >= 6 && S.MaxTile == 6 ? 6
                : left >= 4 ? 4 : 1;
            float* ar = a + row * p.RowA, cr = c + row * p.RowC;
            switch (tile)
            {
                case 12: Tile12(p, ar, b, cr); break;
                case 8: Tile8(p, ar, b, cr); break;
                case 6: Tile6(p, ar, b, cr); break;
                case 4: Tile4(p, ar, b, cr); break;
                default: Tile1(p, ar, b, cr); break;
            }

            row += tile;
        }
    }
}
