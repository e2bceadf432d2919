using Kadeploy.PowerShell.Errors;
using Xunit;

namespace Kadeploy.PowerShell.Tests.Errors;

public class PowerShellWordingTests
{
    [Theory]
    [InlineData("'kadeploy operations' lists them", "'Get-KaDeployment' lists them")]
    [InlineData("run 'kadeploy resume'.", "run 'Resume-KaDeployment'.")]
    [InlineData("give it up with 'kadeploy cancel D-019a0000-0000-7000-8000-000000000000'", "give it up with 'Stop-KaDeployment D-019a0000-0000-7000-8000-000000000000'")]
    [InlineData("took the time ('kadeploy operations ID --events 0'); raise", "took the time ('Receive-KaDeployment ID -Event'); raise")]
    [InlineData("build one with 'kadeploy miniroot build'", "build one with 'New-KaMiniroot'")]
    [InlineData("'kadeploy miniroot overlay' makes overlays", "'kadeploy miniroot overlay' makes overlays")]
    [InlineData("'kadeploy env list' lists those there are, and -u names another owner", "'Get-KaEnvironment' lists those there are, and -User names another owner")]
    [InlineData("is used by D-1; --force deletes it all the same", "is used by D-1; -Force removes it all the same")]
    [InlineData("remove it with 'kadeploy nodes remove lab-1'", "remove it with 'Remove-KaNode lab-1'")]
    [InlineData("put it elsewhere with 'kadeploy nodes set --cluster'", "put it elsewhere with 'Set-KaNode -Cluster'")]
    [InlineData("'kadeploy nodes fold' writes ranges", "'kadeploy nodes fold' writes ranges")]
    [InlineData("look at 'kadeploy rights list', then revoke", "look at 'Get-KaRight', then revoke")]
    [InlineData("it takes 'kadeploy deploy --dry-run' to see", "it takes 'kadeploy deploy --dry-run' to see")]
    [InlineData("on which nobody can type; look on with --watch", "on which nobody can type; look on with -ReadOnly")]
    [InlineData("Look on with --watch, or take the console over with --force.", "Look on with -ReadOnly, or take the console over with -Force.")]
    [InlineData("choose a shorter state directory with --state", "choose a shorter state directory with 'Set-KaSession -StateDirectory'")]
    [InlineData("nothing to change", "nothing to change")]
    public void Commands_get_the_names_of_cmdlets(string text, string worded) => Assert.Equal(worded, PowerShellWording.Of(text));

    [Fact]
    public void No_advice_names_a_command_for_which_there_is_a_cmdlet()
    {
        var advice = FaultCodes.All.Select(static row => PowerShellWording.Of(row.SuggestedAction)).ToList();
        Assert.NotEmpty(advice);
        Assert.DoesNotContain(advice, static text => text.Contains("kadeploy operations", StringComparison.Ordinal) || text.Contains("kadeploy cancel", StringComparison.Ordinal) || text.Contains("kadeploy resume", StringComparison.Ordinal));
    }
}
