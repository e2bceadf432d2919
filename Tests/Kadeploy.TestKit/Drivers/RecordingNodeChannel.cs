namespace Kadeploy.TestKit.Drivers;

/// <summary>Notes the commands that it is given; all succeed unless a test decides otherwise.</summary>
public sealed class RecordingNodeChannel : INodeChannel
{
    public string Missing { get; set; } = "";

    /// <summary>Gets the commands in their order.</summary>
    public List<NodeCommand> Commands { get; } = [];

    /// <summary>Gets what was waited for.</summary>
    public List<(SystemKind? Expected, string? PreviousBootId)> Waits { get; } = [];

    /// <summary>Gets or sets how a command ends.</summary>
    public Func<NodeCommand, CommandResult> Answer { get; set; } = static _ => new(0, []);

    /// <summary>Gets or sets what runs on all nodes; null when nothing answers.</summary>
    public RunningSystem? Running { get; set; }

    /// <summary>Gets or sets the failure of every question for what runs.</summary>
    public KadeployException? IdentifyFailure { get; set; }

    public Task<RunningSystem> WaitForAsync(Node node, SystemKind expected, string? previousBootId, CancellationToken cancellationToken)
    {
        Waits.Add((expected, previousBootId));
        Addresses.Add(node.Address?.ToString());
        return Task.FromResult(new RunningSystem(expected, "boot-new"));
    }

    /// <summary>Gets or sets what comes up where anything will do; null for one that does not say what it is.</summary>
    public RunningSystem? Up { get; set; } = new(SystemKind.Installed, "boot-new");

    public Task<RunningSystem?> WaitForAnySystemAsync(Node node, string? previousBootId, CancellationToken cancellationToken)
    {
        Waits.Add((null, previousBootId));
        Addresses.Add(node.Address?.ToString());
        return Task.FromResult(Up);
    }

    /// <summary>Gets the addresses at which nodes were waited for.</summary>
    public List<string?> Addresses { get; } = [];

    public Task<RunningSystem?> IdentifyAsync(Node node, CancellationToken cancellationToken) =>
        IdentifyFailure is null ? Task.FromResult(Running) : Task.FromException<RunningSystem?>(IdentifyFailure);

    public Task<CommandResult> RunAsync(Node node, NodeCommand command, CancellationToken cancellationToken)
    {
        Commands.Add(command);
        return Task.FromResult(Answer(command));
    }

    /// <summary>Gets the files that were sent, in their order.</summary>
    public List<NodeFile> Files { get; } = [];

    public Task SendFileAsync(Node node, NodeFile file, CancellationToken cancellationToken)
    {
        Files.Add(file);
        return Task.CompletedTask;
    }
}
