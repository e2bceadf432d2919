using Kadeploy.Miniroot.Packages;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Packages;

public class PackageSetTests
{
    private const string Printed = """
        Reading package lists...
        The following NEW packages will be installed:
          bash libc6
        'http://mirror.example/pool/main/g/glibc/libc6_2.36-9_amd64.deb' libc6_2.36-9_amd64.deb 2754640 SHA256:00
        'http://mirror.example/pool/main/b/bash/bash_5.2-1_amd64.deb' bash_1%3a5.2-1_amd64.deb 1490976
        """;

    [Fact]
    public void Files_are_read_from_what_apt_get_prints() =>
        Assert.Equal(["bash_1%3a5.2-1_amd64.deb", "libc6_2.36-9_amd64.deb"], PackageSet.Parse(Printed).Files);

    [Fact]
    public void The_key_depends_on_names_and_versions_and_on_nothing_else()
    {
        var key = PackageSet.Parse(Printed).Key;
        Assert.Equal(key, PackageSet.Parse(Printed.Replace("mirror.example", "other.example", StringComparison.Ordinal)).Key);
        Assert.Equal(key, PackageSet.Parse(string.Join('\n', Printed.Split('\n').Reverse())).Key);
        Assert.NotEqual(key, PackageSet.Parse(Printed.Replace("5.2-1", "5.2-2", StringComparison.Ordinal)).Key);
        Assert.NotEqual(key, PackageSet.Parse(Printed[..Printed.LastIndexOf('\n')]).Key);
        Assert.Matches("^[0-9a-f]{16}$", key);
    }

    [Theory]
    [InlineData("bash_1%3a5.2-1_amd64.deb", "bash=1:5.2-1")]
    [InlineData("libstdc++6_12.2.0-14+deb12u1_amd64.deb", "libstdc++6=12.2.0-14+deb12u1")]
    public void A_file_is_fetched_in_its_very_version(string file, string asked) => Assert.Equal(asked, AptRepository.Pin(file));

    [Theory]
    [InlineData(MinirootKernel.Cloud)]
    [InlineData(MinirootKernel.Generic)]
    public void Each_profile_has_all_that_the_smaller_one_has(MinirootKernel kernel)
    {
        var profiles = Enum.GetValues<MinirootProfile>().Select(profile => ProfileContents.Of(profile, kernel)).ToArray();
        foreach (var (smaller, larger) in profiles.Zip(profiles.Skip(1)))
        {
            Assert.Empty(smaller.Packages.Except(larger.Packages));
            Assert.Empty(smaller.Programs.Except(larger.Programs));
            Assert.Empty(smaller.Modules.Except(larger.Modules));
            Assert.True(larger.Programs.Count > smaller.Programs.Count);
        }
    }
}
