using System.CommandLine;
using System.CommandLine.Parsing;
using Kadeploy.Cli.Commands;
using Kadeploy.Cli.Help;

namespace Kadeploy.Cli.Errors;

/// <summary>Tells a user what is wrong with a command line.</summary>
internal static class UsageReport
{
    /// <summary>The name of arguments that are a command line of another program.</summary>
    public const string CommandToRun = "COMMAND";

    /// <summary>Writes what is wrong, what may have been meant, and where to read on.</summary>
    /// <param name="parsed">A command line with errors.</param>
    /// <param name="error">Standard error.</param>
    /// <returns><see cref="ExitCode.Usage"/>.</returns>
    public static ExitCode Write(ParseResult parsed, TextWriter error)
    {
        var command = (CliCommand)parsed.CommandResult.Command;
        foreach (var problem in Problems(parsed, command)) error.WriteLine($"{command.FullName}: {Printable.Text(problem)}");
        error.WriteLine($"See '{command.FullName} --help'.");
        return ExitCode.Usage;
    }

    /// <summary>Finds mistyped options that were taken for one more value of what takes many: of <c>-m node-1 --foo</c>, the last.</summary>
    /// <param name="parsed">A command line.</param>
    /// <returns>The words. What stands behind <c>--</c> is never one, nor are words of a command that is to be run.</returns>
    public static IReadOnlyList<string> Strays(ParseResult parsed)
    {
        var literal = parsed.Tokens.SkipWhile(static token => token.Type != TokenType.DoubleDash).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. parsed.CommandResult.Children.SelectMany(Many).Where(token => LooksLikeOption(token.Value) && !literal.Contains(token)).Select(static token => token.Value)];

        static IEnumerable<Token> Many(SymbolResult result) => result switch
        {
            ArgumentResult { Argument: var argument, Tokens: var tokens } when argument.Name != CommandToRun => tokens,
            OptionResult { Option.AllowMultipleArgumentsPerToken: true, Tokens: var tokens } => tokens,
            _ => [],
        };

        static bool LooksLikeOption(string word) => word.TrimStart('-') is { Length: > 0 } rest && rest.Length < word.Length && char.IsAsciiLetter(rest[0]);
    }

    private static IEnumerable<string> Problems(ParseResult parsed, CliCommand command)
    {
        // A mistyped option makes its value, and often a required option, look wrong too: only the cause is worth reading.
        var unknown = parsed.UnmatchedTokens.Where(static token => token.StartsWith('-') && token != "-").Concat(Strays(parsed)).ToList();
        if (unknown.Count > 0)
            return unknown.Select(token => OptionNames(command).Contains(token, StringComparer.Ordinal)
                ? $"option '{token}' belongs behind '{command.Name}'"
                : $"unknown option '{token}'{Suggestion(token, OptionNames(command))}");
        if (command.Subcommands.Count > 0 && command.Action is null)
            return parsed.UnmatchedTokens is [var first, ..]
                ? [$"unknown command '{first}'{Suggestion(first, command.Subcommands.Select(static sub => sub.Name))}"]
                : [$"which command? {string.Join(", ", command.Subcommands.Select(static sub => sub.Name))}"];
        return parsed.UnmatchedTokens.Count > 0
            ? parsed.UnmatchedTokens.Select(static token => $"'{token}' is one argument too many")
            : parsed.Errors.Select(static problem => problem.Message);
    }

    private static IEnumerable<string> OptionNames(CliCommand command) =>
        ManualWriter.Options(command).SelectMany(static option => option.Aliases.Append(option.Name)).Where(static name => name.Length > 2);

    private static string Suggestion(string word, IEnumerable<string> candidates)
    {
        var best = candidates.Select(candidate => (Name: candidate, Distance: Distance(word, candidate))).DefaultIfEmpty((Name: "", Distance: int.MaxValue))
            .MinBy(static candidate => candidate.Distance);
        return best.Distance <= Math.Max(1, word.Length / 3) ? $"; did you mean '{best.Name}'?" : "";
    }

    /// <summary>Counts the letters to add, remove or replace (Levenshtein).</summary>
    private static int Distance(string from, string to)
    {
        var previous = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var current = new int[to.Length + 1];
            current[0] = i;
            for (var j = 1; j <= to.Length; j++)
                current[j] = Math.Min(
                    Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1));
            previous = current;
        }

        return previous[to.Length];
    }
}
