using Kadeploy.Cli;
using Kadeploy.Cli.Consoles;

return (int)await KadeployCommand.RunAsync(args, new SystemConsole(), CancellationToken.None);
