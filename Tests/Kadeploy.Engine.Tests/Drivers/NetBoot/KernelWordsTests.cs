using Kadeploy.Engine.Drivers.NetBoot;
using Xunit;

namespace Kadeploy.Engine.Tests.Drivers.NetBoot;

/// <summary>Kernel parameters stay words of one command, whatever is in them.</summary>
public class KernelWordsTests
{
    /// <summary>Gets parameters, and what GRUB is given; <c>kadeploy-install-bootloader</c> gives it the same.</summary>
    public static TheoryData<string, string> ForGrub => new()
    {
        { "quiet console=ttyS0,115200 root=UUID=1-2", "quiet console=ttyS0,115200 root=UUID=1-2" },
        { "quiet; touch /x", "'quiet;' 'touch' '/x'" },
        { "a=\"b c;d\" e", "'a=b c;d' 'e'" },
        { "it's x", @"'it'\''s' 'x'" },
        { "'\"';", @"''\'''\'';'" },
        { "memmap=64M$1G", "'memmap=64M$1G'" },
        { @"back\slash `id` $(id) ${a} {a} <b> | & # * ?", @"'back\slash' '`id`' '$(id)' '${a}' '{a}' '<b>' '|' '&' '#' '*' '?'" },
        { "\"unbalanced q", "'unbalanced q'" },
        { "é;ü", "'é;ü'" },
        { "  x  ; y ", "'x' ';' 'y'" },
        { "\"\" ;", "';'" },
    };

    [Theory]
    [MemberData(nameof(ForGrub))]
    public void GRUB_reads_words_and_nothing_else(string parameters, string expected) => Assert.Equal(expected, KernelWords.Grub(parameters));

    [Theory]
    [InlineData("/boot/vmlinuz-6.1", "/boot/vmlinuz-6.1")]
    [InlineData("/a b", "'/a b'")]
    [InlineData("/a;b", "'/a;b'")]
    [InlineData("/it's", @"'/it'\''s'")]
    public void A_path_is_one_word(string path, string expected) => Assert.Equal(expected, KernelWords.GrubPath(path));

    [Theory]
    [InlineData("quiet a=b;c d=# x||y $a $(id)", null)]
    [InlineData("quiet || shell", "'||'")]
    [InlineData("quiet && shell", "'&&'")]
    [InlineData("quiet ; shell", "';'")]
    [InlineData("quiet #shell", "'#shell'")]
    [InlineData("mac=${net0/mac}", "'${'")]
    public void What_iPXE_would_read_is_found(string parameters, string? found)
    {
        var problem = KernelWords.IpxeProblem(parameters);
        if (found is null) Assert.Null(problem);
        else Assert.Contains(found, problem, StringComparison.Ordinal);
    }
}
