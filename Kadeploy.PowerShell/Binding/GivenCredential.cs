using System.Management.Automation;
using System.Net;
using System.Security;

namespace Kadeploy.PowerShell.Binding;

/// <summary>A credential as it was given; the password stays a SecureString until it is handed on.</summary>
/// <param name="user">The user; null when only a password was given.</param>
/// <param name="password">The password.</param>
internal sealed class GivenCredential(string? user, SecureString password)
{
    /// <summary>Gets the user.</summary>
    /// <value>Null when only a password was given.</value>
    public string? User => user;

    /// <summary>Reads what a vault or a user gave.</summary>
    /// <param name="value">A credential, a password, or something else.</param>
    /// <returns>The credential; null when it is something else, or has no password.</returns>
    public static GivenCredential? Of(object? value) => value switch
    {
        PSCredential { Password: { } password } credential => new(credential.UserName, password),
        SecureString password => new(null, password),
        string password => new(null, new NetworkCredential("", password).SecurePassword),
        _ => null,
    };

    /// <summary>Gives the password, for the one call that hands it on.</summary>
    /// <returns>The password.</returns>
    public Secret Reveal() => new(new NetworkCredential("", password).Password);
}
