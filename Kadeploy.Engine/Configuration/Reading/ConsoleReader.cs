using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads how consoles are followed.</summary>
internal static class ConsoleReader
{
    /// <summary>Reads those of a cluster.</summary>
    /// <param name="section">The table of a cluster, with the key <c>console</c>.</param>
    /// <param name="ipmi">Whether there are controllers.</param>
    /// <returns>The settings, null when there are none; and how much is kept of each console, null when that is not said.</returns>
    public static (ConsoleSettings? Console, long? LogLimit) ReadCluster(Section section, bool ipmi)
    {
        long? limit = null;
        var console = Read(section, ipmi, table => limit = table.Text("log_limit") == "0" ? 0 : table.Size("log_limit"));
        return (console, limit);
    }

    /// <summary>Reads that of a node.</summary>
    /// <param name="section">The table of a node, with the key <c>console</c>.</param>
    /// <param name="ipmi">Whether there are controllers; null when that is not known here.</param>
    /// <returns>The settings; null when there are none.</returns>
    public static ConsoleSettings? Read(Section section, bool? ipmi) => Read(section, ipmi, static _ => { });

    private static ConsoleSettings? Read(Section section, bool? ipmi, Action<Section> others)
    {
        switch (section.Value("console"))
        {
            case null:
                return null;
            case YamlText { Value: "sol" }:
                if (ipmi == false) section.Problem("console", "is 'sol', which needs power.ipmi");
                return new ConsoleSettings.SerialOverLan();
            case YamlTable:
                return Read(section.Table("console")!, section, ipmi, others);
            case var other:
                return section.Wrong<ConsoleSettings>("console", other, "'sol', or a table with sol, file or command,");
        }
    }

    private static ConsoleSettings? Read(Section table, Section section, bool? ipmi, Action<Section> others)
    {
        var command = table.Command("command");
        var file = table.FullPath("file");
        var sol = table.Flag("sol") == true;
        others(table);
        table.End();
        if (sol && ipmi == false) section.Problem("console", "is 'sol', which needs power.ipmi");
        if (new[] { sol, table.Has("command"), table.Has("file") }.Count(static each => each) != 1)
            table.Problem("has to be 'sol', or a table with one of sol: true, file and command");
        return sol ? new ConsoleSettings.SerialOverLan() : command is not null ? new ConsoleSettings.Command(command) : file is not null ? new ConsoleSettings.LogFile(file) : null;
    }

    /// <summary>Says the same as it is recorded of a node.</summary>
    /// <param name="settings">The settings; null when there are none.</param>
    /// <returns>The record.</returns>
    public static NodeConsole? Recorded(ConsoleSettings? settings) => settings switch
    {
        ConsoleSettings.SerialOverLan => new NodeConsole.SerialOverLan(),
        ConsoleSettings.LogFile file => new NodeConsole.LogFile(file.Path),
        ConsoleSettings.Command command => new NodeConsole.Command(command.Template.Words),
        _ => null,
    };
}
