using System.Globalization;
using System.Resources;
using System.Runtime.CompilerServices;

namespace Kadeploy.PowerShell;

/// <summary>What the module says, all of it in Strings.resx.</summary>
internal static class Strings
{
    private static readonly ResourceManager Texts = new("Kadeploy.PowerShell.Strings", typeof(Strings).Assembly);

    public static string ConfirmCaption => Text();

    public static string NoNodes => Text();

    public static string ControllersPassword => Text();

    public static string PasswordTwice => Text();

    public static string EmptyCredential => Text();

    public static string NoCredential(string given) => Format(nameof(NoCredential), given);

    public static string OtherUser(string user, string place, string other) => Format(nameof(OtherUser), user, place, other);

    public static string NoGetSecret(string name) => Format(nameof(NoGetSecret), name);

    public static string NoSecret(string name, string reason) => Format(nameof(NoSecret), name, reason);

    public static string SecretsFound(int count) => Format(nameof(SecretsFound), count);

    public static string WrongSecret(string name, string type) => Format(nameof(WrongSecret), name, type);

    public static string StepsTwice => Text();

    public static string NoTableOfSteps(string given) => Format(nameof(NoTableOfSteps), given);

    public static string NothingToResume => Text();

    public static string NothingToRestart(OperationId id) => Format(nameof(NothingToRestart), id);

    public static string LeftAtExit(OperationId id) => Format(nameof(LeftAtExit), id);

    public static string GoesOn(OperationId id) => Format(nameof(GoesOn), id);

    public static string GoesOnElsewhere(OperationId id) => Format(nameof(GoesOnElsewhere), id);

    public static string CancelledOnBreak(OperationId id) => Format(nameof(CancelledOnBreak), id);

    public static string RunsHere(OperationId id) => Format(nameof(RunsHere), id);

    public static string HeldElsewhere(OperationId id) => Format(nameof(HeldElsewhere), id);

    public static string NoOperation(string id) => Format(nameof(NoOperation), id);

    public static string NoDeployment(string id, OperationKind kind) => Format(nameof(NoDeployment), id, kind);

    public static string NotStoppedNobodyRunsIt(OperationId id) => Format(nameof(NotStoppedNobodyRunsIt), id);

    public static string WaitTimeout(OperationId id, int seconds, int ended, int nodes) => Format(nameof(WaitTimeout), id, seconds, ended, nodes);

    public static string WaitTimeoutAction(OperationId id) => Format(nameof(WaitTimeoutAction), id);

    public static string AskDeploy(string environment, string nodes, string names, string disks) => Format(nameof(AskDeploy), environment, nodes, names, disks);

    public static string AskStop(OperationId id, string environment, string left) => Format(nameof(AskStop), id, environment, left);

    public static string AskResume(string operations) => Format(nameof(AskResume), operations);

    public static string WhatIfResume(string operations) => Format(nameof(WhatIfResume), operations);

    public static string StillRuns(OperationId id) => Format(nameof(StillRuns), id);

    public static string StillRunsAction(OperationId id) => Format(nameof(StillRunsAction), id);

    public static string NoConfiguration(string file) => Format(nameof(NoConfiguration), file);

    public static string NoNodeProperty(string properties) => Format(nameof(NoNodeProperty), properties);

    public static string NodeMissing => Text();

    public static string VersionNeedsName => Text();

    public static string NoEnvironment(string type) => Format(nameof(NoEnvironment), type);

    public static string NoOperationArgument(string type) => Format(nameof(NoOperationArgument), type);

    public static string NoTimeoutArgument(string type) => Format(nameof(NoTimeoutArgument), type);

    public static string ProgressActivity(string environment, string nodes) => Format(nameof(ProgressActivity), environment, nodes);

    public static string ProgressStatus(int ok, int failed, int left, string where) => Format(nameof(ProgressStatus), ok, failed, left, where);

    public static string ProgressNode(NodeName node, string step) => Format(nameof(ProgressNode), node, step);

    public static string ProgressSince(string duration) => Format(nameof(ProgressSince), duration);

    public static string ProgressAgain(string duration, int attempt) => Format(nameof(ProgressAgain), duration, attempt);

    public static string ProgressBroadcast => Text();

    public static string JobStopUnsupported => Text();

    public static string JobsComeFromCmdlets => Text();

    public static string NobodyRunsIt(OperationId id) => Format(nameof(NobodyRunsIt), id);

    public static string AskAddEnvironment(string environments) => Format(nameof(AskAddEnvironment), environments);

