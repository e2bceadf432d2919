using System.Globalization;
using Kadeploy.Engine.Configuration.Yaml;
using Xunit;

namespace Kadeploy.Engine.Tests.Configuration;

public sealed class YamlWriterTests
{
    public static TheoryData<string> OddTexts =>
        [
            "", " ", "a", "~", "null", "Null", "true", "no", "12", "1.5", "0x10", "-", "--- a", "a: b", "a:b", "a # b", "#a", "'", "\"", "\\", "a\nb", "a\r\nb\n", "\t", "[1]", "{a}",
            "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "? a", ", a", "a ", " a", "\u0085", "\u2028", "\u00A0", "\uFEFF", "é", "😀", "\u0001", "\u001B[31m", "\u007F", "$(reboot)", "a;b",
            "<<", "=", "2026-01-01", "12:30:00", "a\\", "...", "---", "- a", "node-[1-2]", "* * *", "x: |",
        ];

    [Theory]
    [MemberData(nameof(OddTexts))]
    public void A_text_is_read_as_it_was_written(string text)
    {
        var table = YamlWriter.Table([(text.Length > 0 ? text : "k", YamlWriter.Text(text)), ("list!", YamlWriter.List([text, "x", text])), ("in", YamlWriter.Table([("k", YamlWriter.Text(text))]))]);
        Assert.Equal(Shape(table), Shape(Read(YamlWriter.Write(table))));
    }

    [Fact]
    public void What_means_something_without_quotation_marks_keeps_its_meaning()
    {
        var text = YamlWriter.Write(YamlWriter.Table([("a", YamlWriter.Number(-5)), ("b", YamlWriter.Flag(true)), ("c", YamlWriter.Text("5")), ("d", YamlWriter.Text("null"))]));
        Assert.Equal("a: -5\nb: true\nc: \"5\"\nd: \"null\"\n", text);
    }

    [Fact]
    public void Random_values_are_read_as_they_were_written()
    {
        var random = new Random(4711);
        for (var i = 0; i < 2000; i++)
        {
            var table = (YamlTable)Make(random, 0, tableOnly: true);
            var text = YamlWriter.Write(table);
            Assert.True(Shape(table) == Shape(Read(text)), text);
        }
    }

    [Fact]
    public void A_file_written_anew_is_read_as_the_same_site_and_its_paths_are_full()
    {
        using var folder = new SiteFolder(FullSite.Cluster, FullSite.Server);
        folder.Write("clusters/other.yml", FullSite.Other);
        var before = folder.Read();
        Directory.CreateDirectory(folder.At("far/away"));
        for (var i = 0; i < before.Clusters.Length; i++)
        {
            var cluster = before.Clusters[i];
            var table = (YamlTable)YamlReader.Read(cluster.Text, static (_, problem) => Assert.Fail(problem))!;
            Assert.DoesNotContain("../", cluster.Text, StringComparison.Ordinal);
            var nodes = new YamlList(0, [.. cluster.Entries.Select(static entry => NodeTable.Of(entry.Definition, withCluster: false))]);
            folder.Write($"far/away/{i}.yml", YamlWriter.Write(ClusterText.WithName(cluster.Cluster.Name, table with { Entries = table.Entries.Add(new(0, "nodes", nodes)) })));
        }

        folder.Write("kadeploy.yml", FullSite.Server.Replace("[clusters/lab.yml, clusters/other.yml]", "far/away", StringComparison.Ordinal));
        var after = folder.Read();
        Assert.Equal(
            before.Clusters.Select(static cluster => TestKit.DeepText.Of(cluster.Cluster) + TestKit.DeepText.Of(cluster.Nodes) + cluster.Text),
            after.Clusters.Select(static cluster => TestKit.DeepText.Of(cluster.Cluster) + TestKit.DeepText.Of(cluster.Nodes) + cluster.Text));
        Assert.Equal(before.Clusters[0].NetBoot!.Dhcp, after.Clusters[0].NetBoot!.Dhcp);
        Assert.Equal(before.Clusters[0].Console, after.Clusters[0].Console);
    }

    private static YamlTable Read(string text) => (YamlTable)YamlReader.Read(text, (line, problem) => Assert.Fail($"{line}: {problem}\n{text}"))!;

    private static string Shape(YamlValue value) => value switch
    {
        YamlText text => text.IsNothing ? "nothing" : $"{(text.Plain && long.TryParse(text.Value, CultureInfo.InvariantCulture, out _) ? "n" : "t")}<{text.Value}>",
        YamlList list => $"[{string.Join('|', list.Items.Select(Shape))}]",
        YamlTable table => $"{{{string.Join('|', table.Entries.Select(static entry => $"<{entry.Key}>=" + Shape(entry.Value)))}}}",
        _ => throw new ArgumentOutOfRangeException(nameof(value)),
    };

    private static YamlValue Make(Random random, int depth, bool tableOnly = false)
    {
        var kind = tableOnly ? 2 : random.Next(depth > 4 ? 2 : 4);
        if (kind < 2) return kind == 0 ? YamlWriter.Text(Text(random)) : YamlWriter.Number(random.Next(-9, 1000));
        if (kind == 3) return new YamlList(0, [.. Enumerable.Range(0, random.Next(4)).Select(_ => Make(random, depth + 1))]);
        var keys = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Text(random)).Where(static key => key is not "<<").Distinct();
        return new YamlTable(0, [.. keys.Select(key => new YamlEntry(0, key, Make(random, depth + 1)))]);
    }

    private static string Text(Random random)
    {
        const string Letters = "ab 01.:-_#'\"\\/[]{},&*!|>%@`?~=\n\t\r\u0007é\u2028\uD83D\uDE00";
        var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => Letters[random.Next(Letters.Length)]));
        // Half a character cannot be written.
        return text.Replace("\uD83D", "", StringComparison.Ordinal).Replace("\uDE00", "", StringComparison.Ordinal);
    }
}
