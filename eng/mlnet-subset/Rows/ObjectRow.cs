namespace Microsoft.ML.Data;

/// <summary>The schema of a row class and rows made from its objects.</summary>
internal sealed class ObjectRowSource<TRow>
    where TRow : class
{
    private readonly SchemaDefinition _definition;

    public ObjectRowSource(SchemaDefinition? definition)
    {
        _definition = definition ?? SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Read);
        foreach (SchemaDefinition.Column column in _definition)
            RequireFit(column);
        Schema = DataViewSchema.From(_definition.Select(c => new DataViewSchema.DetachedColumn(c.ColumnName, c.ColumnType, c.Annotations)));
    }

    public DataViewSchema Schema { get; }

    public Delegate CreateGetter(int column, Func<TRow> current) => RowObjectGetters.Create(_definition[column], current);

    private static void RequireFit(SchemaDefinition.Column column)
    {
        RowMember member = RowMember.Find(typeof(TRow), column.MemberName);
        Type? columnItem = ColumnTypes.VectorItem(column.ColumnType.RawType), memberItem = ColumnTypes.VectorItem(member.Type);
        if ((columnItem == null) != (memberItem == null))
            throw Wrong($"Column '{column.ColumnName}' is supposed to be {Shape(columnItem)}, but type of associated field '{member.Info.Name}' is {Shape(memberItem)}");
        if (!RowObjectColumns.Fits(column.ColumnType, member.Type))
            throw Wrong($"Column '{column.ColumnName}' is supposed to have item type {columnItem ?? column.ColumnType.RawType}, but associated field has type {memberItem ?? member.Type}");
    }

    private static string Shape(Type? item) => item == null ? "scalar" : "vector";

    private static ArgumentOutOfRangeException Wrong(string message) => new("userSchemaDefinition", message);
}

/// <summary>A row over an object that can be exchanged.</summary>
internal sealed class ObjectRow<TRow> : DataViewRow
    where TRow : class
{
    private readonly Delegate[] _getters;
    private TRow? _current;
    private long _position = -1;

    public ObjectRow(ObjectRowSource<TRow> source)
    {
        Schema = source.Schema;
        _getters = [.. Enumerable.Range(0, Schema.Count).Select(i => source.CreateGetter(i, () => _current!))];
    }

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema { get; }

    public void Show(TRow row)
    {
        _current = row;
        _position++;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        _getters[column.Index] as ValueGetter<TValue> ?? throw RowErrors.WrongGetterType(typeof(TValue), column);
}
