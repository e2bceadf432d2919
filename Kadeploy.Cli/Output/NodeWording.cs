using System.Globalization;

namespace Kadeploy.Cli.Output;

/// <summary>Words for nodes and how they stand.</summary>
internal static class NodeWording
{
    private const int DigestShown = 12;

    /// <summary>Words how a node stands.</summary>
    /// <param name="condition">How.</param>
    /// <returns>For example <c>never used</c>.</returns>
    public static string Condition(NodeCondition condition) => condition switch
    {
        NodeCondition.NeverUsed => "never used",
        NodeCondition.Busy => "busy",
        NodeCondition.Deployed => "deployed",
        NodeCondition.Failed => "failed",
        NodeCondition.Stopped => "stopped",
        NodeCondition.Cancelled => "cancelled",
        NodeCondition.Unknown => "unknown",
        _ => condition.ToString(),
    };

    /// <summary>Words what matters most of a node.</summary>
    /// <param name="activity">What is known of it.</param>
    /// <returns>What, whose it is, and since when.</returns>
    public static (string What, string User, DateTimeOffset? Since) Summary(NodeActivity activity) => activity switch
    {
        { Holder: { } holder } => ($"{holder.Operation}{(holder.Step is { } step ? $" at {step}" : "")}", holder.User, holder.StepSince ?? holder.Since),
        { Condition: NodeCondition.Deployed, Environment: { } environment } => (Environment(environment), environment.User, environment.At),
        { Last: { } last } => (What(last, activity.Environment), last.User, last.At),
        _ => ("", "", null),
    };

    /// <summary>Words everything that is known of a node.</summary>
    /// <param name="node">The node.</param>
    /// <returns>Names and values; none is empty.</returns>
    public static IEnumerable<(string Name, string Value)> Lines(InventoryNode node) => All(node).Where(static line => line.Value.Length > 0);

    private static IEnumerable<(string Name, string Value)> All(InventoryNode node)
    {
        var (definition, activity) = (node.Definition, node.Activity);
        yield return ("Node", node.Name.Value);
        yield return ("Cluster", node.Cluster);
        yield return ("Defined in", node.Origin);
        yield return ("Description", definition.Description);
        yield return ("Address", definition.Address?.ToString() ?? "");
        yield return ("Cards", string.Join(", ", definition.MacAddresses));
        yield return ("Controller", definition.Controller is { } controller ? Controller(controller) : "");
        yield return ("Disk", definition.Disk is { } disk ? Disk(disk) : "");
        yield return ("Console", Console(definition.Console));
        yield return ("Commands", definition.Commands is null ? "" : "of its own");
        yield return ("Groups", string.Join(", ", definition.Groups));
        yield return ("Tags", string.Join(", ", definition.Tags));
        yield return ("State", Condition(activity.Condition));
        if (activity.Holder is { } holder)
        {
            yield return ("Busy with", $"{holder.Operation} of {holder.User} since {Wording.Moment(holder.Since)}");
            yield return ("Step", holder.Step is { } step ? $"{step} since {Wording.Moment(holder.StepSince ?? holder.Since)}" : "");
        }

        if (activity.Environment is { } environment)
        {
            yield return ("Deployed", $"{Environment(environment)} of {environment.Owner}, by {environment.User} at {Wording.Moment(environment.At)} in {environment.Operation}");
            yield return ("Digest", environment.Digest is { } digest ? $"sha256:{digest}" : "");
        }

        if (activity.Last is not { } last) yield break;
        yield return ("Last", $"{last.Operation} of {last.User} {End(last.State)} at {Wording.Moment(last.At)}{(last.Step is { } before ? $" in front of {before}" : "")}");
        if (last.Fault is not { } fault) yield break;
        yield return ("Fault", $"{fault.Code} {fault.Message}{(fault.Step is { } where ? $" ({where})" : "")}");
        yield return ("What to do", fault.SuggestedAction);
    }

    private static string What(NodeOutcome last, DeployedEnvironment? environment)
    {
        var what = last switch
        {
            { Fault: { } fault } => $"{fault.Code} {fault.Message}",
            { Step: { } step } => $"in front of {step}",
            _ => End(last.State),
        };
        return environment is null ? what : $"{what}; {Environment(environment)} is still there";
    }

    private static string Environment(DeployedEnvironment environment) => string.Create(
        CultureInfo.InvariantCulture, $"{environment.Name} version {environment.Version}{(environment.Digest is { Length: > DigestShown } digest ? $" ({digest[..DigestShown]})" : "")}");

    private static string Controller(NodeController controller) => string.Join(", ", new[]
    {
        controller.Address, controller.User is { } user ? $"user {user}" : "", controller.PasswordFile is { } file ? $"password in {file}" : "",
        controller.PasswordVariable is { } variable ? $"password in ${variable}" : "", controller.Port is { } port ? $"port {port}" : "",
        controller.CipherSuite is { } suite ? $"cipher suite {suite}" : "", controller.Privilege?.ToString() ?? "",
    }.Where(static part => part.Length > 0));

    private static string Disk(DiskRule disk) => string.Join(", ", new[]
    {
        disk.Serial is { } serial ? $"serial {serial}" : "", disk.Wwn is { } wwn ? $"WWN {wwn}" : "", disk.Model is { } model ? $"model {model}" : "",
        disk.AtLeast is { } least ? $"at least {Wording.Number(least)} bytes" : "", disk.AtMost is { } most ? $"at most {Wording.Number(most)} bytes" : "",
        disk.Smallest ? "the smallest" : "",
    }.Where(static part => part.Length > 0));

    private static string Console(NodeConsole? console) => console switch
    {
        NodeConsole.SerialOverLan => "serial over LAN",
        NodeConsole.LogFile file => $"file {file.Path}",
        NodeConsole.Command command => $"command {string.Join(' ', command.Words)}",
        _ => "",
    };

    private static string End(NodeState state) => state switch
    {
        NodeState.Ok => "succeeded",
        NodeState.Ko => "failed",
        NodeState.Stopped => "stopped",
        NodeState.Cancelled => "was cancelled",
        _ => state.ToString(),
    };
}
