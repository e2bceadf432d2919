using Kadeploy.Engine.Statistics;

namespace Kadeploy.Engine.Stores.Sqlite.Log;

/// <summary>The names behind the numbers of the log, as they are at one moment.</summary>
internal sealed class LogLabels
{
    private readonly Dictionary<long, string> _texts;
    private readonly Dictionary<long, LoggedStep> _steps = [];
    private readonly Dictionary<long, NodeName> _nodes = [];
    private readonly Dictionary<long, string> _environments = [];
    private readonly Database _database;

    /// <summary>Reads texts and steps; nodes, of which there are more, are read when one is asked for.</summary>
    /// <param name="database">The database.</param>
    public LogLabels(Database database)
    {
        _database = database;
        _texts = database.Query("SELECT key, text FROM log_texts", static row => (Key: row.GetInt64(0), Text: row.GetString(1)))
            .ToDictionary(static text => text.Key, static text => text.Text);
        var steps = database.Query(
            "SELECT key, macro_step, instance, micro_step FROM log_steps WHERE macro_step >= 0",
            static row => (Key: row.GetInt64(0), MacroStep: (MacroStep)row.GetInt32(1), Instance: row.GetString(2), MicroStep: row.GetString(3)));
        foreach (var step in steps)
        {
            _steps.Add(
                step.Key, new(step.MacroStep, new(step.Instance), step.MicroStep.Length > 0 ? new MicroStepName(step.MicroStep) : null));
        }
    }

    /// <summary>Gets the steps by number.</summary>
    public IReadOnlyDictionary<long, LoggedStep> Steps => _steps;

    /// <summary>Gets the nodes by number.</summary>
    public IReadOnlyDictionary<long, NodeName> Nodes
    {
        get
        {
            LoadNodes();
            return _nodes;
        }
    }

    /// <summary>Gets the texts by number.</summary>
    public IReadOnlyDictionary<long, string> Texts => _texts;

    /// <summary>Gives a text.</summary>
    /// <param name="key">Its number.</param>
    /// <returns>The text.</returns>
    /// <exception cref="FormatException">There is none.</exception>
    public string Text(long key) => _texts.TryGetValue(key, out var text) ? text : throw new FormatException($"the log has no text {key}");

    /// <summary>Gives an environment.</summary>
    /// <param name="key">The number of its text.</param>
    /// <returns><c>name:version</c>.</returns>
    /// <exception cref="FormatException">There is none.</exception>
    public string Environment(long key)
    {
        if (!_environments.TryGetValue(key, out var environment)) _environments.Add(key, environment = EnvironmentText.Shorten(Text(key)));
        return environment;
    }

    /// <summary>Gives a node's name.</summary>
    /// <param name="key">Its number.</param>
    /// <returns>The name.</returns>
    /// <exception cref="FormatException">There is none.</exception>
    public NodeName Node(long key)
    {
        if (_nodes.TryGetValue(key, out var name)) return name;
        LoadNodes();
        return _nodes.TryGetValue(key, out name) ? name : throw new FormatException($"there is no node {key}");
    }

    /// <summary>Gives a step.</summary>
    /// <param name="key">Its number.</param>
    /// <returns>The step.</returns>
    /// <exception cref="FormatException">There is none.</exception>
    public LoggedStep Step(long key) => _steps.TryGetValue(key, out var step) ? step : throw new FormatException($"the log has no step {key}");

    private void LoadNodes()
    {
        if (_nodes.Count > 0) return;
        foreach (var (key, name) in _database.Query("SELECT key, name FROM nodes", static row => (row.GetInt64(0), row.GetString(1))))
            _nodes.Add(key, NodeName.Parse(name));
    }
}
