using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace Kadeploy.PowerShell.Tests;

public partial class StringsTests
{
    private static readonly Dictionary<string, string> Texts = XDocument.Load(Path.Combine(Repository.Root, "Kadeploy.PowerShell", "Strings.resx"))
        .Descendants("data").ToDictionary(static each => each.Attribute("name")!.Value, static each => each.Element("value")!.Value);

    [Fact]
    public void Every_member_has_a_text_and_every_text_a_member()
    {
        Assert.NotEmpty(Texts);
        Assert.Equal(Texts.Keys.Order(), Members().Select(static member => member.Name).Order());
    }

    [Fact]
    public void Texts_use_the_arguments_that_their_members_have() => Assert.All(Members(), static member =>
        Assert.Equal(member.Parameters, Placeholder().Matches(Texts[member.Name]).Select(static match => int.Parse(match.Groups[1].Value)).Distinct().Count()));

    [Fact]
    public void No_text_is_there_twice() => Assert.Equal(Texts.Count, Texts.Values.Distinct().Count());

    [Fact]
    public void Texts_come_out_of_the_assembly() => Assert.StartsWith("D-", Strings.GoesOn(OperationId.Create(OperationKind.Deployment, DateTimeOffset.UnixEpoch)), StringComparison.Ordinal);

    private static IEnumerable<(string Name, int Parameters)> Members() =>
        typeof(Strings).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(static property => (property.Name, 0))
            .Concat(typeof(Strings).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(static method => !method.IsSpecialName).Select(static method => (method.Name, method.GetParameters().Length)));

    [GeneratedRegex(@"\{(\d)\}")]
    private static partial Regex Placeholder();
}
