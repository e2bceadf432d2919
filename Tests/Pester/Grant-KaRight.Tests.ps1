BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Grant-KaRight' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-8]') | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'takes <Name>' -TestCases @(
        @{ Name = 'a range'; Script = { Grant-KaRight alice lab-[1-3] }; Expected = 'lab-1', 'lab-2', 'lab-3' }
        @{ Name = 'a range with commas that nobody quoted'; Script = { Grant-KaRight alice lab-[1-2,4] }; Expected = 'lab-1', 'lab-2', 'lab-4' }
        @{ Name = 'nodes of the pipeline'; Script = { Get-KaNode lab-[1-2] | Grant-KaRight alice }; Expected = 'lab-1', 'lab-2' }
        @{ Name = 'a cluster'; Script = { Grant-KaRight alice cluster:lab }; Expected = 'cluster:lab' }
        @{ Name = 'a cluster of the pipeline'; Script = { Get-KaCluster | Grant-KaRight alice }; Expected = 'cluster:lab' }
        @{ Name = 'all nodes'; Script = { Grant-KaRight alice * }; Expected = '*' }
        @{ Name = 'objects with a name'; Script = { [pscustomobject]@{ ComputerName = 'lab-5' } | Grant-KaRight alice }; Expected = 'lab-5' }
    ) {
        param($Script, $Expected)
        & $Script | Should -BeNullOrEmpty
        (Get-KaRight alice).Scope | ForEach-Object ToString | Should -Be $Expected
    }

    It 'gives the rights that were added, and none when they are there' {
        $right = Grant-KaRight alice lab-1 -Part /dev/sda3 -For 02:00:00 -PassThru
        $right | Should -BeOfType Kadeploy.Right
        $right.User | Should -Be 'alice'
        "$($right.Part)" | Should -Be '/dev/sda3'
        $right.Until | Should -BeGreaterThan ([DateTimeOffset]::Now.AddMinutes(110))
        Grant-KaRight bob lab-2 -Until '2099-01-01'
        Grant-KaRight bob lab-2 -Until '2099-01-01' -PassThru | Should -BeNullOrEmpty
    }

    It 'refuses when others have rights there, unless they are to lose them, which is said' {
        Grant-KaRight alice lab-[1-2] -For 02:00:00
        { Grant-KaRight bob lab-1 -For 02:00:00 } | Should -Throw '*alice*' -ErrorId 'KA1302,Kadeploy.PowerShell.Cmdlets.GrantKaRight'
        Get-KaRight bob | Should -BeNullOrEmpty
        Grant-KaRight bob lab-1 -For 02:00:00 -Overwrite -WarningVariable lost -WarningAction SilentlyContinue
        "$lost" | Should -BeLike '*alice*lab-1*'
        "$((Get-KaRight bob).Scope)" | Should -Be 'lab-1'
    }

    It 'refuses <Name>' -TestCases @(
        @{ Name = 'an end and a length'; Script = { Grant-KaRight alice lab-1 -Until '2099-01-01' -For 01:00:00 }; Like = '*' }
        @{ Name = 'a time that has no length'; Script = { Grant-KaRight alice lab-1 -From '2099-01-02' -Until '2099-01-01' }; Like = '*' }
        @{ Name = 'what is no user'; Script = { Grant-KaRight '-x' lab-1 }; Like = "*'-x'*" }
        @{ Name = 'what is no device'; Script = { Grant-KaRight alice lab-1 -Part sda3 }; Like = '*sda3*' }
        @{ Name = 'a node that there is not'; Script = { Grant-KaRight alice nowhere-1 }; Like = '*nowhere-1*' }
    ) {
        param($Script, $Like)
        { & $Script } | Should -Throw $Like
        Get-KaRight | Should -BeNullOrEmpty
    }

    It 'grants nothing where the pipeline brings nothing' {
        @() | Grant-KaRight alice
        Get-KaRight | Should -BeNullOrEmpty
    }

    It 'grants nothing with -WhatIf, and asks once with -Confirm' {
        Get-Transcript { Grant-KaRight alice lab-[1-4] -Overwrite -WhatIf } | Should -BeLike '*Give alice rights on lab-*1-4*take from others*'
        $asked = Invoke-Asking -Answer 2 -Script { param($s) Get-KaNode -Cluster lab -Session $s | Grant-KaRight alice -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        Get-KaRight | Should -BeNullOrEmpty
    }
}
