using System.Globalization;
using Kadeploy.Engine.Rights;
using Xunit;

namespace Kadeploy.Engine.Tests.Rights;

/// <summary>Compares the algebra with a model that knows no rights but only facts: this principal may write this device of this node in this hour.</summary>
public sealed class RightsModelTests
{
    private const int Hours = 5;

    private static readonly string[] Principals = ["alice", "bob", "carol", "@students", "@staff", "boss"];
    private static readonly string[] Nodes = ["a-1", "a-2", "b-1"];
    private static readonly string[] Parts = ["/dev/sda3", "/dev/sda5", "other"]; // the last stands for every device that is not named
    private static readonly AccessPolicy Policy = new(["boss"], new Dictionary<string, System.Collections.Immutable.ImmutableArray<string>>
    {
        ["students"] = ["alice", "bob"], ["staff"] = ["carol"],
    });

    private static readonly NodeMap Map = new(Nodes.Select(RightsBench.Node).Select(static node => (node.Name, node.Cluster)), ["a", "b"]);

    private readonly RightsAlgebra _algebra = new(Policy, Map);
    private readonly List<StoredRight> _rows = [];
    private HashSet<(string Principal, string Node, string Part, int Hour)> _facts = [];
    private long _keys;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_thousand_random_changes_leave_what_the_model_has(int seed)
    {
        var random = new Random(seed);
        var (granted, revoked, refused) = (0, 0, 0);
        for (var i = 0; i < 1_000; i++)
        {
            // Not much at once, or everything is granted soon and nothing more happens.
            if (_rows.Count > 12 || random.Next(3) == 0)
            {
                if (TryRevoke(Revocation(random))) revoked++;
                else refused++;
            }
            else if (TryGrant(Grant(random)))
            {
                granted++;
            }
            else
            {
                refused++;
            }

            Compare();
            Assert.True(IsCanonical(), "two rows say together what one could say");
        }

        Assert.True(granted > 100 && revoked > 30 && refused > 100, $"{granted} granted, {revoked} revoked, {refused} refused: the draw is lopsided");
    }

    private bool TryGrant(RightsGrant grant)
    {
        // The model's own words for the rules: whose facts are in the way, and who has mixed what.
        var asked = Facts(grant.Principal.Value, grant.Scopes, grant.Parts, grant.Window).ToHashSet();
        var everywhere = grant.Scopes.IsEmpty;
        var inTheWay = everywhere ? [] : _facts.Where(fact => fact.Principal != grant.Principal.Value
            && asked.Any(one => one.Node == fact.Node && one.Hour == fact.Hour) && Disturbs(grant.Principal.Value, fact.Principal)).ToList();
        var ownNarrow = _rows.Exists(row => row.Right.Principal == grant.Principal && !row.Right.Scope.IsAll && row.Right.Window.Overlaps(grant.Window));
        // What is granted for all nodes already is left alone before anybody is asked.
        var coveredEverywhere = Parts.Where(part => grant.Parts.IsEmpty || grant.Parts.Any(one => one.Value == part)).All(part =>
            HoursOf(grant.Window).All(hour => _rows.Exists(row => row.Right.Principal == grant.Principal && row.Right.Scope.IsAll
                && (row.Right.Part.IsAny || row.Right.Part.Value == part) && HoursOf(row.Right.Window).Contains(hour))));
        var isRefused = (everywhere && grant.Parts.Length > 0 && ownNarrow) || (!coveredEverywhere && inTheWay.Count > 0 && !grant.Overwrite);
        RightsDecision decision;
        try
        {
            decision = _algebra.Grant(grant, _rows, "root", RightsBench.Start);
        }
        catch (ConfigurationException)
        {
            Assert.True(isRefused);
            return false;
        }

        Assert.False(isRefused);
        if (coveredEverywhere)
        {
            Assert.Empty(decision.Removed);
            Assert.Empty(decision.Added);
            return true;
        }

        // Whoever is overwritten loses every row that touches these nodes, in these hours, on whatever nodes it holds.
        if (!everywhere)
        {
            var hours = HoursOf(grant.Window).ToHashSet();
            foreach (var row in _rows.Where(row => row.Right.Principal != grant.Principal && Disturbs(grant.Principal.Value, row.Right.Principal.Value)
                         && NodesOf([row.Right.Scope]).Any(node => asked.Any(one => one.Node == node))))
                _facts.RemoveWhere(fact => fact.Principal == row.Right.Principal.Value && hours.Contains(fact.Hour) && IsIn(row.Right, fact) && !IsElsewhere(row, fact, grant));
        }

        var before = _facts.Count;
        _facts.UnionWith(asked);
        Assert.True(decision.Granted.Count > 0 || _facts.Count == before);
        Apply(decision);
        return true;
    }

    /// <summary>Says whether a fact of a row that goes also stands in a row that stays.</summary>
    private bool IsElsewhere(StoredRight gone, (string Principal, string Node, string Part, int Hour) fact, RightsGrant grant) =>
        _rows.Exists(row => row != gone && row.Right.Principal.Value == fact.Principal && IsIn(row.Right, fact)
            && !NodesOf([row.Right.Scope]).Any(node => NodesOf(grant.Scopes).Contains(node)));

