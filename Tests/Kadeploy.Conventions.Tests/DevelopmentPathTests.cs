using System.Text.RegularExpressions;
using Xunit;

namespace Kadeploy.Conventions.Tests;

/// <summary>What is written holds on every machine: no path of the one on which it was written.</summary>
public partial class DevelopmentPathTests
{
    [Fact]
    public void No_file_names_a_path_of_a_development_machine()
    {
        var found =
            from file in Repository.Files
            let bytes = File.ReadAllBytes(Repository.PathOf(file))
            where !bytes.Contains((byte)0) // Text has no zero bytes.
            from line in File.ReadLines(Repository.PathOf(file)).Index()
            from match in DevelopmentPath().Matches(line.Item)
            select $"{file}:{line.Index + 1}: {match.Value}";
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("see ", "/work", "/x.txt", true)]
    [InlineData("\"", "/root", "/project\"", true)]
    [InlineData("=", "/home", "/someone/src", true)]
    [InlineData("", "C:\\Users", "\\someone", true)]
    [InlineData("", "/Users", "/someone", true)]
    [InlineData("file://", "/work", "/x", true)]
    [InlineData("", "/root", "/.ssh/authorized_keys", false)]
    [InlineData("https://host", "/work", "/x", false)]
    [InlineData("$DIR", "/work", "/x", false)]
    [InlineData("a", "/root", "/x", false)]
    [InlineData("the ", "/work", "", false)]
    public void Such_paths_are_told_from_others(string before, string folder, string after, bool expected) =>
        Assert.Equal(expected, DevelopmentPath().IsMatch(before + folder + after));

    // A path that begins there. On a node, root's keys are where they are on every Linux.
    [GeneratedRegex(@"(?<![\w$.}/-]|(?<!file:)//)(?:/work|/home|/Users|/root(?!/\.ssh/))/|(?<=file://)/(?:work|home|Users|root)/|[A-Za-z]:\\Users\\")]
    private static partial Regex DevelopmentPath();
}
