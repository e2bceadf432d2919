using System.Text.RegularExpressions;
using Kadeploy.Miniroot.Packages;
using Kadeploy.Miniroot.Programs;
using Kadeploy.Miniroot.Tools;
using Kadeploy.Miniroot.Trees;
using Xunit;

namespace Kadeploy.Miniroot.Tests.Programs;

public partial class LibraryClosureTests
{
    private const string Loader = "/usr/lib64/ld-linux-x86-64.so.2";

    [Theory]
    [InlineData("/usr/bin/dpkg-deb")]
    [InlineData("/usr/bin/apt-get")]
    [InlineData("/usr/bin/perl")]
    public async Task A_program_comes_with_the_libraries_that_the_loader_itself_names(string program)
    {
        if (!File.Exists(Loader)) Assert.Skip($"not run: there is no {Loader} here");
        if (!File.Exists(program)) Assert.Skip($"not run: there is no {program} here");
        var image = new ImageTree();
        image.AddFile(program.TrimStart('/'), program, Permissions.Program);
        new LibraryClosure(new StagedTree("/")).Complete(image);
        var listed = await Tool.RunAsync(Loader, ["--list", program], TestContext.Current.CancellationToken);
        var expected = Library().Matches(listed).Select(static match => Path.GetFileName(match.Value)).Append(Path.GetFileName(Loader)).Distinct();
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            image.Entries.Where(each => each.Value is FileEntry && each.Key != program.TrimStart('/')).Select(static each => Path.GetFileName(each.Key)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_library_that_no_package_has_is_named_with_the_program_that_needs_it()
    {
        Scratch.Need("dpkg-deb", "dpkg");
        using var scratch = new Scratch();
        var image = new ImageTree();
        image.AddFile("usr/bin/dpkg-deb", "/usr/bin/dpkg-deb", Permissions.Program);
        scratch.Write("stage/usr/lib64/ld-linux-x86-64.so.2", "");
        var failure = Assert.Throws<MinirootBuildException>(() => new LibraryClosure(new StagedTree(scratch["stage"])).Complete(image));
        Assert.Matches("^usr/bin/dpkg-deb needs lib.*, which none of the packages has$", failure.Message);
    }

    [Theory]
    [InlineData("#!/bin/sh\necho a script that is long enough to be a header of sixty-four bytes\n")]
    [InlineData("")]
    public void What_is_no_program_needs_nothing(string text) => Assert.Null(ElfFile.Read(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void A_program_that_is_cut_short_is_refused()
    {
        Scratch.Need("dpkg-deb", "dpkg");
        var whole = File.ReadAllBytes(Tool.Find("dpkg-deb")!);
        Assert.Contains("libc.so.6", ElfFile.Read(whole)!.Needed);
        Assert.Throws<InvalidDataException>(() => ElfFile.Read(whole.AsSpan(0, 100)));
    }

    [GeneratedRegex(@"/\S*\.so[.\d]*")]
    private static partial Regex Library();
}
