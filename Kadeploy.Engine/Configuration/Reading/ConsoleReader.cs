using Kadeploy.Engine.Configuration.Yaml;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads how consoles are followed.</summary>
internal static class ConsoleReader
{
    /// <summary>Reads it.</summary>
    /// <param name="section">The table of a cluster or of a node, with the key <c>console</c>.</param>
    /// <param name="ipmi">Whether there are controllers; null when that is not known here.</param>
    /// <returns>The settings; null when there are none.</returns>
    public static ConsoleSettings? Read(Section section, bool? ipmi)
    {
        switch (section.Value("console"))
        {
            case null:
                return null;
            case YamlText { Value: "sol" }:
                if (ipmi == false) section.Problem("console", "is 'sol', which needs power.ipmi");
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
