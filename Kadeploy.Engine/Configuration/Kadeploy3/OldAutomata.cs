using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Drivers.Power;
using Kadeploy.Engine.MacroSteps;
using static Kadeploy.Engine.Configuration.Yaml.YamlWriter;

namespace Kadeploy.Engine.Configuration.Kadeploy3;

/// <summary>A cluster's workflow.</summary>
internal static class OldAutomata
{
    private static readonly string[] Places = ["pre-ops", "post-ops", "substitute"];

    private static readonly string[] OtherTools = ["Bittorrent", "Kastafior", "Kascade"];

    /// <summary>Reads it.</summary>
    /// <param name="macroSteps">The table <c>automata/macrosteps</c>.</param>
    /// <param name="ledger">The account.</param>
    /// <returns>What goes to <c>automata</c>.</returns>
    public static YamlTable Read(OldTable macroSteps, ImportLedger ledger)
    {
        var steps = new List<(string, YamlValue?)>();
        foreach (var macroStep in new[] { MacroStep.SetDeploymentEnv, MacroStep.BroadcastEnv, MacroStep.BootNewEnv })
        {
            var key = macroStep.ToString();
            var instances = new Dictionary<string, YamlTable>(StringComparer.Ordinal);
            foreach (var instance in macroSteps.Tables(key))
                if (Instance(instance, macroStep, instances.ContainsKey, ledger) is { } read) instances.Add(read.Type, read.Table);
            if (instances.Count > 0) steps.Add((key, new YamlList(0, [.. instances.Values])));
        }

        macroSteps.End("SetDeploymentEnv", "BroadcastEnv", "BootNewEnv");
        return YamlWriter.Table(steps);
    }

    private static (string Type, YamlTable Table)? Instance(OldTable table, MacroStep macroStep, Func<string, bool> isThere, ImportLedger ledger)
    {
        var target = $"automata.{macroStep}";
        if (!table.Section.Has("type")) table.Section.Missing("type", $"name an instance of {macroStep}");
        var type = table.Section.Text("type") ?? "";
        var definition = Resolve(macroStep, type);
        if (definition is null || isThere(Short(definition)))
        {
            var reason = definition is null ? $"there is no instance {Quoted.Text(type)} of {macroStep} here" : $"{Short(definition)} is there already";
            foreach (var key in table.Section.Keys.ToList()) table.Leave(key, reason);
            if (definition is null && type.Length > 0) ledger.Warn($"{table.Section.Source.Name}: {reason}, and it was left out");
            return null;
        }

        var name = Short(definition);
        table.Took("type", $"{target}.type", string.Equals(name, type, StringComparison.OrdinalIgnoreCase) || string.Equals(definition.Name.Value, type, StringComparison.OrdinalIgnoreCase)
            ? "" : $"it is {name} here");
        var result = YamlWriter.Table(
        [
            ("type", Text(name)), ("retries", Number(table, "retries", target)), ("timeout", Limit(table, "timeout", target)),
            ("raisable", Flag(table, "raisable", target)), ("breakpoint", Flag(table, "breakpoint", target)), ("microsteps", MicroSteps(table, definition, $"{target}.microsteps")),
        ]);
        table.End("microsteps");
        return (name, result);
    }

    private static InstanceDefinition? Resolve(MacroStep macroStep, string type)
    {
        var shortName = type.StartsWith(macroStep.ToString(), StringComparison.OrdinalIgnoreCase) ? type[macroStep.ToString().Length..] : type;
        // What these did is done by the usual instance.
        if (macroStep == MacroStep.BroadcastEnv && OtherTools.Contains(shortName, StringComparer.OrdinalIgnoreCase))
            return InstanceCatalog.Find(StepDefaults.Workflow.Single(static step => step.MacroStep == MacroStep.BroadcastEnv).Instances[0].Name);
        return type.Length > 0 && InstanceCatalog.Find(macroStep, type) is { } found && found.MacroStep == macroStep ? found : null;
    }

    private static string Short(InstanceDefinition definition) => definition.Name.Value[definition.MacroStep.ToString().Length..];

    private static YamlList? MicroSteps(OldTable instance, InstanceDefinition definition, string target)
    {
        var steps = new List<YamlValue>();
        foreach (var table in instance.Tables("microsteps"))
        {
            var name = table.Section.Text("name") ?? "";
            if (!MicroStepName.TryParse(name, out var step) || definition.MicroSteps.All(own => own.Name != step))
            {
                foreach (var key in table.Section.Keys.ToList()) table.Leave(key, $"{Short(definition)} has no micro-step {Quoted.Text(name)} here");
                continue;
            }

            table.Took("name", $"{target}.name");
            if (table.Section.Flag("raisable") == false) table.Leave("raisable", "nodes do not wait for each other between micro-steps");
            else table.Took("raisable", $"{target}.raisable");
            steps.Add(YamlWriter.Table(
            [
                ("name", Text(step.Value)), ("timeout", Limit(table, "timeout", target)), ("retries", Number(table, "retries", target)), ("breakpoint", Flag(table, "breakpoint", target)),
                .. Places.Select(key => (key, (YamlValue?)Operations(table, key, $"{target}.{key}"))),
            ]));
            table.End(Places);
        }

        return steps.Count == 0 ? null : new(0, [.. steps]);
    }

    private static YamlList? Operations(OldTable step, string key, string target)
    {
        var operations = new List<YamlValue>();
        foreach (var table in step.Tables(key))
        {
            table.Leave("scattering", "each node gets its own copy");
            var file = table.File("file", $"{target}.file");
            operations.Add(YamlWriter.Table(
            [
                ("name", Value(table, "name", target)), ("action", Value(table, "action", target)), ("timeout", Limit(table, "timeout", target)),
                ("retries", Number(table, "retries", target)), ("command", Command(table, target)), ("file", file is null ? null : Text(file)),
                ("destination", Value(table, "destination", target)), ("params", Value(table, "params", target)),
            ]));
            table.End();
        }

        return operations.Count == 0 ? null : new(0, [.. operations]);
    }

    // Kadeploy 3 gave it to a shell on the node, and so it goes to one when it needs one.
    private static YamlList? Command(OldTable table, string target)
    {
        if (table.Section.Text("command") is not { Length: > 0 } text) return null;
        try
        {
            var words = CommandTemplate.Parse(text).Words;
            table.Took("command", $"{target}.command");
            return List(words);
        }
        catch (ConfigurationException)
        {
            table.Took("command", $"{target}.command", "it is run by sh -c, as it needs a shell");
            return List(["sh", "-c", text]);
        }
    }

    private static YamlText? Value(OldTable table, string key, string target) => table.Text(key, $"{target}.{key}") is { } text ? Text(text) : null;

    private static YamlText? Limit(OldTable table, string key, string target) => table.Text(key, $"{target}.{key}") is { } text ? new YamlText(0, OldTimeouts.Convert(text), true) : null;

    private static YamlText? Number(OldTable table, string key, string target)
    {
        if (table.Section.Integer(key, 0, int.MaxValue) is not { } number) return null;
        table.Took(key, $"{target}.{key}");
        return YamlWriter.Number(number);
    }

    private static YamlText? Flag(OldTable table, string key, string target)
    {
        if (table.Section.Flag(key) is not { } flag) return null;
        table.Took(key, $"{target}.{key}");
        return YamlWriter.Flag(flag);
    }
}
