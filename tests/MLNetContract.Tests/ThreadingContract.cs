using Microsoft.ML;
using Microsoft.ML.Data;
using Xunit;

namespace MLNetContract.Tests;

/// <summary>Added columns are computed by other threads, ahead of the reader.</summary>
public class ThreadingContract
{
    private readonly MLContext _ml = new(1);
    private readonly OnlyF[] _rows = [.. Enumerable.Range(0, 1000).Select(i => new OnlyF { F = i })];

    private IDataView Mapped(IDataView data, Action<OnlyF, OnlyY> map) => _ml.Transforms.CustomMapping(map, null).Fit(data).Transform(data);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_keep_their_order(bool cached)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(_rows);
        IDataView mapped = Mapped(cached ? _ml.Data.Cache(data) : data, (s, d) =>
        {
            Thread.SpinWait((int)s.F % 7 * 100);
            d.Y = s.F;
        });
        Assert.Equal(_rows.Select(r => r.F), mapped.Floats("Y"));
    }

    [Fact]
    public void Mappings_run_in_other_threads_than_the_readers()
    {
        HashSet<int> threads = [];
        Mapped(_ml.Data.LoadFromEnumerable(_rows), (s, d) =>
        {
            lock (threads)
                threads.Add(Environment.CurrentManagedThreadId);
            Thread.Sleep(1);
        }).Floats("Y");
        Assert.DoesNotContain(Environment.CurrentManagedThreadId, threads);
        Assert.True(threads.Count > 1);
    }

    [Fact]
    public void Rows_are_mapped_ahead_of_the_reader()
    {
        int calls = 0;
        using (IEnumerator<float> values = Mapped(_ml.Data.LoadFromEnumerable(_rows), (s, d) => Interlocked.Increment(ref calls)).GetColumn<float>("Y").GetEnumerator())
        {
            values.MoveNext();
            SpinWait.SpinUntil(() => Volatile.Read(ref calls) > 64, TimeSpan.FromSeconds(10));
        }

        Assert.InRange(calls, 65, 1000);
    }

    [Fact]
    public void One_cursor_of_a_set_maps_in_the_readers_thread()
    {
        int thread = 0;
        IDataView mapped = Mapped(_ml.Data.LoadFromEnumerable(_rows), (s, d) => thread = Environment.CurrentManagedThreadId);
        using DataViewRowCursor cursor = mapped.GetRowCursorSet(mapped.Schema, 1).Single();
        ValueGetter<float> get = cursor.GetGetter<float>(mapped.Schema["Y"]);
        float value = 0;
        cursor.MoveNext();
        get(ref value);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void An_error_in_a_mapping_arrives_wrapped()
    {
        IDataView mapped = Mapped(_ml.Data.LoadFromEnumerable(_rows), (s, d) => d.Y = s.F == 5 ? throw new InvalidDataException("five") : s.F);
        foreach (IDataView view in new[] { mapped, _ml.Transforms.CopyColumns("Z", "Y").Fit(mapped).Transform(mapped), _ml.Data.FilterRowsByColumn(mapped, "Y", 0) })
        {
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => view.Floats(view.Schema[view.Schema.Count - 1].Name));
            Assert.Equal("five", Assert.IsType<InvalidDataException>(error.InnerException).Message);
        }
    }

    [Fact]
    public void Caching_and_shuffling_wrap_it_once_more()
    {
        IDataView mapped = Mapped(_ml.Data.LoadFromEnumerable(_rows), (s, d) => throw new InvalidDataException("bad"));
        foreach (IDataView view in new[] { _ml.Data.Cache(mapped), _ml.Data.ShuffleRows(mapped) })
            Assert.IsType<InvalidDataException>(Assert.Throws<InvalidOperationException>(() => view.Floats("Y")).InnerException!.InnerException);
    }

    [Fact]
    public void An_error_of_the_source_arrives_as_it_is_unless_columns_are_added()
    {
        static IEnumerable<OnlyF> Failing()
        {
            yield return new OnlyF();
            throw new InvalidDataException("source");
        }

        IDataView source = _ml.Data.LoadFromEnumerable(Failing());
        Assert.Throws<InvalidDataException>(() => source.Floats("F"));
        Assert.Throws<InvalidDataException>(() => _ml.Transforms.SelectColumns("F").Fit(source).Transform(source).Floats("F"));
        Assert.IsType<InvalidDataException>(Assert.Throws<InvalidOperationException>(() => Mapped(source, (s, d) => { }).Floats("Y")).GetBaseException());
    }

    [Fact]
    public void Leaving_early_leaves_no_threads_behind()
    {
        IDataView mapped = Mapped(_ml.Data.LoadFromEnumerable(_rows), (s, d) => d.Y = s.F);
        for (int i = 0; i < 200; i++)
            Assert.Equal(0, mapped.GetColumn<float>("Y").First());
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
        Assert.True(process.Threads.Count < 150);
    }
}
