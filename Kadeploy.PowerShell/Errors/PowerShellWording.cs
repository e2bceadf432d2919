using System.Text.RegularExpressions;

namespace Kadeploy.PowerShell.Errors;

/// <summary>The engine speaks of the command line; here the same things have names of cmdlets.</summary>
internal static partial class PowerShellWording
{
    /// <summary>Names cmdlets in the place of commands.</summary>
    /// <param name="text">A message.</param>
    /// <returns>The message for users of PowerShell.</returns>
    public static string Of(string text)
    {
        if (!text.Contains("kadeploy", StringComparison.Ordinal)) return text;
        text = Events().Replace(text, static match => $"'Receive-KaDeployment {match.Groups["id"].Value} -Event'");
        text = Command().Replace(text, static match => $"'{CmdletOf(match.Groups["name"].Value)}{match.Groups["rest"].Value}'");
        return text.Replace("name the directory with --state", "choose the directory with 'Set-KaSession -StateDirectory'", StringComparison.Ordinal)
            .Replace("--config FILE", "'Set-KaSession -Configuration'", StringComparison.Ordinal);
    }

    private static string CmdletOf(string command) => command switch
    {
        "operations" => "Get-KaDeployment",
        "cancel" => "Stop-KaDeployment",
        "resume" => "Resume-KaDeployment",
        _ => "Start-KaDeployment",
    };

    [GeneratedRegex("'kadeploy operations (?<id>[^ ']+) --events \\d+'")]
    private static partial Regex Events();

    [GeneratedRegex("'kadeploy (?<name>operations|cancel|resume|deploy)(?<rest>(?: [^' -][^' ]*)*)'")]
    private static partial Regex Command();
}
