using System.Reflection;
using Xunit;

namespace Kadeploy.Conventions.Tests;

/// <summary>What others may name does not change by accident: the public surface is kept as text beside this test.</summary>
public class PublicSurfaceTests
{
    private const string Accept = "KADEPLOY_ACCEPT";

    [Theory]
    [InlineData("Kadeploy.Abstractions")]
    [InlineData("Kadeploy.Engine")]
    public void The_public_surface_is_the_one_that_was_accepted(string assembly)
    {
        var file = $"Tests/Kadeploy.Conventions.Tests/PublicSurface/{assembly}.txt";
        var path = Repository.PathOf(file);
        var actual = PublicSurface.Describe(Assembly.Load(assembly));
        Assert.NotEmpty(actual);
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(path, string.Concat(actual.Select(static line => line + "\n")));
            return;
        }

        var accepted = File.Exists(path) ? File.ReadAllLines(path) : [];
        var changes = LineDifference.Between(accepted, actual);
        if (changes.Count > 0)
        {
            Assert.Fail($"""
                The public surface of {assembly} is not the one in {file} (- accepted, + now):
                {string.Join(Environment.NewLine, changes)}
                If this is meant, run the test again with the environment variable {Accept}=1, and commit the file.
                """);
        }
    }

    [Fact]
    public void A_difference_names_the_lines_that_went_and_came()
    {
        Assert.Empty(LineDifference.Between(["a", "b"], ["a", "b"]));
        Assert.Equal(
            ["class A", "-   int X", "+   long X", "class C", "+   int Y"],
            LineDifference.Between(["class A", "  int W", "  int X", "class C"], ["class A", "  int W", "  long X", "class C", "  int Y"]));
        Assert.Equal(["- class B", "-   int X"], LineDifference.Between(["class A", "class B", "  int X"], ["class A"]));
    }
}
