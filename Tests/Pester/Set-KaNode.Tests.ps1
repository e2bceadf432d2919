BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Set-KaNode' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-4]') | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'changes all that the pipeline brings together' {
        Get-KaNode -Cluster lab | Set-KaNode -AddTag rack=r7, new -AddGroup old | Should -BeNullOrEmpty
        @(Get-KaNode -Tag rack=r7 -Group old).Count | Should -Be 4
        $changed = 'lab-1', 'lab-2' | Set-KaNode -RemoveTag new -Description 'looked after' -PassThru
        $changed.ComputerName | Should -Be 'lab-1', 'lab-2'
        $changed[0].Tags | Should -Be 'rack=r7'
        $changed[1].Description | Should -Be 'looked after'
    }

    It 'gives each node of a range its own, and takes settings away' {
        $changed = Set-KaNode lab-[1-4] -Address 10.0.0.[11-14] -PassThru
        $changed.IPAddress | Should -Be '10.0.0.11', '10.0.0.12', '10.0.0.13', '10.0.0.14'
        (Set-KaNode lab-1 -Clear Address -PassThru).IPAddress | Should -BeNullOrEmpty
    }

    It 'changes nothing when one is not there' {
        { Set-KaNode lab-[3-9] -AddTag x } | Should -Throw '*lab-5*' -ErrorId 'KA1001*'
        Get-KaNode -Tag x | Should -BeNullOrEmpty
    }

    It 'changes nothing with -WhatIf, asks once with -Confirm, and does nothing without nodes' {
        Get-Transcript { Set-KaNode lab-[1-4] -AddTag x -WhatIf } | Should -BeLike '*Change lab-*1-4*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Get-KaNode -Cluster lab -Session $s | Set-KaNode -AddTag x -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        @() | Set-KaNode -AddTag x | Should -BeNullOrEmpty
        Get-KaNode -Tag x | Should -BeNullOrEmpty
    }

    It 'takes of what the pipeline brings the names only' {
        Set-KaNode lab-[1-4] -Address 10.0.0.[11-14]
        Set-KaNode lab-4 -Description 'the last'
        Get-KaNode -Cluster lab | Set-KaNode -AddTag x
        $nodes = Get-KaNode -Tag x
        $nodes.IPAddress | Should -Be '10.0.0.11', '10.0.0.12', '10.0.0.13', '10.0.0.14'
        $nodes.Description | Should -Be '', '', '', 'the last'
    }

    It 'replaces the password of controllers, and removes files that no node has any more' {
        Import-KaCluster (New-TestControllerCluster $folder) | Out-Null
        Add-KaNode b-[1-2] bmc -ControllerAddress bmc-[1-2] -ControllerCredential (New-TestCredential) | Out-Null
        Get-KaNode b-1 | Set-KaNode -ControllerCredential (New-TestCredential you 'hush-2')
        $passwords = Get-TestPassword $state
        $passwords.Count | Should -Be 2
        (Get-KaNode b-[1-2]).ForEach({ $_.Definition.Controller.User }) | Should -Be 'you', 'deploy'
        (Get-KaNode b-[1-2]).ForEach({ $passwords[$_.Definition.Controller.PasswordFile] }) | Should -Be 'hush-2', 'hush-1'
        Set-KaNode b-2 -ControllerPasswordFile (Join-Path $folder password)
        (Get-TestPassword $state).Values | Should -Be 'hush-2'
        Set-KaNode b-1 -ControllerCredential (New-TestCredential -Password '  hush 3 ') -WhatIf
        (Get-TestPassword $state).Values | Should -Be 'hush-2'
        { Set-KaNode b-[1-9] -ControllerCredential (New-TestCredential) } | Should -Throw '*b-3*'
        (Get-TestPassword $state).Values | Should -Be 'hush-2'
        Set-KaNode b-1 -ControllerCredential (New-TestCredential -Password '  hush 3 ')
        (Get-TestPassword $state).Values | Should -BeExactly '  hush 3 '
        (Get-KaNode b-1).Definition.Controller.User | Should -Be 'deploy'
    }
}
