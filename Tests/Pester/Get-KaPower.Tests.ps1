BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaPower' {
    BeforeAll { $state = Set-TestSession }
    AfterAll { Remove-TestSession $state }

    It 'gives each answer' {
        $power = Get-KaPower lab-[1-4]
        $power | Should -BeOfType Kadeploy.PowerShell.NodePower
        $power.Count | Should -Be 4
        $power.State | ForEach-Object ToString | Sort-Object -Unique | Should -BeIn 'On', 'Off'
        ($power.ComputerName | Sort-Object) -join ' ' | Should -Be 'lab-1 lab-2 lab-3 lab-4'
    }

    It 'asks all that the pipeline brings together, and nothing when it brings nothing' {
        @(Get-KaNode lab-[1-3] | Get-KaPower).Count | Should -Be 3
        (Get-KaDeployment -Kind Power -Last 1).Nodes | Should -Be 3
        @() | Get-KaPower | Should -BeNullOrEmpty
    }

    It 'asks nodes that are busy, and does not disturb them' {
        $frozen = Set-TestSession -Frozen
        try {
            Start-KaDeployment busy-1 debian13 -Force | Out-Null
            Set-KaSession -Simulated -StateDirectory $frozen
            @(Get-KaPower busy-1).Count | Should -Be 1
            @(Get-KaDeployment -State Running).Count | Should -Be 1
        }
        finally {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }
    }

    It 'tells a controller that does not answer as an error of its own' {
        Set-KaSession -Simulated -StateDirectory $state -FaultRate 1 -Fault BmcRefuses
        Get-KaPower lab-[1-2] -ErrorAction SilentlyContinue -ErrorVariable silent | Should -BeNullOrEmpty
        $silent.Count | Should -Be 2
        $silent[0].FullyQualifiedErrorId | Should -Be 'KA2001,Kadeploy.PowerShell.Cmdlets.GetKaPower'
        Set-KaSession -Simulated -StateDirectory $state
    }

    It 'shows a table' {
        Get-KaPower lab-1 | Format-Table | Out-String -Width 120 | Should -Match 'lab-1\s+(On|Off)'
    }
}