    private bool TryRevoke(RightsRevocation revocation)
    {
        var own = _rows.Where(row => row.Right.Principal == revocation.Principal).ToList();
        RightsDecision decision;
        try
        {
            decision = _algebra.Revoke(revocation, own);
        }
        catch (ConfigurationException)
        {
            // Something wider is there: all nodes, the node's cluster, or every device.
            Assert.Contains(own, row => (revocation.Scopes.Length > 0 && !revocation.Scopes.Contains(row.Right.Scope)
                && NodesOf([row.Right.Scope]).Intersect(NodesOf(revocation.Scopes)).Any()) || (revocation.Parts.Length > 0 && row.Right.Part.IsAny));
            return false;
        }

        var asked = NodesOf(revocation.Scopes).ToHashSet();
        var parts = revocation.Parts.IsEmpty ? Parts : [.. revocation.Parts.Select(static part => part.Value)];
        _facts.RemoveWhere(fact => fact.Principal == revocation.Principal.Value && asked.Contains(fact.Node) && parts.Contains(fact.Part));
        Assert.Equal(decision.Revoked.Count > 0, decision.Removed.Count > 0);
        Apply(decision);
        return decision.Revoked.Count > 0;
    }

    private void Apply(RightsDecision decision)
    {
        _rows.RemoveAll(row => decision.Removed.Contains(row.Key));
        foreach (var right in decision.Added) _rows.Add(new(++_keys, right));
    }

    /// <summary>Asks the reading of rights for every fact that there might be.</summary>
    private void Compare()
    {
        foreach (var principal in Principals)
        {
            var reading = new RightsReading(_rows.Select(static row => row.Right).Where(right => right.Principal.Value == principal));
            foreach (var node in Nodes)
            foreach (var part in Parts)
            for (var hour = 0; hour < Hours; hour++)
            {
                var device = RightPart.Parse(part == "other" ? "/dev/never-granted" : part);
                var isGranted = reading.FindMissing(NodeName.Parse(node), node[..1], [device], Hour(hour).AddMinutes(30)) is null;
                Assert.True(isGranted == _facts.Contains((principal, node, part, hour)), $"{principal} {node} {part} in hour {hour}: {isGranted}");
            }
        }
    }

    private bool IsCanonical() => !_rows.Exists(one => _rows.Exists(other => other != one && one.Right.Principal == other.Right.Principal
        && one.Right.Scope == other.Right.Scope && one.Right.Part == other.Right.Part && one.Right.Window.Touches(other.Right.Window)));

    private static bool Disturbs(string newcomer, string holder)
    {
        var holders = Members(holder).Where(static user => user != "boss").ToList();
        return holders.Count > 0 && Members(newcomer).Exists(user => !Members(holder).Contains(user));
    }

    private static List<string> Members(string principal) => principal switch { "@students" => ["alice", "bob"], "@staff" => ["carol"], _ => [principal] };

    private static IEnumerable<(string, string Node, string, int Hour)> Facts(
        string principal, System.Collections.Immutable.ImmutableArray<RightScope> scopes, System.Collections.Immutable.ImmutableArray<RightPart> parts, RightWindow window) =>
        from node in NodesOf(scopes)
        from part in parts.IsEmpty ? Parts : parts.Select(static part => part.Value)
        from hour in HoursOf(window)
        select (principal, node, part, hour);

    private static bool IsIn(Right right, (string Principal, string Node, string Part, int Hour) fact) =>
        NodesOf([right.Scope]).Contains(fact.Node) && (right.Part.IsAny || right.Part.Value == fact.Part) && HoursOf(right.Window).Contains(fact.Hour);

    private static IEnumerable<string> NodesOf(System.Collections.Immutable.ImmutableArray<RightScope> scopes) => scopes.IsEmpty || scopes.Contains(RightScope.All)
        ? Nodes
        : Nodes.Where(node => scopes.Any(scope => scope.Value == node || scope.Cluster == node[..1]));

    private static IEnumerable<int> HoursOf(RightWindow window) => Enumerable.Range(0, Hours).Where(hour => window.Contains(Hour(hour).AddMinutes(30)));

    private static DateTimeOffset Hour(int hour) => RightsBench.Start.AddHours(hour);

    private static RightsGrant Grant(Random random) => RightsBench.Grant(Words(random, random.Next(3) > 0, random.Next(4) == 0 ? " overwrite" : ""));

    private static RightsRevocation Revocation(Random random) => RightsBench.Revocation(Words(random, false, ""));

    private static string Words(Random random, bool timed, string end)
    {
        string[] scopes = ["", "", "a-1", "a-2", "b-1", "a-1,b-1", "cluster:a", "cluster:b"];
        string[] parts = ["", "", "/dev/sda3", "/dev/sda5", "/dev/sda3,/dev/sda5"];
        var window = "";
        if (timed)
        {
            var from = random.Next(Hours);
            var until = from + 1 + random.Next(Hours - from);
            window = $" {Clock(from, 0)}-{Clock(until, Hours)}";
        }

        return $"{Principals[random.Next(Principals.Length)]} {scopes[random.Next(scopes.Length)]} {parts[random.Next(parts.Length)]}{window}{end}";

        static string Clock(int hour, int open) => hour == open ? "" : string.Create(CultureInfo.InvariantCulture, $"{12 + hour}:00");
    }
}
