using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Data;

/// <summary>Runs several cursors, each in a thread of its own, and gives their rows in the order of the batches.</summary>
internal sealed class MergedCursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private readonly Worker[] _workers;
    private readonly CancellationTokenSource _stop = new();
    private RowBatch? _batch;
    private int _slot = -1;
    private long _position = -1;
    private bool _disposed;

    public MergedCursor(DataViewSchema schema, IReadOnlyList<DataViewSchema.Column> active, DataViewRowCursor[] cursors)
    {
        Schema = schema;
        DataViewSchema.Column[] columns = [.. active.DistinctBy(c => c.Index)];
        _active = [.. schema.Select(c => columns.Any(a => a.Index == c.Index))];
        _workers = [.. cursors.Select(cursor => new Worker(cursor, columns, _stop.Token))];
    }

    public override long Position => _position;

    public override long Batch => 0;

    public override DataViewSchema Schema { get; }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw RowErrors.Inactive(column);
        if (column.Type.RawType != typeof(TValue))
            throw RowErrors.WrongGetterType(typeof(TValue), column);
        ValueCopy<TValue> copy = ValueCopy.For<TValue>();
        return (ref TValue value) => copy(((ColumnStore<TValue>)_batch!.Stores[column.Index])[_slot], ref value);
    }

    public override bool MoveNext()
    {
        if (_batch != null && ++_slot < _batch.Count)
        {
            _position++;
            return true;
        }

        Worker? next = _workers.Where(w => w.Head() != null).MinBy(w => w.Head()!.Number);
        _batch = next?.Take();
        _slot = 0;
        _position = _batch == null ? -1 : _position + 1;
        return _batch != null;
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || _disposed)
            return;
        _disposed = true;
        _stop.Cancel();
        foreach (Worker worker in _workers)
            worker.Dispose();
        _stop.Dispose();
    }

    private sealed class Worker : IDisposable
    {
        private const int BatchesAhead = 2;
        private readonly DataViewRowCursor _cursor;
        private readonly IReadOnlyList<DataViewSchema.Column> _columns;
        private readonly CancellationToken _stop;
        private readonly BlockingCollection<RowBatch> _ready = new(BatchesAhead);
        private readonly Task _task;
        private RowBatch? _head;
        private ExceptionDispatchInfo? _error;

        public Worker(DataViewRowCursor cursor, IReadOnlyList<DataViewSchema.Column> columns, CancellationToken stop)
        {
            (_cursor, _columns, _stop) = (cursor, columns, stop);
            _task = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        /// <summary>The next batch, waiting for it; null at the end.</summary>
        public RowBatch? Head()
        {
            if (_head == null && !_ready.TryTake(out _head, Timeout.Infinite, CancellationToken.None))
                _error?.Throw();
            return _head;
        }

        public RowBatch? Take()
        {
            RowBatch? head = Head();
            _head = null;
            return head;
        }

        public void Dispose()
        {
            _task.Wait(CancellationToken.None);
            _cursor.Dispose();
            _ready.Dispose();
        }

        private void Run()
        {
            try
            {
                RowBatch? batch = null;
                while (_cursor.MoveNext())
                {
                    if (batch != null && (batch.Number != _cursor.Batch || batch.Count == RowBatch.Size))
                    {
                        _ready.Add(batch, _stop);
                        batch = null;
                    }

                    batch ??= new RowBatch(_cursor, _columns);
                    batch.Add();
                }

                if (batch != null)
                    _ready.Add(batch, _stop);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The reader has left.
            }
            catch (Exception e)
            {
                _error = ExceptionDispatchInfo.Capture(RowBatch.WorkerError(e));
            }
            finally
            {
                _ready.CompleteAdding();
            }
        }
    }
}
