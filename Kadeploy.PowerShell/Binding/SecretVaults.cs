using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Reads secrets by the module SecretManagement, in the session of the user, each once. Used on the thread of the pipeline.</summary>
/// <param name="commands">Runs commands of PowerShell.</param>
internal sealed class SecretVaults(CommandInvocationIntrinsics commands)
{
    private const CommandTypes Callable = CommandTypes.Cmdlet | CommandTypes.Function | CommandTypes.Alias;
    private const string Names = "param($command) & $command -ErrorAction Stop | ForEach-Object Name";
    private const string Secret = """
        param($command, $name, $vault)
        $where = if ($vault) { @{ Vault = $vault } } else { @{} }
        & $command -Name $name @where -ErrorAction Stop
        """;

    private readonly Dictionary<string, GivenCredential> _read = [];

    /// <summary>Reads a secret.</summary>
    /// <param name="name">Its name, or vault and name parted by a slash. A name with a slash in it is taken as it is when there is no such vault.</param>
    /// <returns>The credential.</returns>
    /// <exception cref="ConfigurationException">The module, or the secret, is not there, or it is no credential.</exception>
    public GivenCredential Read(string name)
    {
        if (_read.TryGetValue(name, out var known)) return known;
        var command = commands.GetCommand("Get-Secret", Callable) ?? throw new ConfigurationException(Strings.NoGetSecret(name));
        var (vault, secret) = Parted(name);
        var found = Run(name, Secret, command, secret, vault);
        // Bytes come one by one.
        if (found.Count > 1 && found.All(static each => Bare.Of(each) is byte)) throw new ConfigurationException(Strings.WrongSecret(name, nameof(Byte) + "[]"));
        if (found.Count != 1) throw new ConfigurationException(Strings.NoSecret(name, Strings.SecretsFound(found.Count)));
        var value = Bare.Of(found[0]);
        return _read[name] = GivenCredential.Of(value) ?? throw new ConfigurationException(Strings.WrongSecret(name, value?.GetType().Name ?? "$null"));
    }

    private (string Vault, string Name) Parted(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == name.Length - 1) return ("", name);
        var vault = name[..slash];
        var isVault = commands.GetCommand("Get-SecretVault", Callable) is not { } command
            || Run(name, Names, command).Any(each => string.Equals(each?.ToString(), vault, StringComparison.OrdinalIgnoreCase));
        return isVault ? (vault, name[(slash + 1)..]) : ("", name);
    }

    private System.Collections.ObjectModel.Collection<PSObject> Run(string name, string script, params object[] arguments)
    {
        try
        {
            return commands.InvokeScript(script, useNewScope: true, PipelineResultTypes.None, null, arguments);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw new ConfigurationException(Strings.NoSecret(name, failure.ErrorRecord?.Exception?.Message ?? failure.Message));
        }
    }
}
