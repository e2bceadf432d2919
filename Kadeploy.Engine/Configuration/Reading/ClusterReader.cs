using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Drivers.Broadcast.Chain;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads a cluster's file.</summary>
internal static partial class ClusterReader
{
    /// <summary>Reads it.</summary>
    /// <param name="section">The whole file.</param>
    /// <param name="server">What boot files' addresses name where nothing is said.</param>
    /// <returns>The cluster, and the lines of its nodes.</returns>
    public static (ClusterSettings Settings, ImmutableArray<NodeEntry> Nodes) Read(Section section, string server)
    {
        var name = section.Required("name", "name the cluster");
        if (name.Length > 0 && !NamePattern().IsMatch(name)) section.Problem("name", $"is '{Quoted.Text(name)}'; write up to 60 letters, digits, '.', '_' and '-'");
        var power = Power(section, out var ipmi, out var controllers, out var commands);
        var nodes = NodesReader.Read(section, name, controllers, commands);
        var settings = new ClusterSettings
        {
            Cluster = Cluster(section, name),
            Nodes = [.. nodes.Select(static entry => entry.Node)],
            Power = power ? PowerOf(section, nodes, ipmi, commands) : Alone(section, nodes),
            NetBoot = section.Table("boot") is { } boot ? Boot(boot, server) : null,
            Console = Console(section, ipmi is not null),
            Ssh = section.Table("ssh") is { } ssh ? Ssh(ssh) : new(),
            Broadcast = null,
        };
        if (section.Table("broadcast") is { } broadcast) settings = Broadcast(broadcast, settings);
        settings = settings with { Cluster = settings.Cluster with { BootsDiskOverNetwork = section.Table("boot")?.Flag("disk_over_network") ?? false } };
        section.End();
        return (settings, nodes);
    }

    private static Cluster Cluster(Section section, string name)
    {
        var cluster = new Cluster { Name = name };
        if (section.Table("partitioning") is { } partitioning) cluster = PartitioningReader.Read(partitioning, cluster);
        else if (!section.Has("partitioning")) section.Missing("partitioning", "say which disk is deployed on and how it is partitioned");
        if (section.Table("timeouts") is { } timeouts)
        {
            cluster = cluster with
            {
                RebootTimeout = timeouts.Timeout("reboot") ?? cluster.RebootTimeout, KexecTimeout = timeouts.Timeout("kexec") ?? cluster.KexecTimeout,
            };
            timeouts.End();
        }

        cluster = Bootloader(section, cluster) with
        {
            Architecture = section.Text("architecture") is { Length: > 0 } architecture ? BootFields.Architecture(section, "architecture", architecture) : null,
            KernelParameters = section.Text("kernel_params") ?? cluster.KernelParameters,
            AdminPreinstalls = section.Archives("preinstalls", exist: true),
            AdminPostinstalls = section.Archives("postinstalls", exist: true),
        };
        if (section.Table("automata") is { } automata)
        {
            var (workflow, operations) = AutomataReader.Read(automata);
            cluster = cluster with { Workflow = workflow, CustomOperations = operations };
        }

        CheckReboots(section, cluster);
        return cluster;
    }

    /// <summary>Checks that an instance does not end before the reboot that it waits for may, for one node; planning does so for as many as there are.</summary>
    private static void CheckReboots(Section section, Cluster cluster)
    {
        foreach (var choice in cluster.Workflow)
            foreach (var instance in choice.Instances)
                if (TimeoutCheck.RebootProblem(instance, cluster) is { } problem)
                    section.Problem(section.Has("automata") ? "automata" : "timeouts", problem);
    }

    private static Cluster Bootloader(Section section, Cluster cluster)
    {
        if (section.Value("bootloader") is not YamlTable) return cluster with { Bootloader = section.Name<BootloaderChoice>("bootloader") ?? cluster.Bootloader };
        var own = section.Table("bootloader")!;
        if (!own.Has("script")) own.Missing("script", "name the script that installs the boot loader");
        var script = own.Location("script", exists: true);
        own.End();
        return cluster with { BootloaderScript = script };
    }

    private static bool Power(Section section, out IpmiOptions? ipmi, out ControllerDefaults? controllers, out CommandPowerOptions? commands)
    {
        (ipmi, controllers, commands) = (null, null, null);
        if (section.Table("power") is not { } power) return section.Has("power");
        if (power.Table("ipmi") is { } table)
        {
            (controllers, ipmi) = (PowerReader.Controllers(table, new()), PowerReader.Ipmi(table));
            table.End();
        }

        if (power.Table("commands") is { } templates) commands = PowerReader.Commands(templates, new(), ofNode: false);
        if (ipmi is not null && commands is not null) power.Problem("commands", "and ipmi are both there; a cluster is switched in one way");
        if (!power.Has("ipmi") && !power.Has("commands")) power.Problem("says nothing; write ipmi or commands");
        power.End();
        return true;
    }

