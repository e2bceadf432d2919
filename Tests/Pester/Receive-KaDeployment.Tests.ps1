BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Receive-KaDeployment' {
    BeforeAll {
        $state = New-TestState
        Set-KaSession -Simulated -StateDirectory $state -FaultRate 0.5 -Fault BmcRefuses -Seed 3
        $first = Start-KaDeployment a-[1-12] e -Force -Wait -ErrorAction SilentlyContinue
        $d = Get-KaDeployment -Last 1
    }
    AfterAll { Remove-TestSession $state }

    It 'gives the same results as waiting did, any number of times' {
        $d.Results.Ko | Should -BeGreaterThan 0
        $d.Results.Ok | Should -BeGreaterThan 0
        foreach ($i in 1..2) {
            $again = $d | Receive-KaDeployment -ErrorAction SilentlyContinue -ErrorVariable failed
            ($again | ForEach-Object { "$($_.Node) $($_.State) $($_.Duration)" }) | Should -Be ($first | ForEach-Object { "$($_.Node) $($_.State) $($_.Duration)" })
            $failed.Count | Should -Be $d.Results.Ko
        }
    }

    It 'gives only nodes of a state' {
        $ko = $d | Receive-KaDeployment -State Ko -ErrorAction SilentlyContinue
        $ko.Count | Should -Be $d.Results.Ko
        $ko.Code | Sort-Object -Unique | Should -Be 'KA2001'
        $ko[0].Fault.Evidence | Should -Not -BeNullOrEmpty
    }

    It 'gives only some nodes' {
        ($d | Receive-KaDeployment -Node a-[1-2] -ErrorAction SilentlyContinue).ComputerName | Sort-Object | Should -Be 'a-1', 'a-2'
    }

    It 'gives events up to now' {
        $events = $d | Receive-KaDeployment -Event
        $events[-1].GetType().Name | Should -Be 'Finished'
        @($d | Receive-KaDeployment -Event -From $events[-1].Sequence).Count | Should -Be 1
    }

    It 'waits for the others' {
        # They end when somebody else cancels them, and not by themselves: a clock that is so fast that they would has no time for a busy machine.
        $frozen = Set-TestSession -Frozen
        try {
            $running = Start-KaDeployment b-[1-3] e -Force
            $session = Get-KaSession
            $cancelling = Start-ThreadJob {
                Import-Module "$using:moduleFolder/Kadeploy.psd1"
                $using:running | Stop-KaDeployment -Session $using:session -Confirm:$false
            }
            $results = $running | Receive-KaDeployment -Wait -ErrorAction SilentlyContinue
            $cancelling | Receive-Job -Wait -AutoRemoveJob
            $results.State | ForEach-Object ToString | Should -Be 'Cancelled', 'Cancelled', 'Cancelled'
        }
        finally {
            Remove-TestSession $frozen
            Set-KaSession -Simulated -StateDirectory $state
        }
    }

    It 'shows what went wrong in the table, and what to do in the list' {
        $ko = $d | Receive-KaDeployment -State Ko -ErrorAction SilentlyContinue | Select-Object -First 1
        $ko | Format-Table | Out-String -Width 160 | Should -Match "$($ko.Node)\s+Ko\s+\S+\s+KA2001\s+node"
        $ko | Format-List | Out-String -Width 160 | Should -Match 'Action\s+: Check the controller'
        $first | Format-Wide | Out-String -Width 120 | Should -Match 'a-1\s+a-'
    }
}
