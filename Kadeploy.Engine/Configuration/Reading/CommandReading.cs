using System.Collections.Immutable;
using Kadeploy.Engine.Configuration.Yaml;
using Kadeploy.Engine.Drivers.Power;

namespace Kadeploy.Engine.Configuration.Reading;

/// <summary>Reads commands: argument vectors, which no shell reads.</summary>
internal static class CommandReading
{
    /// <summary>Gives a command.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key; a text as one types it, or a list of words.</param>
    /// <returns>The command; null when it is absent or none.</returns>
    public static CommandTemplate? Command(this Section section, string key) =>
        Words(section, key) is { } words
            ? words is [{ Length: > 0 }, ..] ? new(words) : Empty(section, key)
            : null;

    /// <summary>Gives words.</summary>
    /// <param name="section">The table.</param>
    /// <param name="key">The key; a text as one types it, or a list of words.</param>
    /// <returns>The words; null when the key is absent or wrong.</returns>
    public static ImmutableArray<string>? Words(this Section section, string key)
    {
        switch (section.Value(key))
        {
            case null:
                return null;
            case YamlList:
                return section.Texts(key);
            default:
                if (section.Text(key) is not { } text) return null;
                if (string.IsNullOrWhiteSpace(text)) return [];
                try
                {
                    return CommandTemplate.Parse(text).Words;
                }
                catch (ConfigurationException wrong)
                {
                    section.Problem(key, $"is no command: {wrong.Message}");
                    return null;
                }
        }
    }

    private static CommandTemplate? Empty(Section section, string key)
    {
        section.Problem(key, "is empty; write a program and its arguments");
        return null;
    }
}
