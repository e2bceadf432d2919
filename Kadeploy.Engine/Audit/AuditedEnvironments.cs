using System.Collections.Immutable;

namespace Kadeploy.Engine.Audit;

/// <summary>Records what users are refused in the catalogue of environments; what they change is recorded with the change.</summary>
/// <param name="inner">The catalogue.</param>
/// <param name="audit">Where it is recorded.</param>
internal sealed class AuditedEnvironments(IEnvironmentCatalog inner, IAuditLog audit) : IEnvironmentCatalog
{
    /// <inheritdoc/>
    public Task<ImmutableArray<KaEnvironment>> ReadAsync(string text, string source, string user, CancellationToken cancellationToken) =>
        inner.ReadAsync(text, source, user, cancellationToken);

    /// <inheritdoc/>
    public string Write(IReadOnlyList<KaEnvironment> environments, bool owners) => inner.Write(environments, owners);

    /// <inheritdoc/>
    public Task<ImmutableArray<RecordedEnvironment>> AddAsync(ImmutableArray<KaEnvironment> environments, bool checksums, string user, CancellationToken cancellationToken) =>
        audit.NotedAsync(() => inner.AddAsync(environments, checksums, user, cancellationToken), user, $"add {Names(environments)}", cancellationToken);

    /// <inheritdoc/>
    public Task<EnvironmentImport> ImportAsync(
        ImmutableArray<KaEnvironment> environments, bool replace, bool checksums, string user, CancellationToken cancellationToken) =>
        audit.NotedAsync(() => inner.ImportAsync(environments, replace, checksums, user, cancellationToken), user, $"import {Names(environments)}", cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<RecordedEnvironment>> ListAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken) =>
        inner.ListAsync(selection, user, cancellationToken);

    /// <inheritdoc/>
    public Task<RecordedEnvironment> FindAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken) =>
        inner.FindAsync(selection, user, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<EnvironmentRevision>> HistoryAsync(EnvironmentSelection selection, string user, CancellationToken cancellationToken) =>
        inner.HistoryAsync(selection, user, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<RecordedEnvironment>> SetAsync(
        EnvironmentSelection selection, EnvironmentChange change, string user, CancellationToken cancellationToken) =>
        audit.NotedAsync(() => inner.SetAsync(selection, change, user, cancellationToken), user, $"change {Name(selection)}", cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<RecordedEnvironment>> DeleteAsync(EnvironmentSelection selection, bool force, string user, CancellationToken cancellationToken) =>
        audit.NotedAsync(() => inner.DeleteAsync(selection, force, user, cancellationToken), user, $"delete {Name(selection)}", cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<RecordedEnvironment>> MoveFilesAsync(
        IReadOnlyList<(string Old, string New)> moves, string user, CancellationToken cancellationToken) =>
        audit.NotedAsync(() => inner.MoveFilesAsync(moves, user, cancellationToken), user, "move the files of all environments", cancellationToken);

    /// <inheritdoc/>
    public ImmutableArray<FieldDifference> Compare(KaEnvironment before, KaEnvironment after) => inner.Compare(before, after);

    /// <inheritdoc/>
    public Task<EnvironmentVerification> VerifyAsync(KaEnvironment environment, string? architecture, string user, CancellationToken cancellationToken) =>
        inner.VerifyAsync(environment, architecture, user, cancellationToken);

    private static string Names(ImmutableArray<KaEnvironment> environments) =>
        environments.IsDefaultOrEmpty ? "environments" : $"environment {string.Join(", ", environments.Select(static each => $"{Quoted.Text(each.ToString())} of {Quoted.Text(each.User)}"))}";

    private static string Name(EnvironmentSelection selection) => $"environment {Quoted.Text(selection.ToString())}";
}
