using System.Management.Automation;
using System.Security;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Lets a credential be a PSCredential, a SecureString that is the password alone, or the name of a secret. Which secret it is, is not looked at here: with -WhatIf no vault is opened.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ControllerCredentialTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => Bare.Of(inputData) switch
    {
        PSCredential credential => credential,
        SecureString password => password,
        string { Length: > 0 } name => name,
        // Never the value: it may be what must not be shown.
        var other => throw new ArgumentTransformationMetadataException(Strings.NoCredential(other is string ? "an empty text" : other?.GetType().Name ?? "$null")),
    };
}
