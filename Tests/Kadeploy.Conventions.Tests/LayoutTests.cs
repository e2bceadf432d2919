using System.Xml.Linq;
using Xunit;

namespace Kadeploy.Conventions.Tests;

public class LayoutTests
{
    private const int MostLines = 600;

    private static readonly string[] BannedFolders = ["Utils", "Utilities", "Helpers", "Common", "Misc", "Models", "Interfaces", "Managers"];

    [Fact]
    public void Folders_are_named_by_their_subject()
    {
        Assert.Contains("Kadeploy.Abstractions/Nodes", Repository.Folders);
        Assert.DoesNotContain(
            Repository.Folders, static folder => BannedFolders.Contains(folder[(folder.LastIndexOf('/') + 1)..], StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_source_file_is_longer_than_a_person_reads()
    {
        var sources = Repository.Files.Where(static file => file.EndsWith(".cs", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(sources);
        var tooLong = sources.Select(static file => (File: file, Lines: File.ReadLines(Repository.PathOf(file)).Count()))
            .Where(static each => each.Lines > MostLines).Select(static each => $"{each.File} has {each.Lines} lines; is it two things?");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Every_package_has_its_reason_on_the_line_above()
    {
        var packages = XDocument.Load(Repository.PathOf("Directory.Packages.props"), LoadOptions.PreserveWhitespace)
            .Descendants("PackageVersion").ToArray();
        Assert.NotEmpty(packages);
        Assert.Empty(packages.Where(static package => !HasReason(package)).Select(static package => package.Attribute("Include")?.Value));
    }

    private static bool HasReason(XElement package) =>
        package.PreviousNode is XText between && between.Value.Count(static c => c == '\n') == 1
        && between.PreviousNode is XComment comment && comment.Value.Trim().Length >= 10;
}
