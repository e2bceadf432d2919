using System.CommandLine;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Commands.Deploying;
using Kadeploy.Cli.Help;
using Kadeploy.Engine;

namespace Kadeploy.Cli.Compatible;

/// <summary><c>kanodes3</c>: tells how nodes and operations stand.</summary>
internal sealed class Kanodes3Command : CompatibleCommand
{
    private static readonly (string Name, OperationKind Kind)[] Kinds =
        [("deploy", OperationKind.Deployment), ("reboot", OperationKind.Reboot), ("power", OperationKind.Power), ("console", OperationKind.Console)];

    // Texts of JSON are texts of YAML too (YAML 1.2.2, 1.2).
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Option<bool> _nodes = new("-s", "--get-nodes-state") { Description = "Tell how nodes stand." };
    private readonly Option<bool> _deployments = new("-d", "--get-deployments-status") { Description = "Tell which deployments are under way." };
    private readonly Option<bool> _reboots = new("-r", "--get-reboots-status") { Description = "Tell which reboots are under way." };
    private readonly Option<bool> _powers = new("-p", "--get-powers-status") { Description = "Tell which power operations are under way." };
    private readonly Option<bool> _consoles = new("-c", "--get-consoles-status") { Description = "Tell which consoles are in use." };
    private readonly Option<bool> _everything = new("-a", "--get-all-status") { Description = "Tell all operations that are under way, as JSON." };
    private readonly Option<OperationId?> _operation = new("-w", "--workflow-id")
    {
        HelpName = "WID", CustomParser = static result => OptionParsing.Operation(result), Description = "Only this operation, also when it has ended.",
    };

    private readonly NodeOptions _which = new();

    public Kanodes3Command(CommandContext context)
        : base(context, "kanodes3", "tell how nodes and operations stand, with the options of Kadeploy 3")
    {
        foreach (var option in new Option[] { _nodes, _deployments, _reboots, _powers, _consoles, _everything, _operation }) Options.Add(option);
        _which.AddTo(this);
        AddDryRun();
    }

    public override ManualPage Manual => new(
        [$"kanodes3 -s [-m NODES] [-f FILE] [--dry-run] {GenericSynopsis}", $"kanodes3 -d|-r|-p|-c|-a [-w WID] [--dry-run] {GenericSynopsis}"],
        [
            "Does what 'kadeploy nodes list' and 'kadeploy operations' do, with the options of Kadeploy 3 and, as there, YAML or JSON, for scripts that were written for it. Options may be "
            + "abbreviated word by word.",
            "A node that no operation ever had is null. docs/from-kadeploy3.md says what the states are.",
        ],
        [new("kanodes3 -s -m node-[1-4]", "How four nodes stand."), new("kanodes3 -d", "Which deployments are under way.")],
        ["kadeploy nodes list", "kadeploy operations"]);

    protected override async Task<ExitCode> CarryOutAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        Option<bool>[] given = [.. new[] { _nodes, _deployments, _reboots, _powers, _consoles, _everything }.Where(option => arguments.GetValue(option))];
        if (given is not [var asked]) throw new ConfigurationException("give exactly one of -s, -d, -r, -p, -c and -a");
        if (asked == _nodes && arguments.GetResult(_operation) is { Implicit: false }) throw new ConfigurationException("-w is about an operation, and -s about nodes; give one of them");
        if (asked == _nodes)
        {
            await WriteNodesAsync(arguments, cancellationToken);
            return ExitCode.Ok;
        }

        await using var reader = await Context.Engines.OpenReadOnlyAsync(State.Directory(arguments), cancellationToken);
        var operations = await OperationsAsync(reader, arguments.GetValue(_operation), cancellationToken);
        if (asked == _everything)
        {
            var all = new JsonObject();
            foreach (var (name, kind) in Kinds) all[name] = await ToldAsync(reader, operations.Where(operation => operation.Kind == kind), cancellationToken);
            Context.Console.Output.WriteLine(all.ToJsonString(Plain));
            return ExitCode.Ok;
        }

        var wanted = asked == _deployments ? OperationKind.Deployment : asked == _reboots ? OperationKind.Reboot : asked == _powers ? OperationKind.Power : OperationKind.Console;
        var told = await ToldAsync(reader, operations.Where(operation => operation.Kind == wanted), cancellationToken);
        Context.Console.Output.WriteLine(told.Count == 0 ? "--- []" : "---");
        foreach (var operation in told.OfType<JsonObject>()) WriteSymbols(operation);
        return ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<Operation>> OperationsAsync(IOperationReader reader, OperationId? only, CancellationToken cancellationToken) => only is { } id
        ? [await reader.FindOperationAsync(id, cancellationToken) ?? throw new ConfigurationException($"there is no operation {id} in this state directory")]
        : [.. (await reader.ListOperationsAsync(int.MaxValue, cancellationToken)).Where(static operation => operation.State is OperationState.Running)];

