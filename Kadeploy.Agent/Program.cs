using System.Security.Cryptography;
using Kadeploy.Agent;
using Kadeploy.Agent.Commands;
using Kadeploy.Agent.Hardware;
using Kadeploy.Agent.Images;
using Kadeploy.Agent.Linux;
using Kadeploy.Protocol;
using Microsoft.Win32.SafeHandles;

try
{
    if (args is ["receive", ..]) return await ReceiveCommand.RunAsync(args).ConfigureAwait(false);
    if (args is [WriteCommand.Name, ..]) return WriteCommand.Run(args);
    var options = AgentOptions.Parse(args);
    var version = typeof(AgentOptions).Assembly.GetName().Version?.ToString(3) ?? "";
    // Whoever asks for the version wants to know whether it runs here: digests are the first that need the system's OpenSSL.
    if (options.PrintsVersion) SHA256.HashData([]);
    if (options.PrintsUsage || options.PrintsVersion || options.PrintsInventory)
    {
        Log.Print(options.PrintsUsage ? AgentOptions.Usage : options.PrintsVersion ? version : HardwareInventory.Describe(HardwareInventory.Read("/")));
        return 0;
    }

    // A parent that ignores the end of its children passes that on, and the ends of ours would be lost.
    _ = Libc.Signal(Libc.Sigchld, 0);
    // An init may start it with no variables at all.
    var path = Environment.GetEnvironmentVariable("PATH") is { Length: > 0 } given ? given : "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    Environment.SetEnvironmentVariable("PATH", $"{options.ProgramDirectory}:{path}");
    var address = options.OnStandardStreams ? null : KernelCommandLine.Parse(File.ReadAllText(options.CommandLineFile));
    var bootId = options.BootId ?? BootFacts.BootId();
    var state = AgentState.Open(options.StateDirectory, bootId);
    var commands = new CommandTable(state.CommandDirectory);
    Environment.SetEnvironmentVariable(ReceiverTurn.Variable, state.ReceiverLock);
    var hello = new Hello
    {
        Token = address?.Token ?? "",
        Session = state.Session,
        BootId = bootId,
        IsDeploymentEnvironment = options.IsDeploymentEnvironment ?? !options.OnStandardStreams,
        RootDevice = BootFacts.RootDevice(File.ReadAllText("/proc/self/mountinfo")),
        Marker = BootFacts.TextOf(options.MarkerFile),
        AgentVersion = version,
        ProgramDirectory = options.ProgramDirectory,
    };
    if (address is not null)
    {
        await new EngineLink(address, hello, commands).RunAsync(CancellationToken.None).ConfigureAwait(false);
        return 0;
    }

    using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, 0);
    using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, 0);
    var session = new AgentSession(input, output, commands);
    try
    {
        await session.RunAsync(hello, CancellationToken.None).ConfigureAwait(false);
    }
    finally
    {
        // Whoever started this agent is gone, and nobody can come back to it.
        commands.KillAll();
    }

    return session.IsWelcome ? 0 : 1;
}
catch (Exception problem) when (problem is FormatException or IOException or UnauthorizedAccessException or ProtocolException)
{
    Log.Write(problem.Message);
    return 2;
}
