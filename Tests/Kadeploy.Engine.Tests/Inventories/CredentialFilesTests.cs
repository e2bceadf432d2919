using Kadeploy.Engine.Inventories;
using Kadeploy.Engine.Tests.Configuration;
using Xunit;

namespace Kadeploy.Engine.Tests.Inventories;

public sealed class CredentialFilesTests : IDisposable
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly SiteFolder _folder = new(SiteFolder.Least);
    private readonly CredentialFiles _files;

    public CredentialFilesTests() => _files = new(_folder.At("state"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("s3cret")]
    [InlineData(" spaces around ")]
    [InlineData("20-bytes-20-bytes-20")]
    [InlineData("hüsh-😀")]
    [InlineData("$(id)`'\"\\")]
    public void A_password_is_kept_as_it_is_for_its_owner_alone(string password)
    {
        var file = _files.Write(new(password));
        Assert.Equal(password + "\n", File.ReadAllText(file));
        Assert.Equal(Path.GetFullPath(_folder.At("state/credentials")), Path.GetDirectoryName(file));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(Owner, File.GetUnixFileMode(file));
        Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.At("state/credentials")));
    }

    [Theory]
    [InlineData("", "the controller's password is empty; set another one at the controller")]
    [InlineData("a\nb", "the controller's password is not one line of text; set another one at the controller")]
    [InlineData("a\r", "the controller's password is not one line of text; set another one at the controller")]
    [InlineData("a\0b", "the controller's password is not one line of text; set another one at the controller")]
    [InlineData("\uFEFFa", "the controller's password is not one line of text; set another one at the controller")]
    [InlineData("21-bytes-21-bytes-21-", "the controller's password has 21 bytes; IPMI allows 20; set another one at the controller")]
    [InlineData("üüüüüüüüüüü", "the controller's password has 22 bytes; IPMI allows 20; set another one at the controller")]
    public void What_no_controller_may_have_is_refused_before_anything_is_written(string password, string expected)
    {
        Assert.Equal(expected, Assert.Throws<ConfigurationException>(() => _files.Write(new(password))).Message);
        Assert.False(Directory.Exists(_folder.At("state")));
    }

    [Fact]
    public void Half_a_character_is_refused() => // no attribute can hold it
        Assert.Throws<ConfigurationException>(() => _files.Write(new("a" + (char)0xD800)));

    [Fact]
    public void Each_password_has_a_file_of_its_own_and_the_folder_is_closed_when_it_was_open()
    {
        var first = _files.Write(new("one"));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.At("state/credentials"), Owner | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var second = _files.Write(new("one"));
        Assert.NotEqual(first, second);
        Assert.Equal([.. new[] { first, second }.Select(static file => Path.GetFileName(file)!).Order()], _files.List().Order());
        if (!OperatingSystem.IsWindows()) Assert.Equal(Owner | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder.At("state/credentials")));
    }

    [Fact]
    public void What_was_not_finished_goes_after_a_while_and_files_of_others_stay()
    {
        _files.Write(new("one"));
        var name = new string('a', 32);
        _folder.Write($"state/credentials/{name}.0123.new", "half");
        _folder.Write("state/credentials/notes.txt", "mine");
        _files.RemoveUnfinished(DateTimeOffset.UtcNow);
        Assert.Equal(3, Directory.GetFiles(_folder.At("state/credentials")).Length);
        _files.RemoveUnfinished(DateTimeOffset.UtcNow.AddHours(2));
        Assert.Equal(2, Directory.GetFiles(_folder.At("state/credentials")).Length);
        Assert.True(File.Exists(_folder.At("state/credentials/notes.txt")));
        Assert.Single(_files.List());
    }

    [Fact]
    public void Without_a_folder_there_are_none_and_a_folder_that_cannot_be_made_is_told()
    {
        Assert.Empty(_files.List());
        Assert.Empty(_files.ListOld(DateTimeOffset.UtcNow.AddDays(1)));
        _folder.Write("state", "a file");
        var failure = Assert.Throws<StoreException>(() => _files.Write(new("hush")));
        Assert.Contains(_folder.At("state/credentials"), failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", failure.ToString(), StringComparison.Ordinal);
    }
}
