using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Reads the credentials that a cmdlet is given, on the thread of its pipeline.</summary>
/// <param name="cmdlet">The cmdlet.</param>
internal sealed class ControllerCredentials(PSCmdlet cmdlet)
{
    private readonly SecretVaults _vaults = new(cmdlet.InvokeCommand);

    /// <summary>Reads one.</summary>
    /// <param name="value">A credential, a password, or the name of a secret; null for none.</param>
    /// <returns>The credential; null for none, and with -WhatIf for a secret, which is not read for something that is only said.</returns>
    /// <exception cref="ConfigurationException">There is no such secret, or it is no credential.</exception>
    public GivenCredential? Read(object? value) => value switch
    {
        null => null,
        string name => CmdletStreams.WantsWhatIf(cmdlet) ? null : _vaults.Read(name),
        _ => GivenCredential.Of(value) ?? throw new ConfigurationException(Strings.EmptyCredential),
    };

    /// <summary>Says who the user is.</summary>
    /// <param name="credential">The credential; null when there is none.</param>
    /// <param name="user">The user that is named beside it; null when none is.</param>
    /// <param name="place">Where that is.</param>
    /// <returns>The user; null when nobody says.</returns>
    /// <exception cref="ConfigurationException">The two are not the same.</exception>
    public static string? UserOf(GivenCredential? credential, string? user, string place) =>
        user is not null && credential?.User is { } own && own != user ? throw new ConfigurationException(Strings.OtherUser(own, place, user)) : credential?.User ?? user;
}
