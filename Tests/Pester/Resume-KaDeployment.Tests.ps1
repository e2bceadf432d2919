BeforeAll {
    . $PSScriptRoot/Session.ps1

    function New-LeftDeployment {
        # Begins a deployment in a PowerShell of its own, which ends; gives its identifier, and then what was said. They come by two ways, of which either may be the quicker.
        param([string] $State, [string] $Node)
        $all = Invoke-Pwsh "Import-Module '$moduleFolder/Kadeploy.psd1'; Set-KaSession -Simulated -StateDirectory '$State' -Latency Realistic -Speed 0.001; (Start-KaDeployment '$Node' e -Force).Id.Value" 2>&1
        $all | Where-Object { $_ -is [string] }
        $all | Where-Object { $_ -isnot [string] }
    }
}

Describe 'Resume-KaDeployment' {
    BeforeEach { $state = New-TestState }
    AfterEach { Remove-TestSession $state }

    It 'goes on where a PowerShell that ended left a deployment, which said so' {
        $said = New-LeftDeployment $state a-[1-2]
        $said[0] | Should -BeLike 'D-*'
        "$($said | Select-Object -Skip 1)" | Should -BeLike "*$($said[0])*Resume-KaDeployment*"
        Set-KaSession -Simulated -StateDirectory $state
        (Get-KaDeployment).State | Should -Be 'Running'
        $r = Resume-KaDeployment -Wait
        $r.Count | Should -Be 2
        $r.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Ok'
        $r[0].Operation.Value | Should -Be $said[0]
    }

    It 'gives the deployments, or jobs' {
        $null = New-LeftDeployment $state b-1
        Set-KaSession -Simulated -StateDirectory $state
        $job = Resume-KaDeployment -AsJob
        ($job | Receive-Job -Wait -AutoRemoveJob).State | Should -Be 'Ok'
        $null = New-LeftDeployment $state b-2
        (Resume-KaDeployment | Wait-KaDeployment).State | Should -Be 'Finished'
    }

    It 'does nothing where nothing was left' {
        Set-KaSession -Simulated -StateDirectory $state
        Resume-KaDeployment | Should -BeNullOrEmpty
        "$(Resume-KaDeployment -Verbose 4>&1)" | Should -BeLike '*nothing to resume*'
    }

    It 'takes up nothing with -WhatIf, and nothing that runs' {
        $null = New-LeftDeployment $state c-1
        Set-KaSession -Simulated -StateDirectory $state -Latency Realistic -Speed 0.001
        Get-Transcript { Resume-KaDeployment -WhatIf } | Should -BeLike '*Go on with: D-*'
        (Resume-KaDeployment).Nodes | Should -Be 1
        Resume-KaDeployment | Should -BeNullOrEmpty
    }
}