    private static PowerSettings? PowerOf(Section section, ImmutableArray<NodeEntry> nodes, IpmiOptions? ipmi, CommandPowerOptions? commands)
    {
        if (ipmi is not null)
        {
            var endpoints = ImmutableDictionary.CreateBuilder<NodeName, IpmiEndpoint>();
            foreach (var entry in nodes)
                if (entry.Controller is { } controller) endpoints[entry.Node.Name] = controller;
            foreach (var entry in nodes.Where(static entry => entry.Commands is not null))
                section.Source.Problem(entry.Line, $"node {entry.Node.Name} has commands of its own, but its cluster is switched by IPMI; write power.commands, or leave them out");
            return new PowerSettings.Ipmi(ipmi, endpoints.ToImmutable());
        }

        return commands is null ? null : Commanded(nodes, commands);
    }

    private static PowerSettings.Commands? Alone(Section section, ImmutableArray<NodeEntry> nodes)
    {
        section.Accept("power");
        return nodes.Any(static entry => entry.Commands is not null) ? Commanded(nodes, new()) : null;
    }

    private static PowerSettings.Commands Commanded(ImmutableArray<NodeEntry> nodes, CommandPowerOptions commands)
    {
        var own = ImmutableDictionary.CreateBuilder<NodeName, CommandPowerOptions>();
        foreach (var entry in nodes)
            if (entry.Commands is { } options) own[entry.Node.Name] = options;
        return new PowerSettings.Commands(commands, own.ToImmutable());
    }

    private static Drivers.NetBoot.NetBootOptions? Boot(Section section, string server)
    {
        var options = BootReader.Read(section, server);
        section.Accept("disk_over_network");
        section.End();
        return options;
    }

    private static ConsoleSettings? Console(Section section, bool ipmi)
    {
        switch (section.Value("console"))
        {
            case null:
                return null;
            case YamlText { Value: "sol" }:
                if (!ipmi) section.Problem("console", "is 'sol', which needs power.ipmi");
                return new ConsoleSettings.SerialOverLan();
            case YamlTable:
                var table = section.Table("console")!;
                var command = table.Command("command");
                var file = table.FullPath("file");
                table.End();
                if ((command is null) == (file is null) && (table.Has("command") == table.Has("file"))) table.Problem("has to be 'sol', or a table with either file or command");
                return command is not null ? new ConsoleSettings.Command(command) : file is not null ? new ConsoleSettings.LogFile(file) : null;
            case var other:
                return section.Wrong<ConsoleSettings>("console", other, "'sol', or a table with file or command,");
        }
    }

    private static SshSettings Ssh(Section section)
    {
        var settings = new SshSettings();
        settings = settings with
        {
            User = section.Has("user") ? section.Required("user") : settings.User,
            Port = section.Integer("port", 1, 65535) ?? settings.Port,
            IdentityFile = section.ExistingFile("identity_file"),
            Options = section.Texts("options") ?? settings.Options,
            AddProofKey = section.Flag("proof_key") ?? settings.AddProofKey,
        };
        if (settings.User.StartsWith('-')) section.Problem("user", "begins with '-', which ssh would take for an option");
        section.End();
        return settings;
    }

    private static ClusterSettings Broadcast(Section section, ClusterSettings settings)
    {
        var command = section.Command("command");
        var decompresses = section.Flag("decompress") ?? true;
        if (!section.Has("command") && section.Has("decompress")) section.Missing("command", "decompress is said of what BroadcastEnvCustom runs");
        var chain = settings.Chain;
        chain = chain with
        {
            Chains = section.Integer("chains", 1, PlanLimits.Chains) ?? chain.Chains,
            Direction = section.Name<ChainDirection>("order") ?? chain.Direction,
            IsSealed = section.Flag("encrypt") ?? chain.IsSealed,
            BytesPerSecond = section.Size("rate") ?? chain.BytesPerSecond,
            NodeBytesPerSecond = section.Size("node_rate") ?? chain.NodeBytesPerSecond,
            RingBytes = section.Size("memory") ?? chain.RingBytes,
            NodePort = section.Integer("port", 1, 65535) ?? chain.NodePort,
            SlowBelow = (section.Integer("slow_below", 0, 100) ?? 50) / 100.0,
            TreeArity = section.Integer("tree_arity", 2, 64) ?? chain.TreeArity,
        };
        section.End();
        return settings with { Broadcast = command, Chain = chain, Cluster = settings.Cluster with { BroadcastDecompresses = decompresses } };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
