# What every file of tests begins with: the module that was built, strict mode, and a state directory of its own.
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$ConfirmPreference = 'None'
$ProgressPreference = 'SilentlyContinue'
$PSStyle.OutputRendering = 'PlainText'

$moduleFolder = $env:KADEPLOY_MODULE
if (-not $moduleFolder) { throw "The module's folder is not named: run the tests by 'dotnet msbuild build.proj -t:Pester'." }
Import-Module (Join-Path $moduleFolder 'Kadeploy.psd1')

function Invoke-Pwsh {
    # Runs a script in a PowerShell process of its own. The dotnet tool has no executable of that name.
    param([string] $Script)
    $path = (Get-Process -Id $PID).Path
    $arguments = '-NoProfile', '-NonInteractive', '-Command', $Script
    if ([IO.Path]::GetFileNameWithoutExtension($path) -eq 'pwsh') { & $path @arguments } else { & $path (Join-Path $PSHOME 'pwsh.dll') @arguments }
}

function Get-Completion {
    # What the Tab key offers. A key press waits for no disk: what comes later, on a machine that is busy much later, is there at one of the next.
    param([string] $Line)
    $patience = [Threading.CancellationTokenSource]::new([timespan]::FromMinutes(1))
    do {
        $found = (TabExpansion2 $Line $Line.Length).CompletionMatches
        if ($found.Count) { return $found }
    } while (-not $patience.Token.WaitHandle.WaitOne(50))
}

function New-TestState {
    # Short, and not in Pester's own drive: the engine keeps its files there after a test.
    Join-Path ([IO.Path]::GetTempPath()) "kadeploy-pester-$([guid]::NewGuid().ToString('N'))"
}

function Set-TestSession {
    # Simulated nodes. -Frozen ones go on so slowly that nothing ends while a test lasts.
    param([switch] $Frozen, [double] $FaultRate = 0, [string[]] $Fault = @(), [string] $StateDirectory = (New-TestState))
    $settings = @{ Simulated = $true; StateDirectory = $StateDirectory; FaultRate = $FaultRate }
    if ($Fault) { $settings.Fault = $Fault }
    if ($Frozen) { $settings.Latency = 'Realistic'; $settings.Speed = 0.001 }
    Set-KaSession @settings
    $StateDirectory
}

function Remove-TestSession {
    # Everything that runs is cancelled first, so that no engine writes to what is removed.
    param([Parameter(Mandatory)] [string] $StateDirectory)
    Get-KaDeployment -State Running | Stop-KaDeployment -WarningAction SilentlyContinue -PassThru | Wait-KaDeployment -WarningAction SilentlyContinue | Out-Null
    Set-KaSession -Default
    Remove-Item -LiteralPath $StateDirectory -Recurse -Force -ErrorAction SilentlyContinue
}

function Invoke-Broken {
    # Runs a script in a runspace of its own and stops it, as Ctrl-C does, when it has shown progress.
    param([string] $Script, [hashtable] $Variables)
    $shell = [powershell]::Create()
    try {
        $null = $shell.AddScript("Set-StrictMode -Version Latest; Import-Module '$moduleFolder/Kadeploy.psd1'").Invoke()
        $shell.Commands.Clear()
        foreach ($name in $Variables.Keys) { $shell.Runspace.SessionStateProxy.SetVariable($name, $Variables[$name]) }
        $source = [guid]::NewGuid().ToString()
        $null = Register-ObjectEvent -InputObject $shell.Streams.Progress -EventName DataAdded -SourceIdentifier $source
        $null = $shell.AddScript($Script).BeginInvoke()
        $null = Wait-Event -SourceIdentifier $source -Timeout 120
        Unregister-Event -SourceIdentifier $source
        $shell.Stop()
        [pscustomobject]@{
            Stopped  = "$($shell.InvocationStateInfo.State)"
            Progress = @($shell.Streams.Progress)
            Errors   = @($shell.Streams.Error)
        }
    }
    finally {
        $shell.Dispose()
    }
}

