using System.Collections.Immutable;
using System.Management.Automation;
using Kadeploy.PowerShell.Bridge;
using Kadeploy.PowerShell.Inventories;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>A cmdlet that takes files into the inventory.</summary>
public abstract class InventoryFileCmdlet : KaAsyncCmdlet
{
    private readonly List<string> _files = [];

    /// <summary>The files; wildcards are allowed. All that is named and all that the pipeline brings is taken in together, or nothing.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    private protected sealed override void Collect()
    {
        foreach (var path in Path) _files.AddRange(FullPaths(path));
    }

    private protected sealed override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (_files.Count == 0) return;
        var texts = await ReadAsync(cancellationToken).ConfigureAwait(false);
        var inventory = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Nodes;
        var planned = await ImportAsync(inventory, texts, dryRun: true, session.User, cancellationToken).ConfigureAwait(false);
        var what = ChangeText.Of(planned);
        if (what.Length == 0)
        {
            await streams.WriteAsync(planned with { DryRun = false }).ConfigureAwait(false);
            return;
        }

        var question = Strings.AskInventory(what);
        switch (await streams.AskAsync(question, question).ConfigureAwait(false))
        {
            case Consent.WhatIf:
                await streams.WriteAsync(planned).ConfigureAwait(false);
                return;
            case Consent.Given:
                await streams.WriteAsync(await ImportAsync(inventory, texts, dryRun: false, session.User, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                return;
        }
    }

    /// <summary>Takes texts into the inventory, or says what that would come to.</summary>
    private protected abstract Task<InventoryChanges> ImportAsync(INodeInventory inventory, ImmutableArray<InventoryText> texts, bool dryRun, string user, CancellationToken cancellationToken);

    private async Task<ImmutableArray<InventoryText>> ReadAsync(CancellationToken cancellationToken)
    {
        var texts = ImmutableArray.CreateBuilder<InventoryText>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var file in _files)
        {
            try
            {
                texts.Add(new(file, await File.ReadAllTextAsync(file, cancellationToken).ConfigureAwait(false)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                problems.Add(Strings.NotRead(file, failure.Message));
            }
        }

        return problems.Count == 0 ? texts.ToImmutable() : throw new ConfigurationException(problems.ToImmutable());
    }
}
