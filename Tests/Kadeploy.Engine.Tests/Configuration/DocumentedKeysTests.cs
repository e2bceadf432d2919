using System.Text.RegularExpressions;
using Xunit;

namespace Kadeploy.Engine.Tests.Configuration;

public sealed partial class DocumentedKeysTests
{
    [Fact]
    public void The_page_on_the_configuration_names_the_keys_that_are_read_and_no_others()
    {
        using var folder = new SiteFolder(FullSite.Cluster, FullSite.Server);
        folder.Write("clusters/other.yml", FullSite.Other);
        var read = new SortedSet<string>(StringComparer.Ordinal);
        _ = folder.Read(key => read.Add(Documented(key)));
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"));
        var named = page.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(static line => Key().Matches(line.Split('|')[1]).Select(static match => match.Groups[1].Value)).ToList();
        Assert.Equal(named.Count, named.Distinct().Count());
        Assert.True(read.Count > 150, $"only {read.Count} keys were read");
        Assert.Empty(read.Except(named));
        Assert.Empty(named.Except(read));
    }

    /// <summary>Gives the name under which the page has a key: keys that stand at several places are there once.</summary>
    private static string Documented(string key)
    {
        key = Macro().Replace(key, "automata.MACRO");
        key = NodeCommand().Replace(key, "$1");
        key = Operations().Replace(key, ".OPS");
        return ChainedProgram().Replace(key, "boot.");
    }

    [GeneratedRegex("`([A-Za-z_.]+)`")]
    private static partial Regex Key();

    [GeneratedRegex(@"^automata\.(macrosteps\.)?(SetDeploymentEnv|BroadcastEnv|BootNewEnv|Verify)")]
    private static partial Regex Macro();

    [GeneratedRegex(@"^(nodes\.commands\.(?:reboot|on|off))\..*")]
    private static partial Regex NodeCommand();

    [GeneratedRegex(@"\.(pre[-_]ops|post[-_]ops|substitute)(?=\.|$)")]
    private static partial Regex Operations();

    [GeneratedRegex(@"^boot\.(network|local)\.(?!binary$)")]
    private static partial Regex ChainedProgram();
}
