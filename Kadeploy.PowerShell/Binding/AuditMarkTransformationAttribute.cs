using System.Globalization;
using System.Management.Automation;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Turns an entry of the audit trail, also one that was kept in a file, into what is needed to find it again.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AuditMarkTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = Bare.Of(inputData);
        if (value is AuditMark mark) return mark;
        if (value is AuditEntry entry) return new AuditMark(entry.Number, entry.Hash);
        var number = value is null ? null : Bare.Property(value, "Number");
        var hash = value is null ? null : Bare.Property(value, "Hash") as string;
        return hash is { Length: 64 } && long.TryParse(Convert.ToString(number, CultureInfo.InvariantCulture), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? new AuditMark(at, hash.ToLowerInvariant())
            : throw new ArgumentTransformationMetadataException(Strings.NoAuditMark);
    }
}