    public static string AskImportEnvironment(string environments) => Format(nameof(AskImportEnvironment), environments);

    public static string AskSetEnvironment(string environment, string change) => Format(nameof(AskSetEnvironment), environment, change);

    public static string AskRemoveEnvironment(string environment) => Format(nameof(AskRemoveEnvironment), environment);

    public static string AskWriteFile(string what, string file) => Format(nameof(AskWriteFile), what, file);

    public static string FileIsThere(string file) => Format(nameof(FileIsThere), file);

    public static string NotWritten(string file, string reason) => Format(nameof(NotWritten), file, reason);

    public static string NoFile(string pattern) => Format(nameof(NoFile), pattern);

    public static string NoEnvironmentName(string type) => Format(nameof(NoEnvironmentName), type);

    public static string NoEnvironmentThere(string environment) => Format(nameof(NoEnvironmentThere), environment);

    public static string NoRevision(string environment, int revision, int last) => Format(nameof(NoRevision), environment, revision, last);

    public static string NothingToSet(string parameters) => Format(nameof(NothingToSet), parameters);

    public static string NoCachedFile(string type) => Format(nameof(NoCachedFile), type);

    public static string NotCached(string file) => Format(nameof(NotCached), file);

    public static string NegativeTime(string parameter) => Format(nameof(NegativeTime), parameter);

    public static string AskClearCache(int files, string size) => Format(nameof(AskClearCache), files, size);

    public static string AskMiniroot(MinirootProfile profile, MinirootKernel kernel, string directory) => Format(nameof(AskMiniroot), profile, kernel, directory);

    public static string MinirootActivity(string directory) => Format(nameof(MinirootActivity), directory);

    public static string MinirootNeedsLinux => Text();

    public static string MinirootLacks(string what) => Format(nameof(MinirootLacks), what);

    public static string NoNode(NodeName name) => Format(nameof(NoNode), name);

    public static string NoCluster(string name) => Format(nameof(NoCluster), name);

    public static string AskAddNode(string names, string cluster) => Format(nameof(AskAddNode), names, cluster);

    public static string AskSetNode(string names) => Format(nameof(AskSetNode), names);

    public static string AskRemoveNode(string count, string names) => Format(nameof(AskRemoveNode), count, names);

    public static string AskInventory(string what) => Format(nameof(AskInventory), what);

    public static string NotRead(string file, string reason) => Format(nameof(NotRead), file, reason);

    public static string AskSetCluster(string name, string what) => Format(nameof(AskSetCluster), name, what);

    public static string AskRemoveCluster(string name) => Format(nameof(AskRemoveCluster), name);

    public static string AskConfiguration(string files, int clusters, int nodes) => Format(nameof(AskConfiguration), files, clusters, nodes);

    public static string NoPrincipal(string type) => Format(nameof(NoPrincipal), type);

    public static string AskGrant(Principal user, string where, string overwrite) => Format(nameof(AskGrant), user, where, overwrite);

    public static string AskGrantOverwrite => Text();

    public static string RightLost(Principal user, string where) => Format(nameof(RightLost), user, where);

    public static string StoppedForLackOfRight(OperationId operation, string user, string nodes) => Format(nameof(StoppedForLackOfRight), operation, user, nodes);

    public static string AskRevoke(Principal user, string where) => Format(nameof(AskRevoke), user, where);

    public static string NoSingleNode(string text) => Format(nameof(NoSingleNode), text);

    public static string NoAuditMark => Text();

    public static string ComparisonNeedsFrom => Text();

    public static string NoClusterName(string type) => Format(nameof(NoClusterName), type);

    public static string AskReboot(string nodes, string names, string into, PowerLevel level) => Format(nameof(AskReboot), nodes, names, into, level);

    public static string AskPower(string nodes, string names, PowerAction action, PowerLevel level) => Format(nameof(AskPower), nodes, names, action, level);

    public static string AskPowerStatus(string nodes, string names) => Format(nameof(AskPowerStatus), nodes, names);

    public static string AskConsole(string names) => Format(nameof(AskConsole), names);

    public static string OneConsole(string nodes) => Format(nameof(OneConsole), nodes);

    public static string NoTerminal => Text();

    public static string NoEscapeKey(string text) => Format(nameof(NoEscapeKey), text);

    public static string ForceLooksOn => Text();

    internal static string Text([CallerMemberName] string name = "") => Texts.GetString(name, CultureInfo.InvariantCulture)!;

    private static string Format(string name, params object?[] arguments) => string.Format(CultureInfo.InvariantCulture, Text(name), arguments);
}
