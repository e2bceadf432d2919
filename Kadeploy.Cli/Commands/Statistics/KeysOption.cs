using System.CommandLine;

namespace Kadeploy.Cli.Commands.Statistics;

/// <summary>The option <c>--by KEYS</c>.</summary>
internal sealed class KeysOption : Option<string[]>
{
    private static readonly (string Name, StatisticsKeys Key)[] Keys =
    [
        ("cluster", StatisticsKeys.Cluster), ("node", StatisticsKeys.Node), ("environment", StatisticsKeys.Environment), ("user", StatisticsKeys.User),
        ("kind", StatisticsKeys.Kind), ("day", StatisticsKeys.Day), ("all", StatisticsKeys.None),
    ];

    private readonly StatisticsKeys _byDefault;

    public KeysOption(StatisticsKeys byDefault)
        : base("--by")
    {
        _byDefault = byDefault;
        HelpName = "KEYS";
        Arity = ArgumentArity.OneOrMore;
        Description = $"By what rows are put together: {string.Join(", ", Keys[..^1].Select(static key => key.Name))}, several with commas, or all. "
            + $"Days are those of universal time. Default: {string.Join(',', NamesOf(byDefault))}.";
    }

    /// <summary>Reads the keys.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The keys.</returns>
    public StatisticsKeys Read(ParseResult arguments, List<string> problems)
    {
        if (arguments.GetResult(this) is null) return _byDefault;
        var by = StatisticsKeys.None;
        foreach (var name in StatFilterOptions.List(arguments, this))
        {
            var found = Array.Find(Keys, key => string.Equals(key.Name, name == "env" ? "environment" : name, StringComparison.OrdinalIgnoreCase));
            if (found.Name is null)
                problems.Add($"--by: '{Printable.Text(name)}' was given, but {string.Join(", ", Keys.Select(static key => key.Name))} are what there is");
            by |= found.Key;
        }

        return by;
    }

    private static IEnumerable<string> NamesOf(StatisticsKeys by) =>
        by == StatisticsKeys.None ? ["all"] : Keys.Where(key => key.Key != StatisticsKeys.None && by.HasFlag(key.Key)).Select(static key => key.Name);
}
