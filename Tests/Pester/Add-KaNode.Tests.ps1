BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Add-KaNode' {
    BeforeEach {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder) | Out-Null
    }
    AfterEach {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'adds a range with the ranges that go with it' {
        $added = Add-KaNode lab-[1-40] -Cluster lab -Address 10.0.0.[1-40] -Tag rack=r7 -Group old -Description 'forty'
        $added | Should -BeOfType Kadeploy.InventoryNode
        $added.Count | Should -Be 40
        $added[6].ComputerName | Should -Be 'lab-7'
        $added[6].IPAddress | Should -Be '10.0.0.7'
        $added[6].Tags | Should -Be 'rack=r7'
        $added[6].Description | Should -Be 'forty'
        @(Get-KaNode).Count | Should -Be 40
    }

    It 'keeps the order in which nodes are written' {
        (Add-KaNode lab-9, lab-2 lab -Address 10.0.0.[1-2] | Where-Object ComputerName -EQ lab-9).IPAddress | Should -Be '10.0.0.1'
    }

    It 'adds the rows of a table, each by itself' {
        $rows = 'Name,Cluster,Address,MacAddress', 'a,lab,10.0.0.1,52:54:00:00:00:01', 'b,nowhere,10.0.0.2,52:54:00:00:00:02', 'c,lab,10.0.0.3,52:54:00:00:00:03' | ConvertFrom-Csv
        $added = $rows | Add-KaNode -ErrorAction SilentlyContinue -ErrorVariable wrong
        $added.ComputerName | Should -Be 'a', 'c'
        "$($added[1].Definition.MacAddresses)" | Should -Be '52:54:00:00:00:03'
        $wrong.Count | Should -Be 1
        "$($wrong[0])" | Should -BeLike '*nowhere*'
        $wrong[0].FullyQualifiedErrorId | Should -Be 'KA1001,Kadeploy.PowerShell.Cmdlets.AddKaNode'
    }

    It 'refuses what is there already, and what is no name' {
        Add-KaNode lab-1 lab | Out-Null
        Add-KaNode lab-[1-2] lab -ErrorAction SilentlyContinue -ErrorVariable there | Should -BeNullOrEmpty
        "$there" | Should -BeLike "*lab-1*already*'Set-KaNode'*'Remove-KaNode'*"
        Get-KaNode -Cluster lab | ForEach-Object ComputerName | Should -Be 'lab-1'
        { Add-KaNode 'lab 1!' lab -ErrorAction Stop } | Should -Throw
    }

    It 'adds nothing with -WhatIf, and asks with -Confirm' {
        Get-Transcript { Add-KaNode lab-[1-4] lab -WhatIf } | Should -BeLike '*Add lab-*1-4* to cluster lab*'
        $asked = Invoke-Asking -Answer 0 -Script { param($s) Add-KaNode lab-[1-4] lab -Session $s -Confirm } -Session (Get-KaSession)
        $asked.Questions.Count | Should -Be 1
        $asked.Output.Count | Should -Be 4
    }
}
