using Kadeploy.PowerShell.Binding;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Binding;

public class EnvironmentArgumentTests
{
    private static readonly KaEnvironment Environment = new()
    {
        Name = "debian13", Version = 2, User = "ada", Image = new(new("file:///srv/d.tgz"), ImageKind.Tar, ImageCompression.Gzip),
    };

    [Fact]
    public void What_was_given_before_names_itself_exactly()
    {
        var exactly = new EnvironmentSelection { Name = "debian13", Version = 2, Owner = "ada" };
        var recorded = new RecordedEnvironment(Environment, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "ada");
        object[] forms =
        [
            Environment, recorded, exactly, new EnvironmentRevision(Environment, EnvironmentChangeKind.Added, DateTimeOffset.UnixEpoch, "ada"), new EnvironmentVerification { Environment = Environment },
            new ImportedEnvironment(ImportedEnvironmentChange.Added, recorded),
        ];
        Assert.All(forms, form => Assert.Equal(exactly, Read(form)));
    }

    [Fact]
    public void A_name_leaves_the_rest_open() => Assert.Equal(new() { Name = "debian*" }, Read("debian*"));

    [Fact]
    public void A_row_of_a_table_may_say_version_and_owner()
    {
        Assert.Equal(new() { Name = "x", Version = 3, Owner = "ada" }, Read(new Dictionary<string, object> { ["Name"] = "x", ["Version"] = "3", ["User"] = "ada" }));
        Assert.Equal(new() { Name = "x" }, Read(new Dictionary<string, object> { ["Name"] = "x", ["Version"] = "latest", ["User"] = "" }));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(42)]
    public void What_names_nothing_is_refused(object? value) => Assert.Throws<FormatException>(() => Read(value));

    private static EnvironmentSelection Read(object? value) =>
        EnvironmentArgument.Read(value, static (each, name) => each is Dictionary<string, object> row ? row.GetValueOrDefault(name) : null);
}
