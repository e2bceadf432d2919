BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Measure-KaStat' {
    BeforeAll {
        $state = Set-TestSession
        Start-KaDeployment a-[1-20] debian13 -Force -Wait | Out-Null
        Set-KaSession -Simulated -StateDirectory $state -FaultRate 1 -Fault BmcRefuses
        foreach ($i in 1..6) { Start-KaDeployment a-1 win11 -Force -Wait -ErrorAction SilentlyContinue | Out-Null }
    }
    AfterAll { Remove-TestSession $state }

    It 'gives failure rates, the highest first' {
        $rates = Measure-KaStat -By Environment
        $rates | Should -BeOfType Kadeploy.FailureRate
        $rates.Environment | Should -Be 'win11:1', 'debian13:1'
        $rates[0].Rate | Should -Be 1
        $rates[1].Ok | Should -Be 20
        (Measure-KaStat -By Node -MinimumRate 0.5).Node | ForEach-Object ToString | Should -Be 'a-1'
        (Measure-KaStat).Cluster | Should -Be 'sim'
        @(Measure-KaStat -By Node, Environment).Count | Should -Be 21
    }

    It 'gives durations of steps' {
        $steps = Measure-KaStat -Duration -Environment debian13
        $steps | Should -BeOfType Kadeploy.StepFigures
        ($steps | Where-Object { "$($_.Step)" -like '*:WaitReboot' })[0].Durations.Count | Should -BeGreaterOrEqual 20
        $whole = Measure-KaStat -Duration -Level Whole -Environment debian13 -Histogram
        $whole.Durations.Count | Should -Be 20
        $whole.Durations.Histogram | Should -Not -BeNullOrEmpty
        Measure-KaStat -Duration -Step SendEnvironment | ForEach-Object { "$($_.Step.MicroStep)" } | Sort-Object -Unique | Should -Be 'SendEnvironment'
    }

    It 'finds nodes that stand out, with the evidence' {
        $suspects = Measure-KaStat -Suspect
        $suspects | Should -BeOfType Kadeploy.SuspectNode
        "$($suspects[0].Node)" | Should -Be 'a-1'
        $suspects[0].FailsOften.Probability | Should -BeLessThan 0.01
        $suspects[0].LatestFailures.Length | Should -Be 3
        { Measure-KaStat -Suspect -Significance 2 } | Should -Throw -ErrorId 'KA1001*'
    }

    It 'compares periods, and says what it needs' {
        $changes = Measure-KaStat -CompareFrom '2000-01-01' -CompareUntil '2001-01-01' -From '2001-01-01'
        $changes | Should -BeOfType Kadeploy.PeriodComparison
        $changes.Rates[0].Before | Should -BeNullOrEmpty
        "$($changes.Rates[0].Verdict)" | Should -Be 'TooFew'
        { Measure-KaStat -CompareFrom '2000-01-01' } | Should -Throw '*-From*' -ErrorId 'KA1001*'
    }

    It 'measures only what is named' {
        @() | Measure-KaStat | Should -BeNullOrEmpty
        (Measure-KaStat a-[2-3]).Ok | Should -Be 2
    }

    It 'shows tables' {
        Measure-KaStat -By Environment | Format-Table | Out-String -Width 120 | Should -Match 'win11:1\s+0\s+6\s+100\.0 %\s+\d+\.\d - 100\.0 %\s+KA2001 \d{4}'
        Measure-KaStat -Duration -Level Whole -Environment debian13 | Format-Table | Out-String -Width 140 | Should -Match 'sim\s+20\s+0\s+\d+\.\d s'
        Measure-KaStat -Suspect | Format-Table | Out-String -Width 120 | Should -Match 'a-1\s+sim\s+6 of 7 fails often'
    }
}