function Get-Transcript {
    # What a script writes on the screen, -WhatIf included.
    param([scriptblock] $Script)
    $file = New-TestState
    Start-Transcript -LiteralPath $file -UseMinimalHeader | Out-Null
    try { & $Script | Out-Default } finally { Stop-Transcript | Out-Null }
    Get-Content -LiteralPath $file -Raw
    Remove-Item -LiteralPath $file
}

# A host that answers questions always with the same choice, and remembers them.
if (-not ('AnsweringHost' -as [type])) {
    Add-Type -IgnoreWarnings -WarningAction SilentlyContinue -TypeDefinition @'
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

public sealed class AnsweringHost : PSHost
{
    private readonly AnsweringUI _ui;
    public AnsweringHost(int answer) { _ui = new AnsweringUI(answer); }
    public List<string> Questions { get { return _ui.Questions; } }
    public List<string> Warnings { get { return _ui.Warnings; } }
    public string Written { get { return _ui.Written; } }
    public override CultureInfo CurrentCulture { get { return CultureInfo.InvariantCulture; } }
    public override CultureInfo CurrentUICulture { get { return CultureInfo.InvariantCulture; } }
    public override Guid InstanceId { get; } = Guid.NewGuid();
    public override string Name { get { return "Answering"; } }
    public override PSHostUserInterface UI { get { return _ui; } }
    public override Version Version { get { return new Version(1, 0); } }
    public override void EnterNestedPrompt() { }
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int exitCode) { }

    private sealed class AnsweringUI : PSHostUserInterface
    {
        private readonly int _answer;
        private readonly System.Text.StringBuilder _written = new System.Text.StringBuilder();
        public AnsweringUI(int answer) { _answer = answer; }
        public string Written { get { lock (_written) { return _written.ToString(); } } }
        public List<string> Questions { get; } = new List<string>();
        public List<string> Warnings { get; } = new List<string>();
        public override PSHostRawUserInterface RawUI { get { return null; } }
        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) { Questions.Add(message); return _answer; }
        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) { throw new NotSupportedException(); }
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes types, PSCredentialUIOptions options) { throw new NotSupportedException(); }
        public override string ReadLine() { throw new NotSupportedException(); }
        public override SecureString ReadLineAsSecureString() { throw new NotSupportedException(); }
        public override void Write(string value) { lock (_written) { _written.Append(value); } }
        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) { }
        public override void WriteLine(string value) { }
        public override void WriteDebugLine(string message) { }
        public override void WriteErrorLine(string value) { }
        public override void WriteProgress(long sourceId, ProgressRecord record) { }
        public override void WriteVerboseLine(string message) { }
        public override void WriteWarningLine(string message) { Warnings.Add(message); }
    }
}
'@
}

function Invoke-Asking {
    # Runs a script in a runspace whose host answers, and gives its questions and its output.
    param([int] $Answer, [scriptblock] $Script, $Session)
    $answering = [AnsweringHost]::new($Answer)
    $runspace = [runspacefactory]::CreateRunspace($answering)
    $runspace.Open()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    try {
        $null = $shell.AddScript("Set-StrictMode -Version Latest; Import-Module '$moduleFolder/Kadeploy.psd1'").Invoke()
        $shell.Commands.Clear()
        $output = $shell.AddScript("$Script").AddArgument($Session).Invoke()
        [pscustomobject]@{ Questions = @($answering.Questions); Warnings = @($answering.Warnings); Output = @($output) }
    }
    finally {
        $shell.Dispose()
        $runspace.Dispose()
    }
}

