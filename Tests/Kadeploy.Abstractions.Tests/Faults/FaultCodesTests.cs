using System.Reflection;
using Xunit;

namespace Kadeploy.Tests.Faults;

public class FaultCodesTests
{
    private static readonly (string Name, FaultCode Code)[] Named =
        [.. typeof(FaultCodes).GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(static property => property.PropertyType == typeof(FaultCode))
            .Select(static property => (property.Name, (FaultCode)property.GetValue(null)!))];

    [Fact]
    public void Every_named_code_is_in_the_table_and_every_row_has_a_name()
    {
        Assert.NotEmpty(Named);
        Assert.Equal(
            Named.Select(static each => each.Code.ToString()).Order(StringComparer.Ordinal), FaultCodes.All.Select(static row => row.Code.ToString()));
    }

    [Fact]
    public void No_code_stands_for_two_things() =>
        Assert.Equal(FaultCodes.All.Length, FaultCodes.All.Select(static row => row.Code).Distinct().Count());

    [Fact]
    public void Every_row_has_a_title_of_its_own_and_a_next_step()
    {
        Assert.All(FaultCodes.All, static row =>
        {
            Assert.False(string.IsNullOrWhiteSpace(row.Title));
            Assert.DoesNotMatch(@"[.!]$", row.Title);
            Assert.Matches(@"\w.*[.]$", row.SuggestedAction);
        });
        Assert.Equal(FaultCodes.All.Length, FaultCodes.All.Select(static row => row.Title).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void Rows_are_found_by_their_codes()
    {
        Assert.All(FaultCodes.All, static row => Assert.Same(row, FaultCodes.Find(row.Code)));
        Assert.Null(FaultCodes.Find(FaultCode.Parse("KA9999")));
        Assert.Null(FaultCodes.Find(default));
    }

    // Codes are for ever: those that manuals and scripts name may not move.
    [Theory]
    [InlineData("KA1001", nameof(FaultCodes.InvalidRequest))]
    [InlineData("KA2104", nameof(FaultCodes.NoBoot))]
    [InlineData("KA2301", nameof(FaultCodes.Broadcast))]
    [InlineData("KA3001", nameof(FaultCodes.StepTimeout))]
    [InlineData("KA4001", nameof(FaultCodes.LeaseLost))]
    public void Codes_do_not_change(string code, string name) =>
        Assert.Equal(FaultCode.Parse(code), Assert.Single(Named, each => each.Name == name).Code);
}