    private static async Task<JsonArray> ToldAsync(IOperationReader reader, IEnumerable<Operation> operations, CancellationToken cancellationToken)
    {
        var told = new JsonArray();
        foreach (var operation in operations)
        {
            var ends = new SortedDictionary<NodeName, NodeState?>();
            await foreach (var happened in reader.ReadEventsAsync(operation.Id, 0, follow: false, cancellationToken))
            {
                if (happened is OperationEvent.NodeEvent { Node: var node }) ends.TryAdd(node, null);
                if (happened is OperationEvent.NodeFinished end) ends[end.Node] = end.State;
            }

            var nodes = new JsonObject { ["ok"] = Names(ends, static state => state is NodeState.Ok or NodeState.Stopped), ["ko"] = Names(ends, static state => state is not (null or NodeState.Ok or NodeState.Stopped)) };
            if (operation.State is OperationState.Running) nodes["processing"] = Names(ends, static state => state is null);
            var one = new JsonObject
            {
                ["wid"] = operation.Id.Value, ["user"] = operation.User, ["done"] = operation.State is not OperationState.Running, ["error"] = false,
                ["start_time"] = operation.PlannedAt.ToUnixTimeSeconds(), ["nodes"] = nodes,
            };
            if (operation.Environment.Length > 0) one["environment"] = operation.Environment;
            if (operation.FinishedAt is { } finished) one["time"] = Math.Round((finished - operation.PlannedAt).TotalSeconds, 2);
            told.Add((JsonNode)one);
        }

        return told;
    }

    private static JsonArray Names(SortedDictionary<NodeName, NodeState?> ends, Func<NodeState?, bool> wanted) =>
        [.. ends.Where(end => wanted(end.Value)).Select(static end => (JsonNode)end.Key.Value)];

    private async Task WriteNodesAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var isNamed = Options.Any(option => option.Name is "-m" or "-f" && arguments.GetResult(option) is { Implicit: false });
        var names = isNamed ? await _which.ReadAsync(arguments, new InputText(Context.Console.Input), problems, cancellationToken) : [];
        if (problems.Count > 0) throw new ConfigurationException([.. problems]);
        await using var host = await Context.Engines.OpenCatalogsAsync(new() { StateDirectory = State.Directory(arguments), Site = Config.ReadOutline(arguments) }, cancellationToken);
        var found = await host.Catalogs.Nodes.ListAsync(new() { Names = isNamed ? NodeSet.From(names) : null }, cancellationToken);
        var output = Context.Console.Output;
        output.WriteLine(found.IsEmpty ? "--- {}" : "---");
        foreach (var node in found)
        {
            if (StateOf(node.Activity) is not { } state)
            {
                output.WriteLine($"{node.Name}: ");
                continue;
            }

            output.WriteLine($"{node.Name}:");
            output.WriteLine($"  state: {state}");
            output.WriteLine($"  user: {Text(node.Activity.Holder?.User ?? node.Activity.Last?.User ?? "")}");
            if (node.Activity.Environment is not { } environment) continue;
            output.WriteLine("  environment:");
            output.WriteLine($"    name: {Text(environment.Name)}");
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    version: {environment.Version}"));
            output.WriteLine($"    user: {Text(environment.Owner)}");
        }
    }

    private static string? StateOf(NodeActivity activity) => activity switch
    {
        { Holder: { } holder } => Verb(holder.Kind) + "ing",
        { Last: null } => null,
        { Last: { State: NodeState.Cancelled } } => "aborted",
        { Last: { State: NodeState.Ok or NodeState.Stopped } last } => Past(last.Kind),
        { Last: var last } => Verb(last.Kind) + "_failed",
    };

    private static string Verb(OperationKind kind) => kind switch { OperationKind.Deployment => "deploy", OperationKind.Reboot => "reboot", _ => "power" };

    private static string Past(OperationKind kind) => Verb(kind) + "ed";

    private static string Text(string text) => JsonSerializer.Serialize(text, Plain);

    private void WriteSymbols(JsonObject operation)
    {
        var first = true;
        foreach (var (key, value) in operation)
        {
            var begin = first ? "- " : "  ";
            first = false;
            if (value is not JsonObject parts)
            {
                Context.Console.Output.WriteLine($"{begin}:{key}: {value!.ToJsonString(Plain)}");
                continue;
            }

            Context.Console.Output.WriteLine($"{begin}:{key}:");
            foreach (var (name, list) in parts) Context.Console.Output.WriteLine($"    :{name}: {list!.ToJsonString(Plain)}");
        }
    }
}
