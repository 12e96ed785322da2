using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>What an estimator can tell of a schema before it is fitted.</summary>
public sealed class SchemaShape : IReadOnlyList<SchemaShape.Column>
{
    private readonly Column[] _columns;

    public SchemaShape(IEnumerable<Column> columns) => _columns = [.. columns];

    public int Count => _columns.Length;

    public Column this[int index] => _columns[index];

    public IEnumerator<Column> GetEnumerator() => ((IEnumerable<Column>)_columns).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static SchemaShape Create(DataViewSchema schema) =>
        new(schema.Where(c => !c.IsHidden).Select(c => new Column(c.Name, c.Type, Create(c.Annotations.Schema))));

    internal Column? Find(string name)
    {
        int index = Array.FindIndex(_columns, c => c.Name == name);
        return index < 0 ? null : _columns[index];
    }

    /// <summary>This shape with columns added, each in the place of a column of the same name.</summary>
    internal SchemaShape With(params IEnumerable<Column> added)
    {
        List<Column> columns = [.. _columns];
        foreach (Column column in added)
        {
            int index = columns.FindIndex(c => c.Name == column.Name);
            if (index < 0)
                columns.Add(column);
            else
                columns[index] = column;
        }

        return new SchemaShape(columns);
    }

    public struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, DataViewType type, SchemaShape? annotations = null)
        {
            VectorDataViewType? vector = type as VectorDataViewType;
            Name = name;
            Kind = vector == null ? VectorKind.Scalar : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;
            DataViewType item = vector?.ItemType ?? type;
            IsKey = item is KeyDataViewType;
            // The shape tells that a column is a key, not how many categories it has.
            ItemType = IsKey ? NumberDataViewType.All.First(n => n.RawType == item.RawType) : item;
            Annotations = annotations ?? new SchemaShape([]);
        }

        internal Column(string name, Column source, VectorKind? kind = null, SchemaShape? annotations = null)
        {
            this = source;
            Name = name;
            Kind = kind ?? source.Kind;
            Annotations = annotations ?? source.Annotations;
        }

        internal readonly string TypeText()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString()!;
            return Kind switch
            {
                VectorKind.Scalar => item,
                VectorKind.Vector => $"Vector<{item}>",
                _ => $"VarVector<{item}>",
            };
        }

        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }
    }
}
