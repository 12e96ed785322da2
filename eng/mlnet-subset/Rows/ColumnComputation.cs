namespace Microsoft.ML.Data;

/// <summary>Columns that a transformer computes from input columns of one schema.</summary>
internal abstract class ColumnComputation
{
    /// <summary>Indices of the input columns read.</summary>
    public abstract IReadOnlyList<int> Inputs { get; }

    public abstract IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    /// <summary>A <see cref="ValueGetter{T}"/> for each output. Called once per row object, and only if an output is active.</summary>
    public abstract Delegate[] CreateGetters(DataViewRow input);
}
