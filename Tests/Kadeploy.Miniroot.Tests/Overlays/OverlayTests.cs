using System.Text;
using Kadeploy.Miniroot.Overlays;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Overlays;

public class OverlayTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4000)]
    [InlineData(100_000)]
    public void An_overlay_is_padded_with_zeros_to_whole_pages(int length)
    {
        using var scratch = new Scratch();
        var image = Write(new OverlayFile(scratch.Write("f", new string('x', length)), "/etc/f", (UnixFileMode)0x1A4));
        Assert.Equal(0, image.Length % 4096);
        Assert.True(image.Length > length);
        var trailer = Encoding.ASCII.GetString(image).IndexOf("TRAILER!!!", StringComparison.Ordinal);
        Assert.All(image[(trailer + 10)..], static value => Assert.Equal(0, value));
    }

    [Fact]
    public void Keys_and_their_folders_are_closed_to_others_as_the_ssh_server_demands()
    {
        using var scratch = new Scratch();
        var text = Encoding.ASCII.GetString(Write(OverlayImage.AuthorizedKeys(scratch.Write("keys", "ssh-ed25519 AAAA"))));
        Assert.Equal("root 41C0, root/.ssh 41C0, root/.ssh/authorized_keys 8180", Modes(text));
    }

    [Fact]
    public void Files_for_merged_folders_go_where_the_base_image_has_them()
    {
        using var scratch = new Scratch();
        var text = Encoding.ASCII.GetString(Write(new OverlayFile(scratch.Write("f", "x"), "/lib/firmware/f", (UnixFileMode)0x1A4)));
        Assert.Equal("usr 41ED, usr/lib 41ED, usr/lib/firmware 41ED, usr/lib/firmware/f 81A4", Modes(text));
    }

    [Fact]
    public void The_same_files_give_the_same_bytes()
    {
        using var scratch = new Scratch();
        var agent = OverlayImage.Agent(scratch.Write("agent", "program"));
        var first = Write(agent);
        File.SetLastWriteTimeUtc(scratch["agent"], new(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(first, Write(agent));
    }

    [Fact]
    public void All_files_that_cannot_be_read_are_named_at_once()
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Write(OverlayImage.Agent("/nonexistent/one"), OverlayImage.AuthorizedKeys("/nonexistent/two")));
        Assert.Equal(2, wrong.Problems.Length);
        Assert.All(wrong.Problems, static problem => Assert.Contains("/nonexistent/", problem, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("f:/etc/f:0600", "/etc/f", 0x180)]
    [InlineData("f:/etc/f", "/etc/f", 0x1A4)]
    public void A_file_is_named_with_its_place_and_mode(string text, string path, int mode)
    {
        var file = OverlayFile.Parse(text);
        Assert.Equal(("f", path, (UnixFileMode)mode), (file.Source, file.Path, file.Mode));
    }

    [Theory]
    [InlineData("f")]
    [InlineData("f:etc/f")]
    [InlineData(":/etc/f")]
    [InlineData("f:/")]
    [InlineData("f:/etc/f:")]
    [InlineData("f:/etc/f:0899")]
    [InlineData("f:/etc/f:77777777777")]
    [InlineData("f:/etc/f:0600:x")]
    public void Other_forms_are_refused(string text) => Assert.Throws<FormatException>(() => OverlayFile.Parse(text));

    [Fact]
    public void What_is_no_initramfs_is_not_appended()
    {
        using var scratch = new Scratch();
        Assert.Contains("neither", Assert.Throws<ConfigurationException>(() => OverlayImage.Read(scratch.Write("f", "hello"))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(scratch["good"], Write(OverlayImage.Agent(scratch["f"])));
        Assert.Equal(0, OverlayImage.Read(scratch["good"]).Length % 4096);
    }

    private static byte[] Write(params OverlayFile[] files)
    {
        using var memory = new MemoryStream();
        OverlayImage.Write(files, memory);
        return memory.ToArray();
    }

    private static string Modes(string image) => string.Join(", ", image.Split("070701").Skip(1).SkipLast(1).Select(static member =>
    {
        var end = member.IndexOf('\0', 104);
        return $"{member[104..end]} {member[12..16]}";
    }));
}
