namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>The numbers of names in the log, given out when a name is written first.</summary>
/// <remarks>Used in write transactions of one thread.</remarks>
internal sealed class LogNames
{
    /// <summary>The number of the row of <c>log_steps</c> that stands for whole operations.</summary>
    public const int WholeStep = 1;

    private readonly Dictionary<string, long> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<(MacroStep MacroStep, string Instance, string MicroStep), int> _steps = [];

    /// <summary>Gives the number of a text.</summary>
    /// <param name="database">The database.</param>
    /// <param name="text">The text.</param>
    /// <returns>The number.</returns>
    public long Text(Database database, string text)
    {
        if (_texts.TryGetValue(text, out var key)) return key;
        key = database.Scalar("SELECT key FROM log_texts WHERE text = $1", text) as long?
            ?? (long)database.Scalar("INSERT INTO log_texts (text) VALUES ($1) RETURNING key", text)!;
        _texts.Add(text, key);
        return key;
    }

    /// <summary>Gives the number of a step.</summary>
    /// <param name="database">The database.</param>
    /// <param name="step">The step.</param>
    /// <param name="whole">Whether its instance as a whole is meant.</param>
    /// <returns>The number.</returns>
    public int Step(Database database, StepReference step, bool whole)
    {
        var name = (step.MacroStep, step.Instance.Value, whole ? "" : step.MicroStep.Value);
        if (_steps.TryGetValue(name, out var key)) return key;
        key = (int)(database.Scalar(
                "SELECT key FROM log_steps WHERE macro_step = $1 AND instance = $2 AND micro_step = $3", (long)name.MacroStep, name.Value, name.Item3) as long?
            ?? (long)database.Scalar(
                "INSERT INTO log_steps (macro_step, instance, micro_step) VALUES ($1, $2, $3) RETURNING key", (long)name.MacroStep, name.Value, name.Item3)!);
        _steps.Add(name, key);
        return key;
    }

    /// <summary>Forgets all, because a transaction that gave out numbers has come to nothing.</summary>
    public void Forget()
    {
        _texts.Clear();
        _steps.Clear();
    }
}
