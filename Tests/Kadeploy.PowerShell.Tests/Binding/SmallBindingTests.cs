using Kadeploy.PowerShell.Binding;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Binding;

public class SmallBindingTests
{
    public static TheoryData<object, string> Limits => new()
    {
        { 90, "90" }, { 90L, "90" }, { 1.5, "1.5" }, { "n*10+600", "n*10+600" }, { TimeSpan.FromMinutes(2), "120" }, { TimeSpan.FromMilliseconds(1500), "2" },
        { TimeoutExpression.Parse("n+1"), "n+1" },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void Limits_are_seconds_time_spans_or_expressions(object value, string text) => Assert.Equal(text, TimeoutTransformationAttribute.TextOf(value));

    [Theory]
    [InlineData("debian13", false)]
    [InlineData("win11.2", false)]
    [InlineData("debian13.yaml", true)]
    [InlineData("./debian13", true)]
    [InlineData("images\\win11.YML", true)]
    [InlineData("https://images.example/x", true)]
    public void Environments_are_told_from_places_of_descriptions(string text, bool place) => Assert.Equal(place, EnvironmentTransformationAttribute.IsPlace(text));

    [Theory]
    [InlineData("lab-1.site", "lab-1.site")]
    [InlineData("BroadcastEnv:SendEnvironment", "BroadcastEnv:SendEnvironment")]
    [InlineData("SetDeploymentEnv|Kexec:0:0", "'SetDeploymentEnv|Kexec:0:0'")]
    [InlineData("o'clock", "'o''clock'")]
    public void Completed_words_are_one_word(string word, string quoted) => Assert.Equal(quoted, KaCompleter.Quoted(word));

    [Fact]
    public void A_word_fits_what_it_begins_with_in_any_case()
    {
        Assert.True(KaCompleter.Fits("lab-12", "LAB-1"));
        Assert.True(KaCompleter.Fits("lab-12", ""));
        Assert.False(KaCompleter.Fits("lab-12", "ab"));
    }
}
