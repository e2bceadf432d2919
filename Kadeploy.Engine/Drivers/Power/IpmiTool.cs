using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Kadeploy.Engine.Drivers.Processes;

namespace Kadeploy.Engine.Drivers.Power;

/// <summary>Calls ipmitool: one command to one controller, its password kept off the list of processes.</summary>
internal sealed class IpmiTool(IpmiOptions options, TimeProvider time)
{
    // IPMI 2.0 §22.30: "set user password" takes 16 or 20 bytes.
    private const int LongestPassword = 20;

    // Where ipmitool 1.8.19 looks first, and the shortest that it takes; the names of manufacturers are in none of the answers that are read here.
    private const string RegisterFile = ".local/usr/share/misc/enterprise-numbers.txt";
    private const string Register = "0\n  Reserved\n";

    private readonly ProcessRunner _runner = new(time);
    private readonly Lazy<string?> _home = new(() => HomeWithRegister(options.Home));

    /// <summary>Makes one call.</summary>
    /// <param name="node">The node, for messages.</param>
    /// <param name="endpoint">Its controller.</param>
    /// <param name="command">What to do, as ipmitool's words.</param>
    /// <param name="cancellationToken">Kills the call.</param>
    /// <returns>How it ended, or null when it hung and was killed.</returns>
    public async Task<ProcessOutcome?> CallAsync(Node node, IpmiEndpoint endpoint, ImmutableArray<string> command, CancellationToken cancellationToken)
    {
        Validate(node, endpoint);
        using var limit = new CancellationTokenSource(options.CallLimit, time);
        // Fires for: the caller; the limit of one call.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            if (options.Passing == PasswordPassing.Environment)
                return await _runner.RunAsync(Command(endpoint, command, null), either.Token).ConfigureAwait(false);
            var folder = Directory.CreateTempSubdirectory("kadeploy-ipmi-"); // mode 0700 where there are modes
            try
            {
                var file = Path.Combine(folder.FullName, "password");
                await WriteAsync(file, endpoint.Password.Reveal(), either.Token).ConfigureAwait(false);
                return await _runner.RunAsync(Command(endpoint, command, file), either.Token).ConfigureAwait(false);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Makes the program of a call; the password is in its environment.</summary>
    /// <param name="endpoint">The controller.</param>
    /// <param name="command">What to do, as ipmitool's words.</param>
    /// <returns>The program.</returns>
    public ProcessCommand Command(IpmiEndpoint endpoint, ImmutableArray<string> command) => Command(endpoint, command, null);

    private ProcessCommand Command(IpmiEndpoint endpoint, ImmutableArray<string> command, string? passwordFile)
    {
        List<ProcessArgument> arguments =
        [
            "-v", "-I", "lanplus", "-H", endpoint.Address, "-p", endpoint.Port.ToString(CultureInfo.InvariantCulture), "-U", endpoint.User,
            "-L", endpoint.Privilege.ToString().ToUpperInvariant(),
            "-N", Math.Max(1, (int)options.RetransmitInterval.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            "-R", options.Retransmissions.ToString(CultureInfo.InvariantCulture),
        ];
        if (endpoint.CipherSuite is { } suite) arguments.AddRange(["-C", suite.ToString(CultureInfo.InvariantCulture)]);
        if (passwordFile is null) arguments.Add("-E");
        else arguments.AddRange(["-f", passwordFile]);
        arguments.AddRange(command.Select(static word => (ProcessArgument)word));
        return new()
        {
            Program = options.Program,
            Arguments = [.. arguments],
            Environment = ImmutableDictionary<string, string?>.Empty
                .Add("LC_ALL", "C")
                .Add("IPMITOOL_PASSWORD", null) // would take precedence over the one that is meant
                .Add("IPMI_PASSWORD", passwordFile is null ? endpoint.Password.Reveal() : null)
                .AddRange(_home.Value is { } home ? [new("HOME", home)] : []),
        };
    }

    private static string? HomeWithRegister(string? home)
    {
        if (home is null) return null;
        var file = Path.Combine(home, RegisterFile);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, Register);
            return home;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null; // then it takes longer
        }
    }

    private static async Task WriteAsync(string file, string password, CancellationToken cancellationToken)
    {
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var stream = new FileStream(file, how);
        await using var closing = stream.ConfigureAwait(false);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(password + "\n"), cancellationToken).ConfigureAwait(false);
    }

    private static void Validate(Node node, IpmiEndpoint endpoint)
    {
        var problem = endpoint switch
        {
            { Address: "" } => "has no address",
            { Address: ['-', ..] } => "has an address that begins with '-'",
            _ when Encoding.UTF8.GetByteCount(endpoint.Password.Reveal()) > LongestPassword =>
                string.Create(CultureInfo.InvariantCulture, $"has a password of more than {LongestPassword} bytes, which IPMI 2.0 does not know"),
            _ when endpoint.Password.Reveal().AsSpan().ContainsAny('\n', '\r', '\0') => "has a password with a line end in it",
            _ => null,
        };
        if (problem is not null)
            throw new DriverUnusableException(FaultCodes.PowerRefused, $"node {node.Name}: the configured management controller {problem}");
    }
}
