namespace Microsoft.ML.Data;

/// <summary>A data view in random order: each row is drawn from a pool that the source refills.</summary>
internal sealed class ShuffledView(IDataView input, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => input.Schema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Random random = rand ?? new Random(seed);
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        DataViewRowCursor source = input.GetRowCursor(columns, shuffleSource && input.CanShuffle ? random : null);
        Dictionary<int, ColumnStore> stores = columns.DistinctBy(c => c.Index).ToDictionary(c => c.Index, c => ColumnStore.Create(c.Type));
        return new StoredCursor(Schema, stores, Draws(source, columns, stores, random).Select(slot => (slot, 0L)), source);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private IEnumerable<int> Draws(DataViewRowCursor source, DataViewSchema.Column[] columns, Dictionary<int, ColumnStore> stores, Random random)
    {
        Action<int>[] writers = [.. columns.Select(c => stores[c.Index].Writer(source, c))];
        int count = 0;
        while (count < poolSize && TryFill(count))
            count++;
        while (count > 0)
        {
            int slot = random.Next(count);
            yield return slot;
            if (TryFill(slot))
                continue;
            count--;
            foreach (ColumnStore store in stores.Values)
                store.Move(count, slot);
        }

        bool TryFill(int slot)
        {
            try
            {
                if (!source.MoveNext())
                    return false;
                foreach (Action<int> write in writers)
                    write(slot);
                return true;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException("Shuffle input cursor reader failed with an exception", e);
            }
        }
    }
}
