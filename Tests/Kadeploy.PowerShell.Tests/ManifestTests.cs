using System.Text.RegularExpressions;
using Kadeploy.Help;
using Kadeploy.PowerShell.Cmdlets;
using Xunit;

namespace Kadeploy.PowerShell.Tests;

public partial class ManifestTests
{
    private static readonly string Manifest = File.ReadAllText(Path.Combine(Repository.Root, "Kadeploy.psd1"));

    [Fact]
    public void The_manifest_exports_the_cmdlets_that_there_are_and_no_wildcard()
    {
        var exported = Cmdlet().Matches(Manifest[Manifest.IndexOf("CmdletsToExport", StringComparison.Ordinal)..Manifest.IndexOf("PrivateData", StringComparison.Ordinal)])
            .Select(static match => match.Groups[1].Value).ToList();
        Assert.Equal(HelpFiles.ReadCmdlets().Select(static each => each.Name).Order(StringComparer.Ordinal), exported);
        Assert.DoesNotContain('*', Manifest);
    }

    [Fact]
    public void The_manifest_has_the_version_of_the_sources()
    {
        var version = Version().Match(File.ReadAllText(Path.Combine(Repository.Root, "Directory.Build.props"))).Groups[1].Value;
        Assert.NotEmpty(version);
        Assert.Contains($"ModuleVersion        = '{version}'", Manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cmdlet_is_a_class_with_its_name_in_a_file_with_its_name() => Assert.All(CmdletReader.Find(typeof(StartKaDeployment).Assembly), static type =>
    {
        var cmdlet = HelpFiles.ReadCmdlets().Single(each => each.Verb + each.Noun == type.Name);
        Assert.StartsWith("Ka", cmdlet.Noun, StringComparison.Ordinal);
        Assert.DoesNotMatch("[^s]s$", cmdlet.Noun);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "Kadeploy.PowerShell", "Cmdlets", $"{type.Name}.cs")));
        Assert.True(File.Exists(Path.Combine(Repository.Root, "Tests", "Pester", $"{cmdlet.Name}.Tests.ps1")));
    });

    [GeneratedRegex(@"'([A-Z][a-z]+-Ka\w+)'")]
    private static partial Regex Cmdlet();

    [GeneratedRegex("<VersionPrefix>(.*)</VersionPrefix>")]
    private static partial Regex Version();
}
