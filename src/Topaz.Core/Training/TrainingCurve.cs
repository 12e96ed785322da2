using System.Globalization;
using System.Text;

namespace Topaz.Training;

/// <summary>
/// The training curve and, if a path is given, its file, which grows row by row so that it can be watched: tab-separated
/// columns epoch, iter, split, loss, ge_penalty, [recon_error], precision, adjusted_precision, tpr, fpr, auprc, with - where
/// a column does not apply.
/// </summary>
internal sealed class TrainingCurve : IDisposable
{
    private readonly List<CurveRow> _rows;
    private readonly bool _reconstruction;
    private readonly string? _path;
    private readonly FileStream? _file;

    /// <summary>Begins with the rows known so far; what a killed run wrote beyond them is overwritten.</summary>
    public TrainingCurve(string? path, bool reconstruction, IEnumerable<CurveRow> rows)
    {
        (_path, _reconstruction, _rows) = (path, reconstruction, [.. rows]);
        if (path is null)
            return;
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes(Header()));
            foreach (CurveRow row in _rows)
                stream.Write(Encoding.UTF8.GetBytes(Line(row)));
        });
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read);
    }

    public IReadOnlyList<CurveRow> Rows => _rows;

    public void Add(CurveRow row)
    {
        _rows.Add(row);
        try
        {
            _file?.Write(Encoding.UTF8.GetBytes(Line(row)));
            _file?.Flush();
        }
        catch (IOException failure)
        {
            throw TopazException.CannotWrite(_path!, failure);
        }
    }

    public void Dispose() => _file?.Dispose();

    private string Header() =>
        $"epoch\titer\tsplit\tloss\tge_penalty\t{(_reconstruction ? "recon_error\t" : "")}precision\tadjusted_precision\ttpr\tfpr\tauprc\n";

    private string Line(CurveRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Epoch}\t{row.Iteration}\t{(row.IsTest ? "test" : "train")}\t{Cell(row.Loss)}\t{Cell(row.Penalty)}\t{(_reconstruction ? Cell(row.ReconstructionError) + "\t" : "")}{Cell(row.Precision)}\t{Cell(row.AdjustedPrecision)}\t{Cell(row.TruePositiveRate)}\t{Cell(row.FalsePositiveRate)}\t{Cell(row.Auprc)}\n");

    private static string Cell(float value) => float.IsNaN(value) ? "-" : value.ToString("G6", CultureInfo.InvariantCulture);
}
