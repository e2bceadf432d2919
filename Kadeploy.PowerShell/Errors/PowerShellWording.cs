using System.Text.RegularExpressions;

namespace Kadeploy.PowerShell.Errors;

/// <summary>The engine speaks of the command line; here the same things have names of cmdlets.</summary>
internal static partial class PowerShellWording
{
    private static readonly (string Option, string Parameter)[] Options =
    [
        ("name the directory with --state", "choose the directory with 'Set-KaSession -StateDirectory'"),
        ("--config FILE", "'Set-KaSession -Configuration'"),
        (", and -u names another owner", ", and -User names another owner"),
        ("--force deletes it all the same", "-Force removes it all the same"),
        ("--replace gives it a new revision", "'Import-KaEnvironment -Replace' gives it a new revision"),
        ("by a whole description, with --file", "by a whole description, with -Replacement"),
        (" as root, or give --install", " as root"),
        ("--refresh chooses from", "-Refresh chooses from"),
    ];

    /// <summary>Names cmdlets in the place of commands.</summary>
    /// <param name="text">A message.</param>
    /// <returns>The message for users of PowerShell.</returns>
    public static string Of(string text)
    {
        foreach (var (option, parameter) in Options) text = text.Replace(option, parameter, StringComparison.Ordinal);
        if (!text.Contains("kadeploy", StringComparison.Ordinal)) return text;
        text = Events().Replace(text, static match => $"'Receive-KaDeployment {match.Groups["id"].Value} -Event'");
        text = Command().Replace(text, static match => $"'{CmdletOf(match.Groups["name"].Value)}{match.Groups["rest"].Value}'");
        return text;
    }

    private static string CmdletOf(string command) => command switch
    {
        "operations" => "Get-KaDeployment",
        "cancel" => "Stop-KaDeployment",
        "resume" => "Resume-KaDeployment",
        "env list" => "Get-KaEnvironment",
        "env set" => "Set-KaEnvironment",
        "cache list" => "Get-KaCache",
        "miniroot" or "miniroot build" => "New-KaMiniroot",
        _ => "Start-KaDeployment",
    };

    [GeneratedRegex("'kadeploy operations (?<id>[^ ']+) --events \\d+'")]
    private static partial Regex Events();

    [GeneratedRegex("'kadeploy (?<name>operations|cancel|resume|deploy|env list|env set|cache list|miniroot build|miniroot(?='))(?<rest>(?: [^' -][^' ]*)*)'")]
    private static partial Regex Command();
}
