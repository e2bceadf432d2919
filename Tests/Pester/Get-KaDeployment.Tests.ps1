BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaDeployment' {
    BeforeAll {
        $state = Set-TestSession
        Start-KaDeployment a-1 debian13 -Force -Wait | Out-Null
        Start-KaDeployment a-2 win11 -Force -Wait | Out-Null
        $all = @(Get-KaDeployment)
    }
    AfterAll { Remove-TestSession $state }

    It 'lists all, newest first' {
        $all.Environment | Should -Be 'win11 version 1', 'debian13 version 1'
        $all | Should -BeOfType Kadeploy.Operation
    }

    It 'finds nothing where there is no state, and makes none' {
        $nowhere = [Kadeploy.KaSession]@{ StateDirectory = (New-TestState) }
        Get-KaDeployment -Session $nowhere | Should -BeNullOrEmpty
        $nowhere.StateDirectory | Should -Not -Exist
    }

    It 'finds one by <Name>' -TestCases @(
        @{ Name = 'its identifier'; Value = { $all[1].Id } }
        @{ Name = 'the text of it'; Value = { $all[1].Id.Value } }
        @{ Name = 'itself'; Value = { $all[1] } }
        @{ Name = 'a result of its nodes'; Value = { $all[1] | Receive-KaDeployment } }
        @{ Name = 'an object with Id'; Value = { [pscustomobject]@{ Id = $all[1].Id.Value } } }
    ) {
        param($Value)
        (Get-KaDeployment -Id (& $Value)).Id | Should -Be $all[1].Id
        (& $Value | Get-KaDeployment).Id | Should -Be $all[1].Id
    }

    It 'narrows by <Name>' -TestCases @(
        @{ Name = 'state'; Filter = @{ State = 'Running' }; Count = 0 }
        @{ Name = 'several states'; Filter = @{ State = 'Running', 'Finished' }; Count = 2 }
        @{ Name = 'environment'; Filter = @{ Environment = 'DEBIAN*' }; Count = 1 }
        @{ Name = 'the whole name of an environment'; Filter = @{ Environment = 'win11' }; Count = 1 }
        @{ Name = 'user'; Filter = @{ User = 'nobody-*' }; Count = 0 }
        @{ Name = 'number'; Filter = @{ Last = 1 }; Count = 1 }
    ) {
        param($Filter, $Count)
        @(Get-KaDeployment @Filter).Count | Should -Be $Count
    }

    It 'tells what is not there as an error of its own, and goes on' {
        $gone = 'D-00000000-0000-7000-8000-000000000000'
        $found = $gone, $all[0].Id.Value | Get-KaDeployment -ErrorAction SilentlyContinue -ErrorVariable missing
        $found.Id | Should -Be $all[0].Id
        $missing.Count | Should -Be 1
        $missing[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        "$($missing[0])" | Should -BeLike "*$gone*Get-KaDeployment*"
    }

    It 'refuses what is no identifier' {
        { Get-KaDeployment latest } | Should -Throw -ErrorId 'ParameterArgumentTransformationError*'
    }

    It 'completes identifiers' {
        $found = Get-Completion 'Get-KaDeployment -Id D-'
        $found.CompletionText | Should -Be ($all.Id | ForEach-Object Value)
        $found[0].ToolTip | Should -BeLike '*win11*'
    }

    It 'shows a table with state and counts, and a list with all of it' {
        $table = $all | Format-Table | Out-String -Width 120
        $table | Should -Match 'Id\s+State\s+Nodes\s+Ok\s+Failed\s+Environment\s+Planned'
        $table | Should -Match "$($all[0].Id)\s+Finished\s+1\s+1\s+0\s+win11 version 1\s+\d{4}-"
        $list = $all[0] | Format-List | Out-String -Width 120
        $list | Should -Match 'State\s+: Finished'
        $list | Should -Match 'Discarded\s+: 0'
        $list | Should -Match 'Duration\s+: \S'
        ($all | Format-Wide | Out-String -Width 120) | Should -BeLike "*$($all[0].Id)*"
    }

    It 'colours states where the screen can show it' {
        $PSStyle.OutputRendering = 'Ansi'
        try { ($all[0] | Format-Table | Out-String -Width 120) | Should -BeLike "*$([char]27)``[32mFinished*" } finally { $PSStyle.OutputRendering = 'PlainText' }
    }
}
