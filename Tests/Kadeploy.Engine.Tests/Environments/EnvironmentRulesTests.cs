using Kadeploy.Engine.Environments;
using Xunit;

namespace Kadeploy.Engine.Tests.Environments;

public sealed class EnvironmentRulesTests
{
    // Owner:name:version:visibility; the first letter of a name says what it is.
    private static readonly RecordedEnvironment[] All =
    [
        Of("ada", "priv", 1, Visibility.Private), Of("ada", "priv", 2, Visibility.Private), Of("ada", "share", 1, Visibility.Shared), Of("bob", "share", 3, Visibility.Shared),
        Of("root", "pub", 1, Visibility.Public), Of("root", "pub", 2, Visibility.Public), Of("root", "hidden", 1, Visibility.Private), Of("ada", "pub", 1, Visibility.Private),
        Of("a_a", "trap", 1, Visibility.Private, alias: "al"), Of("root", "mixed", 1, Visibility.Public), Of("root", "mixed", 2, Visibility.Private),
    ];

    [Theory]
    // Without an owner: one's own and public ones.
    [InlineData("ada", null, null, null, false, "root:mixed:1 root:pub:2 ada:priv:2 ada:pub:1 ada:share:1")]
    [InlineData("bob", null, null, null, false, "root:mixed:1 root:pub:2 bob:share:3")]
    [InlineData("nobody", null, null, null, false, "root:mixed:1 root:pub:2")]
    // An owner: what is not private; one's own name: all.
    [InlineData("bob", null, "ada", null, false, "ada:share:1")]
    [InlineData("ada", null, "ada", null, false, "ada:priv:2 ada:pub:1 ada:share:1")]
    [InlineData("bob", null, "%", null, false, "root:mixed:1 root:pub:2 bob:share:3 ada:share:1")]
    [InlineData("ada", null, "%", null, false, "root:mixed:1 root:pub:2 bob:share:3 ada:share:1")]
    [InlineData("bob", null, "b_b", null, false, "bob:share:3")]
    [InlineData("bob", null, "nobody", null, false, "")]
    // Administrators see all.
    [InlineData("root", null, null, null, false, "root:pub:2 root:hidden:1 root:mixed:2 ada:priv:2 ada:pub:1 a_a:trap:1 bob:share:3 ada:share:1", true)]
    [InlineData("root", null, "ada", null, false, "ada:priv:2 ada:pub:1 ada:share:1", true)]
    [InlineData("root", null, "root", null, false, "root:pub:2 root:hidden:1 root:mixed:2", true)]
    // Versions.
    [InlineData("ada", "priv", null, null, true, "ada:priv:2 ada:priv:1")]
    [InlineData("ada", "priv", null, 1, false, "ada:priv:1")]
    [InlineData("ada", "priv", null, 1, true, "ada:priv:1")]
    [InlineData("ada", "priv", null, 7, false, "")]
    [InlineData("bob", "mixed", null, null, true, "root:mixed:1")]
    // Names are patterns.
    [InlineData("ada", "p%", null, null, false, "root:pub:2 ada:priv:2 ada:pub:1")]
    [InlineData("ada", "PU_", null, null, false, "root:pub:2 ada:pub:1")]
    [InlineData("ada", "p_", null, null, false, "")]
    [InlineData("a_a", "al", null, null, false, "a_a:trap:1")]
    // A '_' in the caller's own name is no pattern: what is ada's stays hers.
    [InlineData("a_a", null, null, null, false, "root:mixed:1 root:pub:2 a_a:trap:1")]
    [InlineData("a_a", null, "a_a", null, false, "a_a:trap:1")]
    [InlineData("ada", null, "a_a", null, false, "ada:share:1")]
    public void The_rules_of_Kadeploy_3_say_who_sees_what(string caller, string? name, string? owner, int? version, bool all, string expected, bool almighty = false)
    {
        var seen = EnvironmentRules.Select(All, new() { Name = name, Owner = owner, Version = version, AllVersions = all }, caller, almighty);
        Assert.Equal(expected, string.Join(' ', seen.Select(static each => $"{each.Environment.User}:{each.Environment.Name}:{each.Environment.Version}")));
    }

    [Fact]
    public void Public_ones_come_first_then_private_then_shared_ones_each_by_name_and_newest_first()
    {
        var seen = EnvironmentRules.Select(All, new() { AllVersions = true }, "root", almighty: true);
        Assert.Equal(
            ["mixed:1", "pub:2", "pub:1", "hidden:1", "mixed:2", "priv:2", "priv:1", "pub:1", "trap:1", "share:3", "share:1"],
            seen.Select(static each => $"{each.Environment.Name}:{each.Environment.Version}"));
    }

    [Theory]
    [InlineData("ada", "pub", null, "ada:pub:1")] // one's own before the public one
    [InlineData("bob", "pub", null, "root:pub:2")]
    [InlineData("ada", "pub", "root", "root:pub:2")]
    [InlineData("ada", "p_b", null, "ada:pub:1")]
    [InlineData("bob", "hidden", null, null)]
    [InlineData("a_a", "al", null, "a_a:trap:1")]
    public void One_is_found_where_one_is_needed(string caller, string name, string? owner, string? expected)
    {
        var selection = new EnvironmentSelection { Name = name, Owner = owner };
        var one = EnvironmentRules.One(EnvironmentRules.Select(All, selection, caller, almighty: false), selection, caller)?.Environment;
        Assert.Equal(expected, one is null ? null : $"{one.User}:{one.Name}:{one.Version}");
    }

    [Theory]
    [InlineData("%", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("a", "A", true)]
    [InlineData("a%", "abc", true)]
    [InlineData("%c", "abc", true)]
    [InlineData("%b%", "abc", true)]
    [InlineData("a_c", "abc", true)]
    [InlineData("a_c", "ac", false)]
    [InlineData("a%b%c", "aXbYbZc", true)]
    [InlineData("a%b%c", "aXbYbZ", false)]
    [InlineData("_", "🙂", true)]
    [InlineData("a.c", "abc", false)]
    [InlineData("[a]%", "[a]b", true)]
    [InlineData("%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%x", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Patterns_are_those_of_like(string pattern, string text, bool expected) => Assert.Equal(expected, LikePattern.Fits(pattern, text));

    private static RecordedEnvironment Of(string user, string name, int version, Visibility visibility, string? alias = null) => new(
        new()
        {
            Name = name, Version = version, User = user, Visibility = visibility, Alias = alias, Image = new(new("file:///i"), ImageKind.Dd, ImageCompression.None),
        },
        default, default, user);
}
