using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kadeploy.Engine.MicroSteps;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks what a reboot is asked for with.</summary>
internal static partial class RebootCheck
{
    private const string Singularity = "NODE_SINGULARITY";
    private const int NamesShown = 10;

    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(RebootRequest request, Problems problems)
    {
        RequestCheck.CheckVlan(request.Vlan, problems);
        RequestCheck.CheckText("breakpoint", request.Breakpoint, problems, required: true);
        RequestCheck.CheckKeys(request.AuthorizedKeys, problems);
        RequestCheck.CheckDisk(request.BlockDevice, request.Partition, problems);
        Belongs(request.Profile is not null, RebootKind.SetPxe, "a boot profile", request, problems);
        Belongs(request.Environment is not null, RebootKind.RecordedEnv, "an environment", request, problems);
        Belongs(request.Partition is not null, RebootKind.RecordedEnv, "a partition", request, problems);
        if (request.BlockDevice is not null && request.Into != RebootKind.RecordedEnv) Stray(RebootKind.RecordedEnv, "a block device", request, problems);
        if (request.AuthorizedKeys is not null && request.Into != RebootKind.DeployEnv) Stray(RebootKind.DeployEnv, "a key", request, problems);
        if (request.Environment is { } environment) EnvironmentCheck.Check(environment, problems);
        if (request.Profile is { } profile) Check(profile, request, problems);
    }

    private static void Belongs(bool isThere, RebootKind kind, string what, RebootRequest request, Problems problems)
    {
        if (isThere && request.Into != kind) Stray(kind, what, request, problems);
        else if (!isThere && request.Into == kind) problems.Add($"a reboot of kind {Name(kind)} needs {what}");
    }

    private static void Stray(RebootKind kind, string what, RebootRequest request, Problems problems) =>
        problems.Add($"{what} was given, which means nothing for a reboot of kind {Name(request.Into)}; leave it out, or reboot into {Name(kind)}");

    private static void Check(BootProfile profile, RebootRequest request, Problems problems)
    {
        CheckProfileText("boot profile", profile.Text, problems);
        if (string.IsNullOrWhiteSpace(profile.Text)) problems.Add("the boot profile is empty");
        foreach (var (node, text) in profile.Singularities)
            if (request.Nodes.Contains(node)) CheckProfileText($"boot profile's text of node {node}", text, problems);
        if (profile.Text.Contains(Singularity, StringComparison.Ordinal))
        {
            var without = request.Nodes.Where(node => !profile.Singularities.ContainsKey(node)).ToList();
            if (without.Count > 0)
                problems.Add(
                    $"the boot profile has {Singularity} in it, and no text is given for {string.Join(", ", without.Take(NamesShown))}"
                    + (without.Count > NamesShown ? $" and {without.Count - NamesShown} more" : ""));
        }
        else if (!profile.Singularities.IsEmpty)
        {
            problems.Add($"texts of single nodes are given, and the boot profile has no {Singularity} for which they would stand");
        }

        CheckFiles(profile.Files, request.User, problems);
    }

    private static void CheckProfileText(string what, string text, Problems problems)
    {
        if (text.Length > PlanLimits.Profile) problems.Add($"the {what} has {text.Length} characters; at most {PlanLimits.Profile} are allowed");
        if (text.Any(static c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'))) problems.Add($"the {what} holds control characters; boot programs read plain text");
    }

    private static void CheckFiles(ImmutableArray<Uri> files, string user, Problems problems)
    {
        if (files.IsEmpty) return;
        if (!FileName().IsMatch(user)) problems.Add($"user '{Quoted.Text(user)}' cannot have boot files: they are named by the user, and a name has letters, digits, '.', '_' and '-'");
        foreach (var file in files)
        {
            RequestCheck.CheckAddress("boot file", file, problems);
            if (file.IsAbsoluteUri && !FileName().IsMatch(FilesForNodes.FileName(file)))
                problems.Add($"the boot file '{Quoted.Text(file.OriginalString)}' cannot be named as it is; a name has up to 100 letters, digits, '.', '_' and '-'");
        }

        foreach (var twice in files.Where(static file => file.IsAbsoluteUri).GroupBy(FilesForNodes.FileName).Where(static group => group.Count() > 1))
            problems.Add($"{twice.Count()} boot files are called '{Quoted.Text(twice.Key)}'; give each its own name");
    }

    private static string Name(RebootKind kind) => Configuration.Reading.Section.Snake(kind.ToString());

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}
