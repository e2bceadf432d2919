using System.Globalization;
using System.Text.RegularExpressions;

namespace Kadeploy.Engine.Planning;

/// <summary>Checks what can be said of a request without knowing nodes and clusters.</summary>
internal static partial class RequestCheck
{
    /// <summary>Checks a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="simulation">How the cluster is simulated; null when it is not.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void Check(DeploymentRequest request, SimulationOptions? simulation, Problems problems)
    {
        CheckText("user", request.User, problems, required: true);
        CheckVlan(request.Vlan, problems);
        CheckText("breakpoint", request.Breakpoint, problems, required: true);
        CheckText("force-steps", request.ForceSteps, problems, limit: PlanLimits.ForceSteps);
        CheckKeys(request.AuthorizedKeys, problems);
        CheckDisk(request.BlockDevice, request.Partition, problems);
        CheckWholeDisk(request, problems);
        CheckFileSystem("file system for temporary files", request.ReformatTemporary, problems);
        if (request.Chains is { } chains and not (>= 1 and <= PlanLimits.Chains))
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{chains} chains are asked for; there can be 1 to {PlanLimits.Chains}"));
        EnvironmentCheck.Check(request.Environment, problems);
        if (simulation is not null && !(simulation.FaultRate is >= 0 and <= 1))
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the fault rate is {simulation.FaultRate}; it is a share from 0 to 1"));
    }

    /// <summary>Checks a text that ends up in names, arguments and messages.</summary>
    /// <param name="what">What the text is, for the message.</param>
    /// <param name="text">The text; null when it is absent, which is for others to judge.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="required">Whether it may not be empty.</param>
    /// <param name="limit">How many characters it may have.</param>
    public static void CheckText(string what, string? text, Problems problems, bool required = false, int limit = PlanLimits.Text)
    {
        if (text is null) return;
        if (required && string.IsNullOrWhiteSpace(text)) problems.Add($"the {what} is empty");
        if (text.Length > limit) problems.Add($"the {what} has {text.Length} characters; at most {limit} are allowed");
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsControl(text[i])) continue;
            problems.Add(string.Create(
                CultureInfo.InvariantCulture, $"the {what} holds a control character (U+{(int)text[i]:X4}) at position {i + 1}; it has to be plain text on one line"));
            return;
        }
    }

    /// <summary>Checks the name of a file system, which becomes an argument of <c>mkfs</c>.</summary>
    /// <param name="what">What it is for.</param>
    /// <param name="type">The name; null when there is none.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckFileSystem(string what, string? type, Problems problems)
    {
        if (type is not null && !FileSystemName().IsMatch(type))
            problems.Add(
                $"the {what} '{Quoted.Text(type)}' is no file system; write one such as 'ext4', of letters, digits, '.', '_' and '-'");
    }

    /// <summary>Checks an address from which a file is fetched.</summary>
    /// <param name="what">What the file is.</param>
    /// <param name="address">The address.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckAddress(string what, Uri address, Problems problems)
    {
        if (!address.IsAbsoluteUri)
            problems.Add(
                $"the {what} '{Quoted.Text(address.OriginalString)}' is no full address; write one such as 'file:///path' or 'https://host/path'");
        else if (address.UserInfo.Length > 0)
            problems.Add(
                $"the address of the {what} on {address.Host} holds a user or a password, which would be seen on every node; leave them out");
    }

    /// <summary>Says what is wrong with a script in an archive, behind which its arguments may stand.</summary>
    /// <param name="script">The script, relative to the archive's root.</param>
    /// <returns>The problem, of which the script is the subject; null when there is none.</returns>
    public static string? ProblemOfScript(string script)
    {
        if (script.Any(char.IsControl)) return "holds a control character; it has to be plain text on one line";
        if (script.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var path, ..]) return "is empty";
        return path.Split('/').Contains("..") ? $"is '{Quoted.Text(path)}', which leads out of the archive; write its path inside" : null;
    }

    /// <summary>Checks the name of a network, which becomes an argument of the site's command and a part of host names.</summary>
    /// <param name="vlan">The name; null when there is none.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckVlan(string? vlan, Problems problems)
    {
        if (vlan is not null && !VlanName().IsMatch(vlan))
            problems.Add($"the VLAN '{Quoted.Text(vlan)}' is no name of a network; a name has up to 60 letters, digits, '.', '_' and '-', and begins with a letter or a digit");
    }

    /// <summary>Checks a disk and a partition.</summary>
    /// <param name="device">The disk; null for the cluster's.</param>
    /// <param name="partition">The partition; null when none is named.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckDisk(string? device, int? partition, Problems problems)
    {
        if (device is { } disk && !DevicePath().IsMatch(disk))
            problems.Add(
                $"the block device '{Quoted.Text(disk)}' is no device path; write one such as '/dev/sda', of letters, digits and '/._:+@-'");
        if (partition is { } number && number is < 1 or > PlanLimits.Partition)
            problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"partition {number} does not exist; write a number from 1 to {PlanLimits.Partition}"));
    }

    private static void CheckWholeDisk(DeploymentRequest request, Problems problems)
    {
        if (request is { BlockDevice: not null, Partition: null, Environment.Image.Kind: not ImageKind.Dd })
            problems.Add(
                $"the whole disk '{Quoted.Text(request.BlockDevice)}' can only receive an image of kind dd, and environment '{Quoted.Text(request.Environment.Name)}' "
                + $"is of kind {request.Environment.Image.Kind.ToString().ToLowerInvariant()}; name a partition");
    }

    /// <summary>Checks public keys.</summary>
    /// <param name="keys">The keys; null when there are none.</param>
    /// <param name="problems">Receives what is wrong.</param>
    public static void CheckKeys(string? keys, Problems problems)
    {
        if (keys is null) return;
        if (string.IsNullOrWhiteSpace(keys)) problems.Add("the list of public keys is empty; leave it out when nobody is to log in");
        if (keys.Length > PlanLimits.AuthorizedKeys)
            problems.Add($"the public keys have {keys.Length} characters; at most {PlanLimits.AuthorizedKeys} are allowed");
        if (keys.Any(static c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
            problems.Add("the public keys hold control characters; give a text file with one key a line");
        if (keys.Contains("PRIVATE KEY", StringComparison.Ordinal))
            problems.Add("a private key was given where public keys belong; it was not kept");
    }

    [GeneratedRegex(@"\A/dev/[A-Za-z0-9][A-Za-z0-9/._:+@-]*(?<!/)\z", RegexOptions.CultureInvariant)]
    private static partial Regex DevicePath();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VlanName();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex FileSystemName();
}
