using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Topaz.Search;

/// <summary>
/// The SQLite file behind a study. Each call is one short transaction that is on the disk when it returns; several processes may call at the same time.
/// </summary>
internal sealed class StudyFile : IDisposable
{
    private const int Version = 1;
    private const int BusySeconds = 60;

    // Documented in docs/search.md; other programs read it.
    private const string Schema = """
        CREATE TABLE study (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL);
        CREATE TABLE trial (
            number INTEGER PRIMARY KEY,
            state TEXT NOT NULL,            -- running, waiting, finished, failed
            parameters TEXT NOT NULL,       -- a JSON object of texts
            epochs INTEGER NOT NULL,        -- finished ones
            value REAL,                     -- after these; more is better
            seconds REAL NOT NULL,
            target INTEGER,                 -- while it is running: the epochs it is brought to
            worker TEXT,                    -- while it is running: who does it
            heartbeat TEXT,                 -- while it is running: when the worker was last alive (UTC)
            deaths INTEGER NOT NULL,        -- workers that died since the last rung
            error TEXT,
            created TEXT NOT NULL,
            updated TEXT NOT NULL);
        CREATE TABLE result (
            trial INTEGER NOT NULL REFERENCES trial(number),
            epochs INTEGER NOT NULL,
            value REAL NOT NULL,
            seconds REAL NOT NULL,
            details TEXT NOT NULL,
            finished TEXT NOT NULL,
            PRIMARY KEY (trial, epochs));
        """;

    private readonly string _path;
    private readonly SqliteConnection _connection;

    private StudyFile(string path, SqliteConnection connection) => (_path, _connection) = (path, connection);

    /// <summary>Opens a study's file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="create">Whether to make it if it is not there.</param>
    /// <exception cref="TopazException">It is not there, is no study, is damaged, of a newer version, or cannot be written to.</exception>
    public static StudyFile Open(string path, bool create)
    {
        if (!create && !File.Exists(path))
            throw new TopazException($"{path}: there is no such study; check the name.");
        SqliteConnection? connection = null;
        try
        {
            SQLitePCL.Batteries_V2.Init();
            connection = new SqliteConnection(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = create ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite,
                DefaultTimeout = BusySeconds,
                Pooling = false,
            }.ToString());
            connection.Open();
            var file = new StudyFile(path, connection);
            if (create)
            {
                // A rollback journal also works on network file systems, which a write-ahead log does not.
                file.Execute("PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
                file.Write(file.Create);
            }

            file.Check();
            return file;
        }
        catch (Exception failure) when (failure is SqliteException or DllNotFoundException or TypeInitializationException)
        {
            connection?.Dispose();
            throw Explain(path, failure);
        }
        catch
        {
            connection?.Dispose();
            throw;
        }
    }

    /// <summary>Whether there are no tables: nothing was written yet.</summary>
    public bool IsEmpty { get; private set; } = true;

    /// <summary>Runs statements that change the file, all of them or none.</summary>
    public T Write<T>(Func<T> work)
    {
        try
        {
            using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
            T result = work();
            transaction.Commit();
            return result;
        }
        catch (SqliteException failure)
        {
            throw Explain(_path, failure);
        }
    }

    /// <inheritdoc cref="Write{T}"/>
    public void Write(Action work) => Write(() =>
    {
        work();
        return 0;
    });

    /// <summary>Runs a statement; the values stand for $0, $1, … in it.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, params object?[] values)
    {
        using SqliteCommand command = Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>The rows of a query.</summary>
    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> row, params object?[] values)
    {
        try
        {
            using SqliteCommand command = Command(sql, values);
            using SqliteDataReader reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(row(reader));
            return rows;
        }
        catch (SqliteException failure)
        {
            throw Explain(_path, failure);
        }
        catch (Exception failure) when (failure is InvalidCastException or InvalidOperationException or ArgumentException or FormatException or OverflowException or TopazException)
        {
            throw new TopazException($"{_path}: a row of the study makes no sense ({failure.Message.TrimEnd('.')}); it was damaged, or changed by another program; give another name, or a copy.", failure);
        }
    }

    /// <summary>The time, as the file holds it.</summary>
    public static string Text(DateTime time) => time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    public void Dispose() => _connection.Dispose();

    private List<string> Tables() => Query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'", row => row.GetString(0));

    private void Create()
    {
        if (Tables().Count > 0)
            return;
        Execute(Schema);
        Execute(
            "INSERT INTO study VALUES ('topaz.version', $0), ('topaz.created', $1), ('topaz.id', $2)",
            Version.ToString(CultureInfo.InvariantCulture), Text(DateTime.UtcNow), Guid.NewGuid().ToString("N")[..8]);
    }

    /// <summary>Makes sure that it is a study, or an empty file.</summary>
    private void Check()
    {
        List<string> tables = Tables();
        if (tables.Count == 0)
            return;
        string version = (tables.Contains("study") ? Query("SELECT value FROM study WHERE key = 'topaz.version'", row => row.GetString(0)).FirstOrDefault() : null)
            ?? throw new TopazException($"{_path}: is a database, but not a study; give another name.");
        if (version != Version.ToString(CultureInfo.InvariantCulture))
            throw new TopazException($"{_path}: is a study of version {TopazException.Quoted(version)}, this program knows {Version}; use a newer program.");
        IsEmpty = false;
    }

    private SqliteCommand Command(string sql, object?[] values)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
            command.Parameters.AddWithValue(FormattableString.Invariant($"${i}"), values[i] ?? DBNull.Value);
        return command;
    }

    private static TopazException Explain(string path, Exception failure) => failure switch
    {
        // https://www.sqlite.org/rescode.html
        SqliteException { SqliteErrorCode: 26 or 11 } => new TopazException($"{path}: is no study, or a damaged one; give another name, or a copy.", failure),
        SqliteException { SqliteErrorCode: 5 or 6 } => new TopazException($"{path}: another process keeps it locked for more than {BusySeconds} seconds; look for one that hangs.", failure),
        SqliteException { SqliteErrorCode: 8 or 14 or 10 or 13 or 3 } => new TopazException($"{path}: cannot be written to; check the folder, its permissions and free space.", failure),
        SqliteException => new TopazException($"{path}: {failure.Message.TrimEnd('.')}; the study may be damaged.", failure),
        _ => new TopazException($"{path}: SQLite cannot be loaded; keep the file e_sqlite3 (libe_sqlite3.so, e_sqlite3.dll) beside the program.", failure),
    };
}
