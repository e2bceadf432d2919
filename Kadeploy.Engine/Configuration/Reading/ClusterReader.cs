using System.Text.RegularExpressions;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Environments;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads a cluster's file.</summary>
internal static partial class ClusterReader
{
    /// <summary>Reads it.</summary>
    /// <param name="section">The whole file.</param>
    /// <param name="server">What boot files' addresses name where nothing is said.</param>
    /// <returns>The cluster with its nodes.</returns>
    public static ClusterSettings Read(Section section, string server)
    {
        var name = section.Required("name", "name the cluster");
        if (name.Length > 0 && !NamePattern().IsMatch(name)) section.Problem("name", $"is '{Quoted.Text(name)}'; write up to 60 letters, digits, '.', '_' and '-'");
        var context = Power(section, name);
        var settings = new ClusterSettings
        {
            Cluster = Cluster(section, name),
            NetBoot = section.Table("boot") is { } boot ? Boot(boot, server) : null,
            Ssh = section.Table("ssh") is { } ssh ? Ssh(ssh) : new(),
            Context = context,
            Place = section.Line > 0 ? $"{section.Source.Name}:{section.Line}" : section.Source.Name,
        };
        var (console, logLimit) = ConsoleReader.ReadCluster(section, context.Ipmi is not null);
        settings = settings with { Console = console, ConsoleLogLimit = logLimit ?? settings.ConsoleLogLimit };
        if (section.Table("broadcast") is { } broadcast) settings = Broadcast(broadcast, settings);
        settings = settings with { Cluster = settings.Cluster with { BootsDiskOverNetwork = section.Table("boot")?.Flag("disk_over_network") ?? false } };
        var nodes = NodesReader.Read(section, context);
        section.End();
        return ClusterNodes.Join(settings, nodes, section.Source.Problem);
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

    private static NodeContext Power(Section section, string name)
    {
        var context = new NodeContext(name);
        if (section.Table("power") is not { } power) return context;
        if (power.Table("ipmi") is { } table)
        {
            context = context with { Ipmi = PowerReader.Controllers(table, new()), IpmiOptions = PowerReader.Ipmi(table) };
            table.End();
        }

        if (power.Table("commands") is { } templates) context = context with { Commands = PowerReader.Commands(templates, new(), ofNode: false) };
        if (context is { Ipmi: not null, Commands: not null }) power.Problem("commands", "and ipmi are both there; a cluster is switched in one way");
        if (!power.Has("ipmi") && !power.Has("commands")) power.Problem("says nothing; write ipmi or commands");
        power.End();
        return context;
    }

    private static Drivers.NetBoot.NetBootOptions? Boot(Section section, string server)
    {
        var options = BootReader.Read(section, server);
        section.Accept("disk_over_network");
        section.End();
        return options;
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
        if (!section.Has("command")) section.Missing("command", "it is what BroadcastEnvCustom runs");
        var command = section.Command("command");
        var decompresses = section.Flag("decompress") ?? true;
        section.End();
        return settings with { Broadcast = command, Cluster = settings.Cluster with { BroadcastDecompresses = decompresses } };
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
