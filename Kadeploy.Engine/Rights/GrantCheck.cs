using System.Globalization;
using Kadeploy.Engine.Planning;

namespace Kadeploy.Engine.Rights;

/// <summary>Checks what is to be granted, before anything is read or changed.</summary>
internal static class GrantCheck
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(100 * 366);

    /// <summary>Checks a grant and works out its time.</summary>
    /// <param name="grant">The grant.</param>
    /// <param name="policy">Which groups there are.</param>
    /// <param name="nodes">Which nodes and clusters there are.</param>
    /// <param name="now">The time now.</param>
    /// <returns>The grant with its whole window.</returns>
    /// <exception cref="ConfigurationException">Something is wrong; all problems are listed.</exception>
    public static RightsGrant Complete(RightsGrant grant, AccessPolicy policy, NodeMap nodes, DateTimeOffset now)
    {
        var problems = new Problems();
        if (grant.Principal == default) problems.Add("it is not said who is to have the right");
        if (grant.Principal.IsGroup && policy.MembersOf(grant.Principal) is null)
            problems.Add($"group '{Quoted.Text(grant.Principal.Value)}' is not known{(policy.GroupNames.Any()
                ? NearestName.SuggestionOrList(grant.Principal.Value, policy.GroupNames, policy.GroupNames)
                : "; server.groups of the configuration names none")}");
        foreach (var problem in nodes.ProblemsOf(grant.Scopes.IsDefault ? [] : grant.Scopes)) problems.Add(problem);
        var window = Window(grant, now, problems);
        problems.ThrowIfAny();
        return grant with { Window = window, Lifetime = null };
    }

    private static RightWindow Window(RightsGrant grant, DateTimeOffset now, Problems problems)
    {
        var window = grant.Window;
        if (grant.Lifetime is { } lifetime)
        {
            if (window.Until is not null) problems.Add("the right has both an end and a lifetime; give one of them");
            if (lifetime <= TimeSpan.Zero || lifetime > Longest)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"the lifetime is {lifetime.TotalSeconds:0} s; it has to be more than nothing and at most {Longest.TotalDays:0} days"));
                return window;
            }

            // Without a beginning of its own: whoever asks by a clock that is a little behind must not be refused.
            window = window with { Until = (window.From ?? now) + lifetime };
        }

        if (window.IsEmpty) problems.Add($"the right would end before it begins: it holds {window}");
        else if (window.HasEnded(now)) problems.Add($"the right would have ended already: it holds {window}, and now it is {new RightWindow(now, null).ToString()[5..]}");
        return window;
    }
}
