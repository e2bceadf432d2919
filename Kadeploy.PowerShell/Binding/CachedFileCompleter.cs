using System.Globalization;

namespace Kadeploy.PowerShell.Binding;

/// <summary>Completes files of the cache by their addresses, those used last first.</summary>
public sealed class CachedFileCompleter : KaCompleter
{
    private protected override string What => "cached files";

    private protected override async Task<IReadOnlyList<Completion>> LoadAsync(ISession session, CancellationToken cancellationToken)
    {
        if (!EnvironmentWords.HasState(session)) return [];
        var contents = await (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Files.ListAsync(cancellationToken).ConfigureAwait(false);
        return [.. contents.Files.Select(static each => new Completion(
            each.Sources.FirstOrDefault() ?? each.Sha256, string.Create(CultureInfo.InvariantCulture, $"{each.Length:N0} bytes, used {each.UsedAt:yyyy-MM-dd HH:mm}, SHA-256 {each.Sha256}")))];
    }
}
