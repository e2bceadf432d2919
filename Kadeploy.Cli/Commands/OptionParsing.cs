using System.Collections.Immutable;
using System.CommandLine.Parsing;
using System.Globalization;
using Kadeploy.Engine.Configuration;
using Kadeploy.Terminals;

namespace Kadeploy.Cli.Commands;

/// <summary>Reads the values of options, with messages that say what is expected.</summary>
internal static class OptionParsing
{
    /// <summary>Reads a whole number.</summary>
    /// <param name="result">The value given.</param>
    /// <param name="minimum">The lowest allowed.</param>
    /// <param name="maximum">The highest allowed.</param>
    /// <returns>The number.</returns>
    public static int Integer(ArgumentResult result, int minimum, int maximum) =>
        int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum
            ? number
            : Wrong<int>(result, string.Create(CultureInfo.InvariantCulture, $"a whole number from {minimum} to {maximum}"));

    /// <summary>Reads an amount of bytes.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>Bytes.</returns>
    public static long Bytes(ArgumentResult result) => Text(result) == "0"
        ? 0
        : ByteSize.Parse(Text(result)) ?? Wrong<long>(result, "an amount such as 50GB or 500MiB");

    /// <summary>Reads the path of a directory.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The path, not empty.</returns>
    public static string Directory(ArgumentResult result) =>
        Text(result) is { } path && !string.IsNullOrWhiteSpace(path) && !path.Contains('\0') ? path : Wrong<string>(result, "a directory");

    /// <summary>Reads a whole number of 64 bits, from 0.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The number.</returns>
    public static long Sequence(ArgumentResult result) =>
        long.TryParse(Text(result), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Wrong<long>(result, "a whole number from 0");

    /// <summary>Reads a share.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>A number from 0 to 1.</returns>
    public static double Share(ArgumentResult result) =>
        double.TryParse(Text(result), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            ? share
            : Wrong<double>(result, "a number from 0 to 1, such as 0.05");

    /// <summary>Reads one of the names of an enumeration, in kebab case.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="result">The value given.</param>
    /// <returns>The value.</returns>
    public static T Name<T>(ArgumentResult result)
        where T : struct, Enum =>
        TryName<T>(Text(result), out var value) ? value : Wrong<T>(result, $"one of {Known<T>()}");

    /// <summary>Reads one of the names of an enumeration as Kadeploy 3 writes them, such as <c>very_hard</c>.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="result">The value given.</param>
    /// <returns>The value.</returns>
    public static T SnakeName<T>(ArgumentResult result)
        where T : struct, Enum =>
        TryName<T>(Text(result), out var value) ? value : Wrong<T>(result, $"one of {Known<T>().Replace('-', '_')}");

    /// <summary>Reads one of several words.</summary>
    /// <typeparam name="T">What they stand for.</typeparam>
    /// <param name="result">The value given.</param>
    /// <param name="choices">The words.</param>
    /// <returns>What the word stands for.</returns>
    public static T Choice<T>(ArgumentResult result, params (string Word, T Value)[] choices)
    {
        foreach (var (word, value) in choices)
            if (string.Equals(word, Text(result), StringComparison.OrdinalIgnoreCase)) return value;
        return Wrong<T>(result, $"one of {string.Join(", ", choices.Select(static choice => choice.Word))}");
    }

    /// <summary>Reads names of an enumeration, in kebab case and separated by commas.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="result">The value given.</param>
    /// <returns>The values, each once.</returns>
    public static ImmutableArray<T> Names<T>(ArgumentResult result)
        where T : struct, Enum
    {
        var values = new List<T>();
        foreach (var name in Text(result).Split(',', StringSplitOptions.TrimEntries))
        {
            if (!TryName<T>(name, out var value)) return Wrong(result, $"a list of {Known<T>()}", name, ImmutableArray<T>.Empty);
            if (!values.Contains(value)) values.Add(value);
        }

        return [.. values];
    }

    /// <summary>Reads an operation's identifier.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The identifier.</returns>
    public static OperationId Operation(ArgumentResult result) => OperationId.TryParse(Text(result), null, out var id)
        ? id
        : Wrong<OperationId>(result, "an operation's identifier, as 'kadeploy operations' lists them,");

    /// <summary>Reads the name of a node.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The name.</returns>
    public static NodeName Node(ArgumentResult result) =>
        NodeName.TryParse(Text(result), null, out var node) ? node : Wrong<NodeName>(result, "the name of a node");

    /// <summary>Reads the keys that leave a console.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The keys.</returns>
    public static EscapeSequence? Escape(ArgumentResult result) =>
        EscapeSequence.TryParse(Text(result), out var keys) ? keys : Wrong<EscapeSequence?>(result, "keys such as ^[^[^[^[ or ^] or ~., or none");

    /// <summary>Writes an option as it can be typed again.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its value; null for the default.</param>
    /// <returns>The option with a leading space, or nothing for the default.</returns>
    public static string Repeat(string name, string? value) => value switch
    {
        null => "",
        var plain when plain.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '\\' or '.' or '-' or '_' or ':') => $" {name} {plain}",
        var other => $" {name} \"{other}\"",
    };

    /// <summary>Reads a limit in seconds, which may be an expression of the number of nodes.</summary>
    /// <param name="result">The value given.</param>
    /// <returns>The limit.</returns>
    public static TimeoutExpression Timeout(ArgumentResult result) => TimeoutExpression.TryParse(Text(result), out var expression, out _)
        ? expression
        : Wrong<TimeoutExpression>(result, "a number of seconds or an expression such as '200 + 5 * n'");

    private static string Text(ArgumentResult result) => result.Tokens is [.., var last] ? last.Value : "";

    private static bool TryName<T>(string text, out T value)
        where T : struct, Enum
    {
        foreach (var candidate in Enum.GetValues<T>())
        {
            value = candidate;
            if (string.Equals(Kebab(candidate.ToString()), text.Replace('_', '-'), StringComparison.OrdinalIgnoreCase)) return true;
        }

        value = default;
        return false;
    }

    private static string Known<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(static value => Kebab(value.ToString())));

    private static string Kebab(string name) =>
        string.Concat(name.Select(static (c, i) => char.IsUpper(c) ? (i > 0 ? "-" : "") + char.ToLowerInvariant(c) : c.ToString()));

    private static T Wrong<T>(ArgumentResult result, string expected) => Wrong(result, expected, Text(result), default(T)!);

    private static T Wrong<T>(ArgumentResult result, string expected, string given, T nothing)
    {
        var name = result.Parent is OptionResult option ? option.Option.Name : result.Argument.HelpName ?? result.Argument.Name;
        result.AddError($"{name}: '{given}' was given, but {expected} is expected");
        return nothing;
    }
}
