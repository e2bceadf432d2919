using System.CommandLine;

namespace Kadeploy.Cli.Compatible;

/// <summary>Understands long options that are abbreviated word by word, as Ruby's OptionParser does: <c>--env-v 2</c> for <c>--env-version 2</c>.</summary>
internal static class LongOptions
{
    /// <summary>Writes abbreviated options out.</summary>
    /// <param name="words">The words of a command line.</param>
    /// <param name="command">The command, whose options these may be.</param>
    /// <returns>The words; what is no abbreviation stays as it is.</returns>
    /// <exception cref="ConfigurationException">An abbreviation may mean several options.</exception>
    public static string[] WriteOut(IReadOnlyList<string> words, Command command)
    {
        string[] names = [.. command.Options.SelectMany(static option => option.Aliases.Append(option.Name)).Where(static name => name.StartsWith("--", StringComparison.Ordinal))];
        var end = words.TakeWhile(static word => word != "--").Count();
        return [.. words.Take(end).Select(word => WriteOut(word, command, names)), .. words.Skip(end)];
    }

    private static string WriteOut(string word, Command command, string[] names)
    {
        if (!word.StartsWith("--", StringComparison.Ordinal)) return word;
        var length = word.IndexOf('=', StringComparison.Ordinal) is var sign and >= 0 ? sign : word.Length;
        var (given, value) = (word[..length], word[length..]);
        if (names.Contains(given)) return word;
        string[] meant = [.. names.Where(name => IsShort(given, name))];
        // Two names of one option are one meaning.
        return meant.Select(name => command.Options.First(option => option.Name == name || option.Aliases.Contains(name))).Distinct().Count() switch
        {
            0 => word,
            1 => meant[0] + value,
            _ => throw new ConfigurationException($"{Printable.Text(given)} may mean {string.Join(" or ", meant)}; write more of it"),
        };
    }

    private static bool IsShort(string given, string name)
    {
        var (parts, whole) = (given[2..].Split('-'), name[2..].Split('-'));
        return parts.Length <= whole.Length && parts.Zip(whole).All(static pair => pair.Second.StartsWith(pair.First, StringComparison.Ordinal));
    }
}
