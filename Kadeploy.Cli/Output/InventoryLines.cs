using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kadeploy.Cli.Output;

/// <summary>A node of the inventory.</summary>
internal sealed record InventoryNodeLine
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "inventoryNode";

    public required string Name { get; init; }

    public required string Cluster { get; init; }

    public required string Origin { get; init; }

    public required NodeCondition Condition { get; init; }

    public required string? Address { get; init; }

    public required IReadOnlyList<string> Macs { get; init; }

    public required ControllerLine? Bmc { get; init; }

    public required DiskRule? Disk { get; init; }

    public required ConsoleLine? Console { get; init; }

    public required CommandsLine? Commands { get; init; }

    public required IReadOnlyList<string> Groups { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public required string Description { get; init; }

    public required HolderLine? Holder { get; init; }

    public required OutcomeLine? Last { get; init; }

    public required DeployedLine? Environment { get; init; }

    public static InventoryNodeLine Of(InventoryNode node)
    {
        var (definition, activity) = (node.Definition, node.Activity);
        return new()
        {
            Name = node.Name.Value,
            Cluster = node.Cluster,
            Origin = node.Origin,
            Condition = node.Condition,
            Address = definition.Address?.ToString(),
            Macs = [.. definition.MacAddresses.Select(static mac => mac.ToString())],
            Bmc = definition.Controller is { } bmc ? new(bmc.Address, bmc.User, bmc.PasswordFile, bmc.PasswordVariable, bmc.Port, bmc.CipherSuite, bmc.Privilege) : null,
            Disk = definition.Disk,
            Console = definition.Console switch
            {
                NodeConsole.SerialOverLan => new(true, null, null),
                NodeConsole.LogFile file => new(false, file.Path, null),
                NodeConsole.Command command => new(false, null, command.Words),
                _ => null,
            },
            Commands = definition.Commands is { } commands ? CommandsLine.Of(commands) : null,
            Groups = definition.Groups,
            Tags = definition.Tags,
            Description = definition.Description,
            Holder = activity.Holder is { } holder ? new(holder.Operation.Value, holder.Kind, holder.User, holder.Since, holder.Step?.ToString(), holder.StepSince) : null,
            Last = activity.Last is { } last
                ? new(
                    last.Operation.Value, last.Kind, last.User, last.At, last.State, last.Step?.ToString(),
                    last.Fault is { } fault ? new(fault.Code.ToString(), fault.Message, fault.Step?.ToString(), fault.SuggestedAction) : null)
                : null,
            Environment = activity.Environment is { } environment
                ? new(environment.Name, environment.Version, environment.Revision, environment.Owner, environment.Digest, environment.At, environment.User, environment.Operation.Value)
                : null,
        };
    }
}

internal sealed record ControllerLine(
    string Address, string? User, string? PasswordFile, string? PasswordEnv, int? Port, int? CipherSuite, ControllerPrivilege? Privilege);

internal sealed record ConsoleLine(bool Sol, string? File, IReadOnlyList<string>? Command);

internal sealed record CommandsLine(
    IReadOnlyDictionary<string, IReadOnlyList<string>> Reboot, IReadOnlyDictionary<string, IReadOnlyList<string>> On, IReadOnlyDictionary<string, IReadOnlyList<string>> Off,
    IReadOnlyList<string>? Status)
{
    public static CommandsLine Of(NodeCommands commands)
    {
        return new(Levels(commands.Reboot), Levels(commands.On), Levels(commands.Off), commands.Status is { } status ? status : null);

        static Dictionary<string, IReadOnlyList<string>> Levels(IReadOnlyDictionary<PowerLevel, System.Collections.Immutable.ImmutableArray<string>> levels) =>
            levels.ToDictionary(static level => JsonNamingPolicy.CamelCase.ConvertName(level.Key.ToString()), static level => (IReadOnlyList<string>)level.Value);
    }
}

internal sealed record HolderLine(string Operation, OperationKind Type, string User, DateTimeOffset Since, string? Step, DateTimeOffset? StepSince);

internal sealed record OutcomeLine(string Operation, OperationKind Type, string User, DateTimeOffset At, NodeState State, string? Step, NodeFaultLine? Fault);

internal sealed record NodeFaultLine(string Code, string Message, string? Step, string SuggestedAction);

internal sealed record DeployedLine(string Name, int Version, int Revision, string Owner, string? Digest, DateTimeOffset At, string User, string Operation);

/// <summary>A cluster of the inventory.</summary>
internal sealed record InventoryClusterLine(string Name, string Origin, string Nodes, int Count, string Settings)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "inventoryCluster";

    public static InventoryClusterLine Of(InventoryCluster cluster) =>
        new(cluster.Name, cluster.Origin, NodeNames.Fold(cluster.Nodes), cluster.Nodes.Length, cluster.Settings);
}

/// <summary>What a change came to; nodes are folded.</summary>
internal sealed record InventoryChangesLine(
    string Added, string Changed, string Unchanged, string Removed, IReadOnlyList<string> AddedClusters, IReadOnlyList<string> ChangedClusters,
    IReadOnlyList<string> UnchangedClusters, IReadOnlyList<string> RemovedClusters, bool DryRun)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "inventoryChanges";

    public static InventoryChangesLine Of(InventoryChanges changes) => new(
        changes.Added.Fold(), changes.Changed.Fold(), changes.Unchanged.Fold(), changes.Removed.Fold(), changes.AddedClusters, changes.ChangedClusters,
        changes.UnchangedClusters, changes.RemovedClusters, changes.DryRun);
}

/// <summary>What became of a key of Kadeploy 3.</summary>
internal sealed record ImportedKeyLine(string File, int Line, string Key, int Count, ImportOutcome Outcome, string? Target, string? Note)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "importedKey";

    public static ImportedKeyLine Of(ImportedKey key) => new(
        key.File, key.Line, key.Key, key.Count, key.Outcome, key.Target.Length > 0 ? key.Target : null, key.Note.Length > 0 ? key.Note : null);
}

/// <summary>What has to be done, or known, after an import.</summary>
internal sealed record ImportWarningLine(string Warning)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "importWarning";
}

/// <summary>What an import came to.</summary>
internal sealed record ImportSummaryLine(int Clusters, int Nodes, int TakenOver, int Adapted, int NotApplicable, IReadOnlyList<string> Files, bool DryRun)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "importSummary";

    public static ImportSummaryLine Of(ConfigurationImportReport report)
    {
        return new(
            report.Clusters, report.Nodes, Count(ImportOutcome.TakenOver), Count(ImportOutcome.Adapted), Count(ImportOutcome.NotApplicable), report.Files, report.DryRun);

        int Count(ImportOutcome outcome) => report.Keys.Count(key => key.Outcome == outcome);
    }
}

/// <summary>The JSON of the inventory; what is not known is written as null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters =
    [
        typeof(CamelCaseEnum<NodeCondition>), typeof(CamelCaseEnum<OperationKind>), typeof(CamelCaseEnum<NodeState>), typeof(CamelCaseEnum<ControllerPrivilege>),
        typeof(CamelCaseEnum<ImportOutcome>),
    ])]
[JsonSerializable(typeof(InventoryNodeLine))]
[JsonSerializable(typeof(InventoryClusterLine))]
[JsonSerializable(typeof(InventoryChangesLine))]
[JsonSerializable(typeof(ImportedKeyLine))]
[JsonSerializable(typeof(ImportWarningLine))]
[JsonSerializable(typeof(ImportSummaryLine))]
internal sealed partial class InventoryLines : JsonSerializerContext;
