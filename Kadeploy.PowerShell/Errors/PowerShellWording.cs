using System.Text.RegularExpressions;

namespace Kadeploy.PowerShell.Errors;

/// <summary>The engine speaks of the command line; here the same things have names of cmdlets.</summary>
internal static partial class PowerShellWording
{
    private static readonly (string Option, string Parameter)[] Options =
    [
        ("name the directory with --state", "choose the directory with 'Set-KaSession -StateDirectory'"),
        ("with --state", "with 'Set-KaSession -StateDirectory'"),
        ("Look on with --watch, or take the console over with --force", "Look on with -ReadOnly, or take the console over with -Force"),
        ("look on with --watch", "look on with -ReadOnly"),
        ("--config FILE", "'Set-KaSession -Configuration'"),
        (", and -u names another owner", ", and -User names another owner"),
        ("--force deletes it all the same", "-Force removes it all the same"),
        ("--replace gives it a new revision", "'Import-KaEnvironment -Replace' gives it a new revision"),
        ("by a whole description, with --file", "by a whole description, with -Replacement"),
        (" as root, or give --install", " as root"),
        ("--refresh chooses from", "-Refresh chooses from"),
        ("'kadeploy nodes set --cluster'", "'Set-KaNode -Cluster'"),
        ("change it with 'set', or remove it first", "change it with 'Set-KaNode', or remove it with 'Remove-KaNode' first"),
        ("--output", "-Destination"),
        ("--kernel", "-Kernel"),
        ("--initrd", "-Initrd"),
        ("--server-address", "-ServerAddress"),
        ("--unset", "-Unset"),
    ];

    private static readonly Dictionary<string, string> Cmdlets = new()
    {
        ["operations"] = "Get-KaDeployment",
        ["cancel"] = "Stop-KaDeployment",
        ["resume"] = "Resume-KaDeployment",
        ["deploy"] = "Start-KaDeployment",
        ["env list"] = "Get-KaEnvironment",
        ["env set"] = "Set-KaEnvironment",
        ["cache list"] = "Get-KaCache",
        ["miniroot"] = "New-KaMiniroot",
        ["miniroot build"] = "New-KaMiniroot",
        ["nodes"] = "Get-KaNode",
        ["nodes list"] = "Get-KaNode",
        ["nodes set"] = "Set-KaNode",
        ["nodes remove"] = "Remove-KaNode",
        ["nodes import"] = "Import-KaNode",
        ["clusters import"] = "Import-KaCluster",
        ["clusters remove"] = "Remove-KaCluster",
        ["clusters set"] = "Set-KaCluster",
        ["config import"] = "Import-KaConfiguration",
        ["rights list"] = "Get-KaRight",
        ["rights grant"] = "Grant-KaRight",
        ["rights revoke"] = "Revoke-KaRight",
        ["console"] = "Enter-KaConsole",
        ["audit list"] = "Get-KaAudit",
        ["audit verify"] = "Test-KaAudit",
    };

    /// <summary>Names cmdlets in the place of commands.</summary>
    /// <param name="text">A message.</param>
    /// <returns>The message for users of PowerShell.</returns>
    public static string Of(string text)
    {
        foreach (var (option, parameter) in Options) text = text.Replace(option, parameter, StringComparison.Ordinal);
        if (!text.Contains("kadeploy", StringComparison.Ordinal)) return text;
        text = Events().Replace(text, static match => $"'Receive-KaDeployment {match.Groups["id"].Value} -Event'");
        return Command().Replace(text, static match => CmdletOf(match.Groups["words"].Value.Split(' ')) is { } cmdlet ? $"'{cmdlet}'" : match.Value);
    }

    /// <summary>Finds the cmdlet of a command; null when there is none, or it has options, whose parameters are not known here.</summary>
    private static string? CmdletOf(string[] words)
    {
        if (Array.Exists(words, static word => word.StartsWith('-'))) return null;
        for (var length = Math.Min(2, words.Length); length > 0; length--)
        {
            if (!Cmdlets.TryGetValue(string.Join(' ', words[..length]), out var cmdlet)) continue;
            // 'nodes fold' is no list of the node fold.
            return length == 1 && words is ["nodes" or "miniroot", _, ..] ? null : string.Join(' ', [cmdlet, .. words[length..]]);
        }

        return null;
    }

    [GeneratedRegex("'kadeploy operations (?<id>[^ ']+) --events \\d+'")]
    private static partial Regex Events();

    [GeneratedRegex("'kadeploy (?<words>[^']+)'")]
    private static partial Regex Command();
}
