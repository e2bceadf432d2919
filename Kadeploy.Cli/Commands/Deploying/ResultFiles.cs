namespace Kadeploy.Cli.Commands.Deploying;

/// <summary>The files that name the nodes that ended well and those that did not. They are made before anything is done, so that a deployment does not
/// end with results that nobody can read.</summary>
internal sealed class ResultFiles
{
    private readonly Dictionary<NodeName, NodeState> _ends = [];

    private ResultFiles(string? ok, string? ko) => (Ok, Ko) = (ok, ko);

    /// <summary>Gets the file of the nodes that ended well; null when none is wanted.</summary>
    public string? Ok { get; private set; }

    /// <summary>Gets the file of the others; null when none is wanted.</summary>
    public string? Ko { get; private set; }

    /// <summary>Makes the files, empty.</summary>
    /// <param name="ok">The file of the nodes that end well, or null.</param>
    /// <param name="ko">The file of the others, or null.</param>
    /// <returns>The files.</returns>
    /// <exception cref="ConfigurationException">They cannot be written, or are the same.</exception>
    public static ResultFiles Create(string? ok, string? ko)
    {
        if (ok is not null && ko is not null && Path.GetFullPath(ok) == Path.GetFullPath(ko))
            throw new ConfigurationException($"--output-ok-nodes and --output-ko-nodes both name '{ok}'; give two files");
        foreach (var file in new[] { ok, ko })
        {
            if (file is null) continue;
            try
            {
                File.WriteAllText(file, "");
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new ConfigurationException($"the list of nodes '{file}' cannot be written: {failure.Message}");
            }
        }

        return new(ok, ko);
    }

    /// <summary>Notes how a node ended.</summary>
    /// <param name="happened">An event; those that are no end of a node are passed over.</param>
    public void Add(OperationEvent happened)
    {
        if (happened is OperationEvent.NodeFinished end) _ends[end.Node] = end.State;
    }

    /// <summary>Names files in a folder where the user named none.</summary>
    /// <param name="folder">The folder; it exists.</param>
    public void Complete(string folder)
    {
        Ok ??= Path.Combine(folder, "ok-nodes");
        Ko ??= Path.Combine(folder, "ko-nodes");
    }

    /// <summary>Writes the files, one node a line.</summary>
    /// <returns>What is to be told where one could not be written, with the names that it should have had.</returns>
    public IReadOnlyList<string> Write()
    {
        var problems = new List<string>();
        Write(Ok, "ended well", static state => state is NodeState.Ok or NodeState.Stopped, problems);
        Write(Ko, "did not end well", static state => state is not (NodeState.Ok or NodeState.Stopped), problems);
        return problems;
    }

    private void Write(string? file, string what, Func<NodeState, bool> wanted, List<string> problems)
    {
        if (file is null) return;
        var nodes = NodeSet.From(_ends.Where(end => wanted(end.Value)).Select(static end => end.Key));
        try
        {
            File.WriteAllLines(file, nodes.Select(static node => node.Value));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            var names = nodes.Count == 0 ? "none" : nodes.ToString();
            problems.Add($"the list of nodes '{file}' could not be written and is not to be relied on: {failure.Message}; the nodes that {what}: {names}");
        }
    }
}
