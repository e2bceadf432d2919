#!/usr/bin/env pwsh
<#
.SYNOPSIS
Builds, tests, installs: forwards to the targets of build.proj.
.DESCRIPTION
The same without PowerShell: dotnet msbuild build.proj -t:TASK
.PARAMETER Task
Build: everything. Test: all tests but those of the cmdlets. Pester: those. Help: writes the help from the sources. Module: makes out/Kadeploy/VERSION.
Install: puts the module where PowerShell looks for it. Demo: deploys virtual machines from nothing (Debian, root).
.EXAMPLE
./build.ps1 -Task Install
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pester', 'Help', 'Module', 'Demo', 'Install')]
    [string] $Task = 'Build'
)

dotnet msbuild (Join-Path $PSScriptRoot 'build.proj') "-t:$Task" -nologo
exit $LASTEXITCODE
