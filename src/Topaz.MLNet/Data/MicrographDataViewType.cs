using Microsoft.ML.Data;
using Topaz.Images;

namespace Topaz.MLNet;

/// <summary>The type of columns that hold a <see cref="Micrograph"/>: a raw or prepared image, or a map of scores.</summary>
/// <remarks>
/// Micrographs are never changed once made, so rows and threads may share them. As with every type that is not ML.NET's own,
/// <c>Cache</c>, <c>AppendCacheCheckpoint</c>, <c>ShuffleRows</c> and <c>SaveAsBinary</c> leave its columns out: use them on paths, and append
/// <see cref="PickingTransformsCatalog.LoadMicrographs()"/>. Trainers read each micrograph once, so that they need no cache.
/// A saved model's input schema leaves them out as well, without harm to prediction.
/// </remarks>
public sealed class MicrographDataViewType : StructuredDataViewType
{
    private MicrographDataViewType()
        : base(typeof(Micrograph))
    {
    }

    /// <summary>The type; there is only one.</summary>
    public static MicrographDataViewType Instance { get; } = new();

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) => other is MicrographDataViewType;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MicrographDataViewType;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(MicrographDataViewType).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => "Micrograph";
}

/// <summary>Marks a property of type <see cref="Micrograph"/> as a column of your own row class.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class MicrographTypeAttribute : DataViewTypeAttribute
{
    /// <inheritdoc/>
    public override bool Equals(DataViewTypeAttribute? other) => other is MicrographTypeAttribute;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MicrographTypeAttribute;

    /// <inheritdoc/>
    public override int GetHashCode() => typeof(MicrographTypeAttribute).GetHashCode();

    /// <inheritdoc/>
    public override void Register() =>
        DataViewTypeManager.Register(MicrographDataViewType.Instance, typeof(Micrograph), this);
}
