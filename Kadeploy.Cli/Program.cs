using Kadeploy.Cli;
using Kadeploy.Cli.Compatible;
using Kadeploy.Cli.Consoles;

return (int)await KadeployCommand.RunAsync(CompatibleCommands.Named(args), new SystemConsole(), CancellationToken.None);
