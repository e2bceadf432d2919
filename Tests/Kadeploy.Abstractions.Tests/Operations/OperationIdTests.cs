using Xunit;

namespace Kadeploy.Tests.Operations;

public class OperationIdTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData(OperationKind.Deployment, 'D')]
    [InlineData(OperationKind.Reboot, 'R')]
    [InlineData(OperationKind.Power, 'P')]
    [InlineData(OperationKind.Console, 'C')]
    public void New_ones_begin_with_the_letter_of_their_kind_and_are_read_again(OperationKind kind, char letter)
    {
        var id = OperationId.Create(kind, Start);
        Assert.Equal(letter, id.Value[0]);
        Assert.Equal(id, OperationId.Parse(id.Value));
        Assert.Equal(id.Value, id.ToString());
    }

    [Fact]
    public void Unknown_kinds_have_none() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => OperationId.Create((OperationKind)99, Start));

    [Fact]
    public void Those_of_one_instant_differ() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => OperationId.Create(OperationKind.Power, Start)).Distinct().Count());

    [Fact]
    public void Later_ones_sort_later()
    {
        var ids = Enumerable.Range(0, 300).Select(i => OperationId.Create(OperationKind.Reboot, Start.AddMilliseconds(i)).Value).ToArray();
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
    }

    [Fact]
    public void Hexadecimal_digits_are_kept_in_lower_case() =>
        Assert.Equal("D-0195f0d2-aaaa-7bbb-8ccc-0123456789ab", OperationId.Parse("D-0195F0D2-AAAA-7BBB-8CCC-0123456789AB").Value);

    [Theory]
    [InlineData("")]
    [InlineData("D-")]
    [InlineData("0195f0d2-aaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("X-0195f0d2-aaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("d-0195f0d2-aaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("c-0195f0d2-aaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("D_0195f0d2-aaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("D-0195f0d2-aaaa-7bbb-8ccc-0123456789a")]
    [InlineData("D-0195f0d2-aaaa-7bbb-8ccc-0123456789abc")]
    [InlineData("D-0195f0d2-aaaa-7bbb-8ccc-0123456789ag")]
    [InlineData("D-0195f0d2aaaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("D-+195f0d2-aaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("D-0x95f0d2-aaaa-7bbb-8ccc-0123456789ab")]
    [InlineData("D-{195f0d2-aaaa-7bbb-8ccc-012345678ab}")]
    public void Anything_else_is_refused(string text)
    {
        Assert.False(OperationId.TryParse(text, null, out var id));
        Assert.Equal(default, id);
        Assert.Contains($"'{text}'", Assert.Throws<FormatException>(() => OperationId.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_no_identifier()
    {
        Assert.False(OperationId.TryParse(null, null, out _));
        Assert.Equal("", default(OperationId).Value);
    }
}
