using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

public class VBufferContract
{
    private static readonly VBuffer<float> Sparse = new(6, 2, [5, 7], [1, 4]);
    private static readonly VBuffer<float> Dense = new(3, [1, 2, 3, 4]);

    [Fact]
    public void A_sparse_vector_shows_stored_and_missing_items()
    {
        Assert.False(Sparse.IsDense);
        Assert.Equal([5, 7], Sparse.GetValues().ToArray());
        Assert.Equal([1, 4], Sparse.GetIndices().ToArray());
        Assert.Equal([0, 5, 0, 0, 7, 0], Sparse.DenseValues());
        Assert.Equal([KeyValuePair.Create(1, 5f), KeyValuePair.Create(4, 7f)], Sparse.Items());
        Assert.Equal(6, Sparse.Items(all: true).Count());
        Assert.Equal((7f, 0f), (Sparse.GetItemOrDefault(4), Sparse.GetItemOrDefault(3)));
    }

    [Fact]
    public void A_dense_vector_is_as_long_as_it_says_whatever_its_array_holds()
    {
        Assert.True(Dense.IsDense);
        Assert.Equal([1, 2, 3], Dense.GetValues().ToArray());
        Assert.True(Dense.GetIndices().IsEmpty);
        Assert.Throws<ArgumentOutOfRangeException>(() => Dense.GetItemOrDefault(3));
    }

    [Fact]
    public void Copies_share_nothing()
    {
        VBuffer<float> copy = default;
        Sparse.CopyTo(ref copy);
        Assert.False(copy.GetValues().Overlaps(Sparse.GetValues()));
        Assert.Equal([0, 5, 0, 0, 7, 0], copy.DenseValues());
        float[] target = new float[9];
        Sparse.CopyTo(target, 2, -1);
        Assert.Equal([0, 0, -1, 5, -1, -1, 7, -1, 0], target);
        Assert.Throws<ArgumentOutOfRangeException>(() => Sparse.CopyTo(new float[3]));
    }

    [Fact]
    public void An_editor_reuses_arrays_that_are_long_enough()
    {
        VBuffer<float> vector = default;
        VBufferEditor<float> first = VBufferEditor.Create(ref vector, 4);
        first.Values.Fill(1);
        vector = first.Commit();
        VBufferEditor<float> second = VBufferEditor.Create(ref vector, 3);
        Assert.True(first.CreatedNewValues);
        Assert.False(second.CreatedNewValues);
        Assert.True(vector.GetValues().Overlaps(second.Values));
    }

    [Fact]
    public void An_editor_can_make_a_sparse_vector()
    {
        VBuffer<float> vector = default;
        VBufferEditor<float> editor = VBufferEditor.Create(ref vector, 4, 1);
        editor.Values[0] = 8;
        editor.Indices[0] = 2;
        vector = editor.Commit();
        Assert.Equal([0, 0, 8, 0], vector.DenseValues());
    }

    [Fact]
    public void Arrays_that_are_too_short_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(-1, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, 4, new float[4], new int[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, 2, new float[2], new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            VBuffer<float> vector = default;
            VBufferEditor.Create(ref vector, 2, 3);
        });
    }
}
