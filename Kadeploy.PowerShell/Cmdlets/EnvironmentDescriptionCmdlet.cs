using System.Collections.Immutable;
using System.Management.Automation;
using Kadeploy.PowerShell.Binding;
using Kadeploy.PowerShell.Bridge;

namespace Kadeploy.PowerShell.Cmdlets;

/// <summary>The parameters that say which descriptions are recorded.</summary>
public abstract class EnvironmentDescriptionCmdlet : KaAsyncCmdlet
{
    // Text is a full path or an address.
    private readonly List<object> _described = [];

    /// <summary>The descriptions: files, of which wildcards may name several and each may hold several; addresses of http or https; or environments that were given before. All that
    /// the pipeline brings is recorded together.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Path", "InputObject")]
    [EnvironmentTransformation(Several = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public object[] Environment { get; set; } = [];

    /// <summary>Fetch nothing, and record no SHA-256 but those in the descriptions. By default the image and the archives are fetched, and what they are is recorded.</summary>
    [Parameter]
    public SwitchParameter NoChecksum { get; set; }

    private protected sealed override void Collect()
    {
        foreach (var each in Environment)
        {
            if (each is string place) _described.AddRange(FullPaths(place));
            else _described.Add(each);
        }
    }

    private protected sealed override async Task ProcessAsync(ISession session, ICmdletStreams streams, CancellationToken cancellationToken)
    {
        if (_described.Count == 0) return;
        var environments = await ReadAsync(session, cancellationToken).ConfigureAwait(false);
        var question = Question(string.Join(", ", environments));
        if (await streams.AskAsync(question, question).ConfigureAwait(false) is not Consent.Given) return;
        var catalog = (await session.OpenCatalogsAsync(cancellationToken).ConfigureAwait(false)).Environments;
        await RecordAsync(catalog, environments, session.User, streams, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Words the question.</summary>
    private protected abstract string Question(string environments);

    /// <summary>Records descriptions.</summary>
    private protected abstract Task RecordAsync(
        IEnvironmentCatalog catalog, ImmutableArray<KaEnvironment> environments, string user, ICmdletStreams streams, CancellationToken cancellationToken);

    private async Task<ImmutableArray<KaEnvironment>> ReadAsync(ISession session, CancellationToken cancellationToken)
    {
        var read = ImmutableArray.CreateBuilder<KaEnvironment>();
        var problems = ImmutableArray.CreateBuilder<string>();
        foreach (var each in _described)
        {
            try
            {
                if (each is KaEnvironment known) read.Add(known with { Revision = 0 });
                else read.AddRange(await session.ReadEnvironmentsAsync((string)each, cancellationToken).ConfigureAwait(false));
            }
            catch (ConfigurationException wrong)
            {
                problems.AddRange(wrong.Problems);
            }
        }

        return problems.Count == 0 ? read.ToImmutable() : throw new ConfigurationException(problems.ToImmutable());
    }
}
