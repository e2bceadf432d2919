using Spectre.Console;

namespace Kadeploy.Cli.Output;

/// <content>Rights and the audit trail, for people.</content>
internal sealed partial class TableOutput
{
    public void Rights(IReadOnlyList<Right> rights)
    {
        if (rights.Count == 0)
        {
            writer.WriteLine("There are no rights.");
            return;
        }

        var table = Table("User", "Nodes", "Devices", "From", "Until", "Granted by");
        foreach (var column in table.Columns.Skip(3)) column.NoWrap = true;
        foreach (var group in Groups(rights))
            table.AddRow(Cell(group.User), Cell(group.Nodes), Cell(group.Parts), Cell(Moment(group.Window.From)), Cell(Moment(group.Window.Until)), Cell(group.By));
        Ansi.Write(table);

        static string Moment(DateTimeOffset? moment) => moment is { } at ? Wording.Moment(at) : "";
    }

    public void RightsChanged(RightsChange change)
    {
        if (!change.IsChange) writer.WriteLine("Nothing was changed.");
        foreach (var group in Groups(change.Revoked)) writer.WriteLine($"revoked  {group.User}: {group.Nodes}, {Devices(group.Parts)}, {group.Window}");
        foreach (var group in Groups(change.Granted)) writer.WriteLine($"granted  {group.User}: {group.Nodes}, {Devices(group.Parts)}, {group.Window}");
        foreach (var operation in change.Stopped.GroupBy(static each => (each.Operation, each.User)))
            writer.WriteLine($"stopped  {operation.Key.Operation} of {Printable.Text(operation.Key.User)} on {NodeNames.Fold(operation.Select(static each => each.Node))}");

        static string Devices(string parts) => parts == "*" ? "every device" : parts;
    }

    public void Verdict(RightsQuestion question, RightsVerdict verdict)
    {
        if (verdict.IsGranted)
        {
            writer.WriteLine($"yes: {Printable.Text(verdict.Reason)}");
            return;
        }

        writer.WriteLine($"no, {Printable.Text(question.User)} may not:");
        foreach (var group in verdict.Missing.GroupBy(static each => each.Reason))
            writer.WriteLine($"  {NodeNames.Fold(group.Select(static each => each.Node))}: {group.Key}");
    }

    public void Audit(AuditEntry entry)
    {
        var nodes = entry.Nodes.Length > 0 ? $" {Printable.Text(entry.Nodes)}:" : "";
        var operation = entry.Operation is { } id ? $" ({id})" : "";
        writer.WriteLine(
            $"{entry.Number,8}  {Wording.Moment(entry.At)}  {(entry.User.Length > 0 ? Printable.Text(entry.User) : "-")}  {Wording.Action(entry.Action)}{nodes} {Printable.Text(entry.What)}{operation}  [{Printable.Text(entry.Program)}]");
    }

    public void AuditVerified(AuditVerification verification)
    {
        if (verification.IsIntact && verification.Entries == 0)
        {
            writer.WriteLine("The audit trail is empty.");
            return;
        }

        writer.WriteLine(verification.IsIntact
            ? $"The audit trail is as it was written: {Wording.Number(verification.Entries)} entries. Keep this elsewhere, for a later check with --expect:"
            : "The audit trail is not as it was written:");
        if (verification.IsIntact) writer.WriteLine(FormattableString.Invariant($"{verification.Entries}:{verification.Head}"));
        foreach (var problem in verification.Problems) writer.WriteLine($"  - {Printable.Text(problem)}");
    }

    /// <summary>Puts rights together that differ in their nodes and devices only.</summary>
    private static IEnumerable<(string User, string Nodes, string Parts, RightWindow Window, string By)> Groups(IEnumerable<Right> rights) =>
        rights.GroupBy(static right => (right.Principal, right.Scope, right.Window, right.GrantedBy))
            .Select(static one => (one.Key, Parts: string.Join(", ", one.Select(static right => right.Part.Value))))
            .GroupBy(static one => (one.Key.Principal, one.Key.Window, one.Key.GrantedBy, one.Parts))
            .Select(static group => (
                Printable.Text(group.Key.Principal.Value), Scopes(group.Select(static one => one.Key.Scope)), group.Key.Parts, group.Key.Window, Printable.Text(group.Key.GrantedBy)));

    private static string Scopes(IEnumerable<RightScope> scopes)
    {
        var all = scopes.ToList();
        IEnumerable<string> wide = all.Where(static scope => scope.Node is null).Select(static scope => Printable.Text(scope.Value));
        var nodes = all.Select(static scope => scope.Node).OfType<NodeName>().ToList();
        return string.Join(',', nodes.Count > 0 ? wide.Append(NodeNames.Fold(nodes)) : wide);
    }
}
