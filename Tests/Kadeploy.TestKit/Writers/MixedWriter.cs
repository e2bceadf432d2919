using System.Globalization;
using Kadeploy.Engine;
using Kadeploy.Engine.Drivers.Fake;

namespace Kadeploy.TestKit.Writers;

/// <summary>Writes to all catalogues and the journal of a state directory, as one of several processes that do.</summary>
internal static class MixedWriter
{
    private const int SharedNodes = 50; // a node has at most 100 tags
    private const string Cluster = "name: all\npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }\n";

    /// <summary>Makes what all writers share.</summary>
    /// <param name="state">The state directory.</param>
    /// <param name="writers">The writers.</param>
    /// <returns>A task.</returns>
    public static async Task PrepareAsync(string state, IEnumerable<string> writers)
    {
        await using var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = state, Administrators = ["root"] }, CancellationToken.None);
        await host.Catalogs.Nodes.ImportClustersAsync([new("all.yml", Cluster)], false, "root", CancellationToken.None);
        await host.Catalogs.Nodes.AddAsync($"shared-[1-{SharedNodes}],{string.Join(',', writers.Select(NodeOfRights))}", new() { Cluster = "all" }, "root", CancellationToken.None);
        await host.Catalogs.Environments.AddAsync([Environment("shared", "root")], checksums: false, "root", CancellationToken.None);
    }

    /// <summary>Writes.</summary>
    /// <param name="state">The state directory.</param>
    /// <param name="writer">The writer's name, which is that of the user it works as.</param>
    /// <param name="count">The number of steps.</param>
    /// <param name="begin">Called when it is ready; ends when it may begin.</param>
    /// <returns>A task.</returns>
    public static async Task RunAsync(string state, string writer, int count, Func<Task> begin)
    {
        await using var host = await EngineHost.OpenAsync(new() { StateDirectory = state, Simulated = true, Administrators = [writer] }, CancellationToken.None);
        await begin();
        foreach (var step in WriterStep.Script(writer, count)) await DoAsync(host, writer, step);
    }

    /// <summary>Looks for what is not as the writers must have left it.</summary>
    /// <param name="state">The state directory.</param>
    /// <param name="writers">The writers.</param>
    /// <param name="count">The number of steps of each.</param>
    /// <returns>What is missing, or there too much; empty when all is well.</returns>
    public static async Task<IReadOnlyList<string>> FindLossesAsync(string state, IReadOnlyCollection<string> writers, int count)
    {
        var losses = new List<string>();
        await using var host = await EngineHost.OpenCatalogsAsync(new() { StateDirectory = state, Administrators = ["root"] }, CancellationToken.None);
        var catalogs = host.Catalogs;
        var nodes = await catalogs.Nodes.ListAsync(new(), CancellationToken.None);
        var environments = (await catalogs.Environments.ListAsync(new() { Owner = "%", AllVersions = true }, "root", CancellationToken.None)).Select(static each => each.Environment).ToList();
        var rights = await catalogs.Rights.ListAsync(new(), "root", CancellationToken.None);
        var trail = await catalogs.Audit.ReadAsync(new(), "root", CancellationToken.None).ToListAsync();
        var log = await catalogs.Statistics.ReadLogAsync(new() { Filter = new() { Simulated = true } }, CancellationToken.None).ToListAsync();
        var changes = 1;
        foreach (var writer in writers)
        {
            var steps = WriterStep.Script(writer, count);
            Compare(
                $"nodes of {writer}", Nodes(writer, steps),
                nodes.Where(node => node.Name.Value.StartsWith($"{writer}-", StringComparison.Ordinal)).Select(static node => $"{node.Name} {node.Definition.Description}"));
            Compare(
                $"tags of {writer}", steps.Where(static step => step.Work == WriterWork.TagSharedNode).Select(step => $"{Shared(step)} {Own(writer, step)}"),
                nodes.SelectMany(static node => node.Definition.Tags.Select(tag => $"{node.Name} {tag}")).Where(tag => tag.Contains($" {writer}-", StringComparison.Ordinal)));
            Compare($"environments of {writer}", Left(steps, WriterWork.AddEnvironment, WriterWork.DeleteEnvironment).Select(step => Own(writer, step)), environments.Where(each => each.User == writer).Select(static each => each.Name));
            Compare($"rights from {writer}", Left(steps, WriterWork.Grant, WriterWork.Revoke).Select(step => Own(writer, step)), rights.Where(right => right.GrantedBy == writer).Select(static right => right.Principal.Value));
            var deployed = steps.Where(static step => step.Work == WriterWork.Deploy).Select(step => Own(writer, step)).ToList();
            Compare($"the log of {writer}", deployed, log.Where(row => row.User == writer).Select(static row => row.Node.Value));
            Compare(
                $"the audit trail of {writer}", [$"{steps.Count(static step => step.Work != WriterWork.BeRefused) + deployed.Count} entries"], [$"{trail.Count(entry => entry.User == writer)} entries"]);
            Compare(
                $"what {writer} was refused", [$"{steps.Count(static step => step.Work == WriterWork.BeRefused)} entries"], [$"{trail.Count(entry => entry.User == Mallory(writer))} entries"]);
            changes += steps.Count(static step => step.Work == WriterWork.SetSharedEnvironment);
        }

        Compare("revisions of the shared environment", [$"{changes}"], [$"{(await catalogs.Environments.HistoryAsync(new() { Name = "shared", Owner = "root" }, "root", CancellationToken.None)).Length}"]);
        if (await catalogs.Audit.VerifyAsync(null, "root", CancellationToken.None) is { IsIntact: false } broken) losses.Add($"the audit trail is broken: {broken}");
        return losses;

        void Compare(string what, IEnumerable<string> expected, IEnumerable<string> actual)
        {
            var (wanted, there) = (expected.Order(StringComparer.Ordinal).ToList(), actual.Order(StringComparer.Ordinal).ToList());
            if (wanted.SequenceEqual(there, StringComparer.Ordinal)) return;
            losses.Add($"{what}: {wanted.Count} expected, {there.Count} there; missing: {string.Join(", ", wanted.Except(there).Take(5))}; too many: {string.Join(", ", there.Except(wanted).Take(5))}");
        }
    }

    private static async Task DoAsync(EngineHost host, string writer, WriterStep step)
    {
        var (catalogs, own, none) = (host.Engine.Catalogs, Own(writer, step), CancellationToken.None);
        switch (step.Work)
        {
            case WriterWork.AddNode:
                await catalogs.Nodes.AddAsync(own, new() { Cluster = "all", Description = "new" }, writer, none);
                break;
            case WriterWork.SetNode:
                await catalogs.Nodes.SetAsync(own, new() { Settings = new() { Description = Changed(step) } }, writer, none);
                break;
            case WriterWork.RemoveNode:
                await catalogs.Nodes.RemoveAsync(NodeSet.Parse(own), writer, none);
                break;
            case WriterWork.TagSharedNode:
                await catalogs.Nodes.SetAsync(Shared(step), new() { AddedTags = [own] }, writer, none);
                break;
            case WriterWork.AddEnvironment:
                await catalogs.Environments.AddAsync([Environment(own, writer)], checksums: false, writer, none);
                break;
            case WriterWork.SetSharedEnvironment:
                await catalogs.Environments.SetAsync(new() { Name = "shared", Owner = "root" }, new() { ToggleDestructive = true }, writer, none);
                break;
            case WriterWork.DeleteEnvironment:
                await catalogs.Environments.DeleteAsync(new() { Name = own, Owner = writer }, force: false, writer, none);
                break;
            case WriterWork.Grant:
                // One day for each: at the same time they would be in each other's way.
                var day = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(step.Number);
                await catalogs.Rights.GrantAsync(
                    new() { Principal = Principal.Parse(own), Scopes = [RightScope.Parse(NodeOfRights(writer))], Window = new(day, day.AddDays(1)) }, writer, none);
                break;
            case WriterWork.Revoke:
                await catalogs.Rights.RevokeAsync(new() { Principal = Principal.Parse(own) }, writer, none);
                break;
            case WriterWork.BeRefused:
                await RefusedAsync(() => catalogs.Rights.GrantAsync(new() { Principal = Principal.Parse(own) }, Mallory(writer), none));
                break;
            case WriterWork.Deploy:
                var plan = await host.Engine.PlanAsync(new DeploymentRequest { Nodes = [NodeName.Parse(own)], Environment = SimulationNodes.Environment, User = writer }, none);
                await host.Engine.StartAsync(plan, none);
                await host.Engine.WaitAsync(plan.Operation, none);
                break;
        }
    }

    private static async Task RefusedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (NotAllowedException)
        {
            return;
        }

        throw new InvalidOperationException("it was not refused");
    }

    private static IEnumerable<string> Nodes(string writer, IReadOnlyList<WriterStep> steps)
    {
        var left = Left(steps, WriterWork.AddNode, WriterWork.RemoveNode);
        var changes = steps.Where(static step => step.Work == WriterWork.SetNode).ToLookup(static step => step.Number);
        return left.Select(step => $"{Own(writer, step)} {(changes[step.Number].Any() ? Changed(changes[step.Number].Last()) : "new")}");
    }

    private static IEnumerable<WriterStep> Left(IReadOnlyList<WriterStep> steps, WriterWork made, WriterWork undone)
    {
        var gone = steps.Where(step => step.Work == undone).Select(static step => step.Number).ToHashSet();
        return steps.Where(step => step.Work == made && !gone.Contains(step.Number));
    }

    private static KaEnvironment Environment(string name, string user) => SimulationNodes.Environment with
    {
        Name = name, Version = 1, User = user, Visibility = Visibility.Shared, Image = SimulationNodes.Environment.Image with { Location = new("https://images.example/any.tar.gz") },
    };

    private static string Own(string writer, WriterStep step) => string.Create(CultureInfo.InvariantCulture, $"{writer}-{step.Number}");

    private static string Shared(WriterStep step) => string.Create(CultureInfo.InvariantCulture, $"shared-{(step.Number % SharedNodes) + 1}");

    private static string NodeOfRights(string writer) => $"rights-of-{writer}";

    private static string Changed(WriterStep step) => string.Create(CultureInfo.InvariantCulture, $"changed in step {step.At}");

    private static string Mallory(string writer) => $"mallory-{writer}";
}
