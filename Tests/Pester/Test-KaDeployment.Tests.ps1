BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Test-KaDeployment' {
    BeforeAll { $state = Set-TestSession -FaultRate 1 -Fault BmcRefuses }
    AfterAll { Remove-TestSession $state }

    It 'says for every node whether its controller answers, and records nothing' {
        $checks = 'a-1', 'a-2' | Test-KaDeployment -Environment e
        $checks | Should -BeOfType Kadeploy.PlanCheck
        $power = $checks | Where-Object Check -EQ Power
        $power.Subject | Sort-Object | Should -Be 'a-1', 'a-2'
        $power.Outcome | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Failed'
        $power[0].Code.ToString() | Should -Be 'KA2001'
        Get-KaDeployment | Should -BeNullOrEmpty
    }

    It 'passes where nothing is wrong' {
        Set-KaSession -Simulated -StateDirectory $state
        Test-KaDeployment a-[1-3] e | Where-Object Outcome -EQ Failed | Should -BeNullOrEmpty
        Test-KaDeployment a-[1-3] e -Quiet | Should -BeTrue
    }

    It 'gives an answer for each problem of a request, and no error' {
        $checks = Test-KaDeployment a-1 -Path ./none.yaml -CustomStep ./nosteps.yaml -ErrorVariable wrong
        $wrong | Should -BeNullOrEmpty
        $checks.Count | Should -Be 2
        $checks.Outcome | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Failed'
        Test-KaDeployment a-1 -Path ./none.yaml -Quiet | Should -BeFalse
    }

    It 'says which node another deployment holds' {
        $frozen = Set-TestSession -Frozen
        try {
            Start-KaDeployment busy-1 e -Force | Out-Null
            $lease = Test-KaDeployment busy-[1-2] e | Where-Object Check -EQ Lease
            ($lease | Where-Object Outcome -EQ Failed).Subject | Should -Be 'busy-1'
            ($lease | Where-Object Outcome -EQ Passed).Subject | Should -Be 'busy-2'
        }
        finally {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }
    }

    It 'shows a table' {
        Test-KaDeployment a-1 e | Format-Table | Out-String -Width 120 | Should -Match 'Power\s+Passed\s+a-1\s+the management controller answers'
    }
}
