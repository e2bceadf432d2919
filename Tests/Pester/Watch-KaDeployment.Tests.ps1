BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Watch-KaDeployment' {
    BeforeAll {
        $state = Set-TestSession
        $d = Start-KaDeployment a-[1-3] e -Force
        $events = $d | Watch-KaDeployment
    }
    AfterAll { Remove-TestSession $state }

    It 'gives every event once, in order, to the end' {
        $events | Should -BeOfType Kadeploy.OperationEvent
        $events[0].GetType().Name | Should -Be 'Started'
        $events[-1].GetType().Name | Should -Be 'Finished'
        $events.Sequence | Should -Be ($events.Sequence | Sort-Object -Unique)
        $events[-1].Results.Ok | Should -Be 3
    }

    It 'goes on from a number' {
        $rest = $d | Watch-KaDeployment -From ($events[9].Sequence + 1)
        $rest.Sequence | Should -Be $events[10..($events.Count - 1)].Sequence
    }

    It 'gives only events of some nodes' {
        ($d | Watch-KaDeployment -Node a-[2-3]).Node | ForEach-Object Value | Sort-Object -Unique | Should -Be 'a-2', 'a-3'
    }

    It 'gives events as they happen, and stops when nobody wants more' {
        $frozen = Set-TestSession -Frozen
        try {
            $first = Start-KaDeployment b-[1-2] e -Force | Watch-KaDeployment | Select-Object -First 4
            $first.Count | Should -Be 4
            (Get-KaDeployment -Last 1).State | Should -Be 'Running'
        }
        finally {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }
    }

    It 'shows a table that says what happened' {
        $table = $events | Format-Table | Out-String -Width 160
        $table | Should -Match 'Sequence\s+At\s+Node\s+Event\s+Detail'
        $table | Should -Match 'a-1\s+StepStarted\s+SetDeploymentEnvUntrusted:SwitchPxe'
        $table | Should -Match 'a-3\s+NodeFinished\s+Ok'
        $table | Should -Match 'Finished\s+3 ok, 0 failed'
    }
}
