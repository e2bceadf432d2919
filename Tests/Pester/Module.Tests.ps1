BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'The module' {
    It 'is valid and exports exactly the cmdlets that it names' {
        $manifest = Test-ModuleManifest (Join-Path $moduleFolder 'Kadeploy.psd1')
        $manifest.PowerShellVersion | Should -Be '7.6'
        (Get-Command -Module Kadeploy).Name | Should -Be ($manifest.ExportedCmdlets.Keys | Sort-Object)
        (Get-Command -Module Kadeploy).CommandType | Sort-Object -Unique | Should -Be 'Cmdlet'
    }

    It 'uses approved verbs and singular nouns' {
        foreach ($command in Get-Command -Module Kadeploy) {
            (Get-Verb).Verb | Should -Contain $command.Verb
            $command.Noun | Should -BeLike 'Ka*'
        }
    }

    It 'brings no package into the context that all modules share' {
        $state = Set-TestSession
        Start-KaDeployment a-1 e -Force -Wait | Out-Null
        Remove-TestSession $state
        $shared = [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Location | Where-Object { $_ -and $_.StartsWith($moduleFolder) }
        $shared | Split-Path -Leaf | Sort-Object | Should -Be 'Kadeploy.Abstractions.dll', 'Kadeploy.PowerShell.dll'
        $private = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ 'Kadeploy.Engine'
        $private.Assemblies.GetName().Name | Should -Contain 'Dapper'
        $private.Assemblies.GetName().Name | Should -Not -Contain 'Kadeploy.Abstractions'
    }

    It 'works beside a module that brings other versions of the same packages, whichever comes first (<First>)' -TestCases @(
        @{ First = 'Kadeploy' }
        @{ First = 'OtherModule' }
    ) {
        param($First)
        $folders = @{ Kadeploy = Join-Path $moduleFolder 'Kadeploy.psd1'; OtherModule = Join-Path $env:KADEPLOY_OTHER_MODULE 'OtherModule.dll' }
        $order = if ($First -eq 'Kadeploy') { 'Kadeploy', 'OtherModule' } else { 'OtherModule', 'Kadeploy' }
        $use = @{
            Kadeploy    = "(Start-KaDeployment a-[1-2] e -Force -Wait -Session `$s).State | ForEach-Object { `"node=`$_`" }"
            OtherModule = 'Get-OtherVersion | ForEach-Object { "$($_.Key)=$($_.Value)" }'
        }
        $state = New-TestState
        $script = @"
Set-StrictMode -Version Latest
`$ErrorActionPreference = 'Stop'
Import-Module '$($folders[$order[0]])', '$($folders[$order[1]])'
`$s = [Kadeploy.KaSession]@{ Simulation = [Kadeploy.SimulationOptions]::new(); StateDirectory = '$state' }
$($use[$order[0]])
$($use[$order[1]])
$($use[$order[0]])
[System.Runtime.Loader.AssemblyLoadContext]::All | ForEach-Object Assemblies | ForEach-Object { `$n = `$_.GetName(); if (`$n.Name -in 'YamlDotNet', 'Dapper', 'Microsoft.Data.Sqlite') { "loaded=`$(`$n.Name) `$(`$n.Version)" } }
"@
        $said = Invoke-Pwsh $script
        Remove-Item $state -Recurse
        $said | Where-Object { $_ -eq 'node=Ok' } | Should -Not -BeNullOrEmpty
        $said | Should -Not -Contain 'node=Ko'
        $said | Should -Contain 'yaml=forty-two'
        "$said" | Should -BeLike '*sqlite=3.*'
        ($said -like 'Dapper=*' | Sort-Object -Unique) | Should -Be 'Dapper=2.0.0.0'
        @($said -like 'loaded=Dapper *').Count | Should -Be 2
        @($said -like 'loaded=Microsoft.Data.Sqlite *').Count | Should -Be 2
        "$($said -like 'loaded=Microsoft.Data.Sqlite 9.*')" | Should -Not -BeNullOrEmpty
        "$($said -like 'loaded=Microsoft.Data.Sqlite 10.*')" | Should -Not -BeNullOrEmpty
    }

    It 'leaves what runs when it is removed, to be resumed by the next import' {
        $state = Set-TestSession -Frozen
        Start-KaDeployment a-1 e -Force | Out-Null
        Remove-Module Kadeploy
        Import-Module (Join-Path $moduleFolder 'Kadeploy.psd1')
        Set-KaSession -Simulated -StateDirectory $state
        (Resume-KaDeployment -Wait).State | Should -Be 'Ok'
        Remove-TestSession $state
    }
}
