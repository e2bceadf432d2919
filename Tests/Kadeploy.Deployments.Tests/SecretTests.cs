using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Kadeploy.Deployments.Tests;

/// <summary>Passwords, tokens and the addresses of images are for those who need them, and nowhere else.</summary>
public sealed partial class SecretTests(ThreeNodes three) : IClassFixture<ThreeNodes>
{
    private const string WrongPassword = "nobody-may-see-it";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limits.Namespaces)]
    public async Task Secrets_are_in_no_output_log_or_journal_also_when_deployments_fail()
    {
        var lab = await three.GetAsync();
        // What fails on node-2 prints the kernel's command line, in which the token is.
        var description = lab.WithPostinstall("talks", "test \"$(hostname)\" != node-2 || { cat /proc/cmdline >&2; exit 1; }");
        using var run = lab.StartDeployment("node-[1-2]", "-a", description, "--force-steps", "BroadcastEnv|Unicast:0:120");
        await run.UntilStartedAsync("WaitReboot", "setDeploymentEnv", "node-2", Stop);
        var token = Token().Match(await File.ReadAllTextAsync(Path.Combine(lab.Files, "boot", "pxelinux.cfg", "01-52-54-00-77-00-02"), Stop)).Groups[1].Value;
        Assert.Equal(43, token.Length);
        var failed = await run.ResultAsync(Stop);
        Assert.Contains("kadeploy.token=***", failed.AssertFault("node-2", FaultCodes.Postinstall).Evidence, StringComparison.Ordinal);

        var file = Path.Combine(lab.Folder, "other-password");
        await File.WriteAllTextAsync(file, WrongPassword + "\n", Stop);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var configuration = lab.Configure("refused", ("password_file: bmc-password", $"password_file: {file}"));
        var (truncated, _) = lab.CopyImage("cut-off", static bytes => bytes[..(bytes.Length / 2)]);
        var plain = await lab.DeployAsync(
            "node-[1-2]", "--no-color", "--debug", "-a", truncated, "--config", configuration, "--force-steps", "BroadcastEnv|Unicast:0:120");
        Assert.Equal(4, plain.ExitCode);
        Assert.Contains("KA2001", plain.Output + plain.Error, StringComparison.Ordinal);
        Assert.Contains("KA2301", plain.Output + plain.Error, StringComparison.Ordinal);

        string[] secrets = [(await File.ReadAllTextAsync(Path.Combine(lab.Files, "bmc-password"), Stop)).Trim(), WrongPassword, token];
        string[] places =
        [
            .. Directory.EnumerateFiles(lab.States, "*", SearchOption.AllDirectories),
            .. Directory.EnumerateFiles(lab.Files, "*.log", SearchOption.AllDirectories),
        ];
        Assert.Contains(places, static place => place.EndsWith("console.log", StringComparison.Ordinal));
        Assert.Contains(places, static place => place.EndsWith(".db", StringComparison.Ordinal));
        foreach (var (place, text) in places.Select(static place => (place, Encoding.Latin1.GetString(File.ReadAllBytes(place))))
                     .Append(("the output with --json", failed.Output + failed.Error)).Append(("the output without", plain.Output + plain.Error)))
        {
            Assert.True(secrets.All(secret => !text.Contains(secret, StringComparison.Ordinal)), $"{place} holds a secret");
            Assert.False(Token().IsMatch(text), $"{place} holds a token");
            Assert.False(Image().IsMatch(text), $"{place} holds the address of an image");
        }
    }

    [GeneratedRegex(@"kadeploy\.token=([A-Za-z0-9_-]{20,})")]
    private static partial Regex Token();

    [GeneratedRegex(":25301/[A-Za-z0-9_-]{20,}")]
    private static partial Regex Image();
}