function New-TestImage {
    # A tree that a node would boot, as far as can be seen, and the description of it.
    param([Parameter(Mandatory)] [string] $Folder, [string] $Name = 'debian13', [int] $Version = 1, [string] $Extra = '', [string] $Kernel = '/vmlinuz')
    $tree = Join-Path $Folder 'tree'
    if (-not (Test-Path $tree)) {
        foreach ($path in 'sbin', 'etc') { $null = New-Item -ItemType Directory (Join-Path $tree $path) -Force }
        Set-Content (Join-Path $tree 'sbin/init') '#!/bin/sh'
        Set-Content (Join-Path $tree 'etc/os-release') 'PRETTY_NAME="Small 1"'
        Set-Content (Join-Path $tree 'vmlinuz') ('kernel' * 100)
        tar -C $tree -czf (Join-Path $Folder 'image.tgz') .
    }
    $file = Join-Path $Folder "$Name-$Version.yaml"
    Set-Content $file "name: $Name`nversion: $Version`nos: linux`nimage: { file: image.tgz, kind: tar, compression: gzip }`nfilesystem: ext4`nboot: { kernel: $Kernel }`n$Extra"
    $file
}

function New-TestCluster {
    # A cluster of the store, whose machines are switched by commands that are never called.
    param([Parameter(Mandatory)] [string] $Folder, [string] $Name = 'lab', [string] $Nodes)
    $file = Join-Path $Folder "$Name.yml"
    $text = "name: $Name`npower:`n  commands:`n    reboot: { hard: [/bin/true] }`npartitioning:`n  block_device: /dev/sda`n  partitions:`n    deploy: 3`n"
    if ($Nodes) { $text += "nodes: { name: `"$Nodes`" }`n" }
    Set-Content $file $text
    $file
}

function New-TestControllerCluster {
    # A cluster of the store, whose machines are switched by controllers that are never called.
    param([Parameter(Mandatory)] [string] $Folder, [string] $Name = 'bmc')
    $file = Join-Path $Folder "$Name.yml"
    $password = Join-Path $Folder 'password'
    Set-Content $password 'common'
    if (-not $IsWindows) { chmod 600 $password }
    Set-Content $file "name: $Name`npower: { ipmi: { user: admin, password_file: '$password' } }`npartitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }`n"
    $file
}

function Get-TestPassword {
    # The passwords that are kept in a state directory, by the names of their files.
    param([Parameter(Mandatory)] [string] $StateDirectory)
    $kept = @{}
    Get-ChildItem (Join-Path $StateDirectory 'credentials') -File -ErrorAction Ignore | ForEach-Object { $kept[$_.FullName] = (Get-Content $_ -Raw).TrimEnd("`n") }
    $kept
}

function New-TestCredential {
    param([string] $User = 'deploy', [string] $Password = 'hush-1')
    [pscredential]::new($User, (ConvertTo-SecureString $Password -AsPlainText -Force))
}

function Import-TestVault {
    # Stands for the module SecretManagement: it counts how often secrets are read.
    New-Module -Name TestVault {
        $script:Reads = 0
        function Get-SecretVault { [CmdletBinding()] param() [pscustomobject]@{ Name = 'site' } }
        function Get-SecretReads { $script:Reads }
        function Get-Secret {
            [CmdletBinding()] param([Parameter(Mandatory)] [string] $Name, [string] $Vault)
            $script:Reads++
            $secure = { ConvertTo-SecureString $args[0] -AsPlainText -Force }
            switch ("$Vault/$Name") {
                'site/bmc' { [pscredential]::new('vaulted', (& $secure 'hush-2')) }
                '/bmc' { [pscredential]::new('vaulted', (& $secure 'hush-2')) }
                '/text' { & $secure 'hush-3' }
                '/plain' { 'hush-4' }
                '/folder/bmc' { [pscredential]::new('slashed', (& $secure 'hush-5')) }
                '/table' { @{ password = 'hush-6' } }
                '/bytes' { , [byte[]](104, 117, 115, 104) }
                default { Write-Error "The secret $Name was not found." }
            }
        }
    } | Import-Module -Global
}
