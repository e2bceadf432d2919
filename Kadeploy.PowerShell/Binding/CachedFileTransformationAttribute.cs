using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns what names files of the cache — text, what Get-KaCache and Test-KaCache gave, objects with a Sha256 — into text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class CachedFileTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Bare.Of(inputData) is object[] several ? Array.ConvertAll(several, Read) : new[] { Read(Bare.Of(inputData)) };

    private static string Read(object? value) => value switch
    {
        string { Length: > 0 } text => text,
        Uri address => address.OriginalString,
        CachedFile file => file.Sha256,
        CacheCheck check => check.File.Sha256,
        not null when Bare.Property(value, "Sha256") is string { Length: > 0 } digest => digest,
        _ => throw new ArgumentTransformationMetadataException(Strings.NoCachedFile(value?.GetType().Name ?? "$null")),
    };
}
