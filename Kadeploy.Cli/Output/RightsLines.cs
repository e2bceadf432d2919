using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Kadeploy.Cli.Output;

/// <summary>A right: one that is there, or was granted or revoked, as its kind says.</summary>
internal sealed record RightLine(
    [property: JsonPropertyOrder(-1)] string Kind, string User, string Node, string Part, DateTimeOffset? From, DateTimeOffset? Until, string GrantedBy, DateTimeOffset GrantedAt)
{
    public static RightLine Of(string kind, Right right) => new(
        kind, right.Principal.Value, right.Scope.Value, right.Part.Value, right.Window.From, right.Window.Until, right.GrantedBy, right.GrantedAt);
}

/// <summary>A node that is stopped because a right was taken away.</summary>
internal sealed record StoppedLine(string Operation, string User, string Node)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "stopped";
}

/// <summary>Whether a user might work on nodes.</summary>
internal sealed record VerdictLine(bool Granted, string User, string Reason, ImmutableArray<MissingLine> Missing)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "verdict";
}

/// <summary>What is missing on a node.</summary>
internal sealed record MissingLine(string Node, string? Part, string Reason);

/// <summary>An entry of the audit trail.</summary>
internal sealed record AuditLine(long Number, DateTimeOffset At, string User, AuditAction Action, string What, string Nodes, string? Operation, string Program, string Hash)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "audit";
}

/// <summary>What the check of the audit trail found.</summary>
internal sealed record AuditVerificationLine(bool Intact, long Entries, string Head, ImmutableArray<string> Problems)
{
    [JsonPropertyOrder(-1)]
    public string Kind { get; } = "auditVerification";
}

/// <summary>The JSON of rights and the audit trail.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(CamelCaseEnum<AuditAction>)])]
[JsonSerializable(typeof(RightLine))]
[JsonSerializable(typeof(StoppedLine))]
[JsonSerializable(typeof(VerdictLine))]
[JsonSerializable(typeof(AuditLine))]
[JsonSerializable(typeof(AuditVerificationLine))]
internal sealed partial class RightsLines : JsonSerializerContext;

/// <content>Rights and the audit trail, for programs.</content>
internal sealed partial class JsonOutput
{
    public void Rights(IReadOnlyList<Right> rights)
    {
        foreach (var right in rights) Write(RightLine.Of("right", right), RightsLines.Default.RightLine);
    }

    public void RightsChanged(RightsChange change)
    {
        foreach (var right in change.Granted) Write(RightLine.Of("granted", right), RightsLines.Default.RightLine);
        foreach (var right in change.Revoked) Write(RightLine.Of("revoked", right), RightsLines.Default.RightLine);
        foreach (var node in change.Stopped) Write(new(node.Operation.Value, node.User, node.Node.Value), RightsLines.Default.StoppedLine);
    }

    public void Verdict(RightsQuestion question, RightsVerdict verdict) => Write(
        new(verdict.IsGranted, question.User, verdict.Reason, [.. verdict.Missing.Select(static each => new MissingLine(each.Node.Value, each.Part?.Value, each.Reason))]),
        RightsLines.Default.VerdictLine);

    public void Audit(AuditEntry entry) => Write(
        new(entry.Number, entry.At, entry.User, entry.Action, entry.What, entry.Nodes, entry.Operation?.Value, entry.Program, entry.Hash), RightsLines.Default.AuditLine);

    public void AuditVerified(AuditVerification verification) => Write(
        new(verification.IsIntact, verification.Entries, verification.Head, verification.Problems), RightsLines.Default.AuditVerificationLine);
}
