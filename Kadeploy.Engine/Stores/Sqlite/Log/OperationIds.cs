namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>Finds the identifiers of operations by their numbers; rows of one operation mostly come one after the other.</summary>
/// <param name="database">The database.</param>
internal sealed class OperationIds(Database database) : IDisposable
{
    private readonly RowScan _row = new(database, "SELECT id FROM operations WHERE key = ?", [0L]);
    private (long Key, OperationId Id) _last = (-1, default);

    /// <summary>Finds one.</summary>
    /// <param name="key">Its number.</param>
    /// <returns>Its identifier.</returns>
    /// <exception cref="FormatException">There is none.</exception>
    public OperationId Id(long key)
    {
        if (_last.Key == key) return _last.Id;
        _row.Restart(key);
        if (!_row.Next()) throw new FormatException($"there is no operation {key}");
        _last = (key, OperationId.Parse(_row.Text(0)!));
        return _last.Id;
    }

    /// <inheritdoc/>
    public void Dispose() => _row.Dispose();
}
