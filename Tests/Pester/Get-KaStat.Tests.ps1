BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaStat' {
    BeforeAll {
        $state = Set-TestSession
        Start-KaDeployment a-[1-3] debian13 -Force -Wait | Out-Null
        Set-KaSession -Simulated -StateDirectory $state -FaultRate 1 -Fault BmcRefuses
        Start-KaDeployment b-[1-2] win11 -Force -Wait -ErrorAction SilentlyContinue | Out-Null
        $second = Get-KaDeployment -Last 1
    }
    AfterAll { Remove-TestSession $state }

    It 'gives a row for each node that has ended' {
        $rows = Get-KaStat
        $rows | Should -BeOfType Kadeploy.LogEntry
        $rows.Count | Should -Be 5
        ($rows | Where-Object State -EQ Ko).Fault | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'KA2001'
    }

    It 'narrows by <Name>' -TestCases @(
        @{ Name = 'node'; Script = { Get-KaStat a-[1-2] }; Count = 2 }
        @{ Name = 'the pipeline'; Script = { Get-KaNode a-1, b-1 | Get-KaStat }; Count = 2 }
        @{ Name = 'environment'; Script = { Get-KaStat -Environment win11:1 }; Count = 2 }
        @{ Name = 'fault'; Script = { Get-KaStat -Fault KA2001 }; Count = 2 }
        @{ Name = 'operation'; Script = { Get-KaStat -Operation $second }; Count = 2 }
        @{ Name = 'user'; Script = { Get-KaStat -User nobody }; Count = 0 }
        @{ Name = 'time'; Script = { Get-KaStat -Until '2000-01-01' }; Count = 0 }
        @{ Name = 'retries'; Script = { Get-KaStat a-[1-3] -MinimumRetry 1 }; Count = 0 }
        @{ Name = 'number'; Script = { Get-KaStat -Last 1 }; Count = 1 }
        @{ Name = 'nothing'; Script = { @() | Get-KaStat }; Count = 0 }
        @{ Name = 'machines, where nodes were simulated'; Script = { Get-KaStat -Session ([Kadeploy.KaSession]@{ StateDirectory = $state }) }; Count = 0 }
    ) {
        param($Script, $Count)
        @(& $Script).Count | Should -Be $Count
    }

    It 'stops when the pipeline has enough' {
        @(Get-KaStat | Select-Object -First 2).Count | Should -Be 2
    }

    It 'shows a table' {
        Get-KaStat b-1 | Format-Table | Out-String -Width 140 | Should -Match 'b-1\s+\d{4}-\d\d-\d\d \d\d:\d\d Ko\s+\d\d:\d\d:\d\d\s+\d+ win11:1\s+KA2001 '
    }
}
