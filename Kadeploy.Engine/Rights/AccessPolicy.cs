using System.Collections.Frozen;
using System.Collections.Immutable;
using Kadeploy.Engine.Configuration;

namespace Kadeploy.Engine.Rights;

/// <summary>Who is an administrator, who is in which group, and whether rights count: what the configuration says.</summary>
/// <remarks>Immutable and safe for use by many callers.</remarks>
internal sealed class AccessPolicy
{
    private readonly FrozenSet<Principal> _administrators;
    private readonly FrozenDictionary<Principal, FrozenSet<Principal>> _members;
    private readonly FrozenDictionary<Principal, ImmutableArray<Principal>> _groups;

    /// <summary>Makes it.</summary>
    /// <param name="administrators">The users who may do everything.</param>
    /// <param name="groups">The members of groups by their names, which are without <c>@</c>; null for none.</param>
    /// <param name="mode">Whether rights count.</param>
    public AccessPolicy(
        IEnumerable<string> administrators, IReadOnlyDictionary<string, ImmutableArray<string>>? groups = null, RightsMode mode = RightsMode.Enforced)
    {
        Mode = mode;
        _administrators = administrators.Select(User).OfType<Principal>().ToFrozenSet();
        _members = (groups ?? ImmutableDictionary<string, ImmutableArray<string>>.Empty).ToFrozenDictionary(
            static group => Principal.Parse('@' + group.Key), static group => group.Value.Select(User).OfType<Principal>().ToFrozenSet());
        _groups = _members.SelectMany(static group => group.Value.Select(member => (member, group.Key))).GroupBy(static pair => pair.member)
            .ToFrozenDictionary(
                static pairs => pairs.Key, static pairs => pairs.Select(static pair => pair.Key).OrderBy(static group => group.Value, StringComparer.Ordinal).ToImmutableArray());
    }

    /// <summary>Gets whether rights count.</summary>
    public RightsMode Mode { get; }

    /// <summary>Gets the names of the groups, with <c>@</c>.</summary>
    public IEnumerable<string> GroupNames => _members.Keys.Select(static group => group.Value).Order(StringComparer.Ordinal);

    /// <summary>Gathers what the options and the configuration say.</summary>
    /// <param name="options">The options; the state directory is there.</param>
    /// <returns>The policy.</returns>
    public static AccessPolicy Of(EngineOptions options) => new(
        options.Administrators ?? options.Site?.Server.Administrators ?? DefaultAdministrators(options.StateDirectory),
        options.Groups ?? options.Site?.Server.Groups, options.Rights ?? options.Site?.Server.Rights ?? RightsMode.Enforced);

    /// <summary>Names the administrators where the configuration names none.</summary>
    /// <param name="stateDirectory">The state directory.</param>
    /// <returns><c>root</c> and whoever owns the directory, and with it the database.</returns>
    public static ImmutableArray<string> DefaultAdministrators(string stateDirectory) =>
        StateOwner.Of(stateDirectory) is { } owner && owner != "root" ? ["root", owner] : ["root"];

    /// <summary>Says whether a user may do everything.</summary>
    /// <param name="user">The user's name.</param>
    /// <returns>Whether.</returns>
    public bool IsAdministrator(string user) => User(user) is { } principal && _administrators.Contains(principal);

    /// <summary>Says as whom a user has rights.</summary>
    /// <param name="user">The user's name.</param>
    /// <returns>Himself and his groups; empty for a name that can have none.</returns>
    public ImmutableArray<Principal> PrincipalsOf(string user) =>
        User(user) is { } principal ? [principal, .. _groups.GetValueOrDefault(principal, [])] : [];

    /// <summary>Says who is meant.</summary>
    /// <param name="principal">A user or a group.</param>
    /// <returns>The user himself or the members; null for a group that is not configured.</returns>
    public IReadOnlySet<Principal>? MembersOf(Principal principal) =>
        principal.IsGroup ? _members.GetValueOrDefault(principal) : new HashSet<Principal> { principal };

    /// <summary>Says whether the rights of one are in the way of another's: whether they belong to somebody whom the other would disturb.</summary>
    /// <param name="holder">Who has rights.</param>
    /// <param name="newcomer">Who is to get some; not the same.</param>
    /// <returns>Whether some user would get in who is not among the holders. Administrators need no rights, so theirs protect nothing.</returns>
    public bool IsProtected(Principal holder, Principal newcomer)
    {
        if (MembersOf(holder) is not { } holders) return true; // of a group that was configured once: better to ask than to take away
        if (holders.All(_administrators.Contains)) return false;
        return MembersOf(newcomer) is not { } newcomers || newcomers.Any(user => !holders.Contains(user));
    }

    private static Principal? User(string name) => Principal.TryParse(name, null, out var user) && !user.IsGroup ? user : null;
}
