using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>How the members of a row class become columns; may be changed before use.</summary>
public sealed class SchemaDefinition : List<SchemaDefinition.Column>
{
    private SchemaDefinition()
    {
    }

    public Column this[string columnName] => Find(c => c.ColumnName == columnName)!;

    public static SchemaDefinition Create(Type userType, Direction direction = Direction.Both)
    {
        ArgumentNullException.ThrowIfNull(userType);
        SchemaDefinition definition = [];
        foreach (RowMember member in RowMember.Of(userType))
        {
            if (!((direction.HasFlag(Direction.Read) && member.CanRead) || (direction.HasFlag(Direction.Write) && member.CanWrite)))
                continue;
            if (member.Info.GetCustomAttribute<NoColumnAttribute>() != null)
                continue;
            string name = member.Info.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Info.Name;
            if (definition.Exists(c => c.ColumnName == name))
                throw new ArgumentOutOfRangeException(nameof(userType), $"Duplicate column name '{name}' detected, this is disallowed");
            definition.Add(new Column(member.Info.Name, ColumnTypes.OfMember(member.Info, member.Type), name));
        }

        return definition;
    }

    /// <summary>Takes members that can be read (rows go in), written (rows come out) or either.</summary>
    [Flags]
    public enum Direction
    {
        Read = 1,
        Write = 2,
        Both = Read | Write,
    }

    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder _annotations = new();

        internal Column(string memberName, DataViewType columnType, string columnName) =>
            (MemberName, ColumnType, ColumnName) = (memberName, columnType, columnName);

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations => _annotations.ToAnnotations();

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            if (annotationType.RawType == typeof(T))
                _annotations.Add(kind, annotationType, (ref T destination) => destination = value);
            else if (value is string text && annotationType is TextDataViewType)
                _annotations.Add(kind, annotationType, (ref ReadOnlyMemory<char> destination) => destination = text.AsMemory());
            else
                throw new InvalidOperationException($"Value inputted is supposed to have Type {typeof(T)}, but type of Annotationinfo has {annotationType.RawType}");
        }

        internal void AddAnnotations(DataViewSchema.Annotations annotations) => _annotations.Add(annotations, _ => true);
    }
}
