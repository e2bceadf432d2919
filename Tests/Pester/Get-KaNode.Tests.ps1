BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaNode' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Import-KaCluster (New-TestCluster $folder lab 'lab-[1-12]'), (New-TestCluster $folder gpu 'gpu-[1-2]') | Out-Null
        Set-KaNode lab-[1-3] -AddTag rack=r7, ups=2 -AddGroup old
        Set-KaNode lab-4 -AddTag rack=r7
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'lists all, in natural order' {
        $all = Get-KaNode
        $all | Should -BeOfType Kadeploy.InventoryNode
        $all.Count | Should -Be 14
        $all.ComputerName[0..3] | Should -Be 'gpu-1', 'gpu-2', 'lab-1', 'lab-2'
        $all.ComputerName[-1] | Should -Be 'lab-12'
    }

    It 'finds by <Name>' -TestCases @(
        @{ Name = 'name'; Script = { Get-KaNode lab-7 }; Expected = 'lab-7' }
        @{ Name = 'range'; Script = { Get-KaNode lab-[2-4] }; Expected = 'lab-[2-4]' }
        @{ Name = 'a range with commas that nobody quoted'; Script = { Get-KaNode lab-[1-2,4] }; Expected = 'lab-[1-2,4]' }
        @{ Name = 'wildcard'; Script = { Get-KaNode gpu-* }; Expected = 'gpu-[1-2]' }
        @{ Name = 'both'; Script = { Get-KaNode lab-1, gpu-? }; Expected = 'gpu-[1-2],lab-1' }
        @{ Name = 'the pipeline'; Script = { 'lab-1', 'lab-[3-4]' | Get-KaNode }; Expected = 'lab-[1,3-4]' }
        @{ Name = 'an object with ComputerName'; Script = { [pscustomobject]@{ ComputerName = 'lab-5' } | Get-KaNode }; Expected = 'lab-5' }
        @{ Name = 'itself'; Script = { Get-KaNode lab-[1-2] | Get-KaNode }; Expected = 'lab-[1-2]' }
        @{ Name = 'cluster'; Script = { Get-KaNode -Cluster GPU }; Expected = 'gpu-[1-2]' }
        @{ Name = 'a tag'; Script = { Get-KaNode -Tag rack=r7 }; Expected = 'lab-[1-4]' }
        @{ Name = 'two tags'; Script = { Get-KaNode -Tag rack=r7, ups=2 }; Expected = 'lab-[1-3]' }
        @{ Name = 'group and name'; Script = { Get-KaNode lab-[3-9] -Group old }; Expected = 'lab-3' }
        @{ Name = 'state'; Script = { Get-KaNode lab-1 -State NeverUsed, Failed }; Expected = 'lab-1' }
        @{ Name = 'another state'; Script = { Get-KaNode -State Deployed }; Expected = '' }
        @{ Name = 'environment'; Script = { Get-KaNode -Environment debian13 }; Expected = '' }
    ) {
        param($Script, $Expected)
        [Kadeploy.NodeSet]::From([Kadeploy.NodeName[]] @(& $Script | ForEach-Object Name)).Fold() | Should -BeExactly $Expected
    }

    It 'is what Start-KaDeployment deploys: the main sentence' {
        $results = Get-KaNode lab-[1-12] | Start-KaDeployment -Environment debian13 -Force -Wait
        $results.Count | Should -Be 12
        $results.State | ForEach-Object ToString | Sort-Object -Unique | Should -Be 'Ok'
        @($results.Operation | Sort-Object -Unique).Count | Should -Be 1
    }

    It 'has a node of any name in a session of simulated nodes, and says that nothing is known of it' {
        $invented = Get-KaNode new-[1-40]
        $invented.Count | Should -Be 40
        $invented[0].Cluster | Should -Be 'sim'
        "$($invented[0].State)" | Should -Be 'NeverUsed'
        ($invented | Start-KaDeployment -Environment debian13 -Force -Wait).Count | Should -Be 40
        Get-KaNode new-1 -Tag rack=r7 | Should -BeNullOrEmpty
    }

    It 'tells what is not there as an error of its own, and goes on' {
        $real = [Kadeploy.KaSession]@{ StateDirectory = $state }
        $found = Get-KaNode lab-[11-14] -Session $real -ErrorAction SilentlyContinue -ErrorVariable missing
        $found.Count | Should -Be 2
        $missing.Count | Should -Be 2
        $missing[0].FullyQualifiedErrorId | Should -Be 'KA1001,Kadeploy.PowerShell.Cmdlets.GetKaNode'
        $missing[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        "$($missing[0])" | Should -BeLike '*lab-13*Get-KaNode*'
        { Get-KaNode ([pscustomobject]@{ Colour = 'red' }) } | Should -Throw '*ComputerName*'
    }

    It 'completes nodes, clusters, tags, groups and states' {
        $other = Get-KaSession
        Set-KaSession -StateDirectory $state
        (Get-Completion 'Get-KaNode -Cluster ').CompletionText | Should -Be 'gpu', 'lab'
        (Get-Completion 'Get-KaNode -Tag ').ListItemText | Should -Be 'rack=r7', 'ups=2'
        (Get-Completion 'Get-KaNode -Group ').CompletionText | Should -Be 'old'
        (Get-Completion 'Get-KaNode -State F').CompletionText | Should -Be 'Failed'
        $other | Set-KaSession
    }

    It 'shows a table, a list and a wide view' {
        Get-KaNode lab-1 | Format-Table | Out-String -Width 120 | Should -Match 'lab-1\s+lab\s+NeverUsed'
        $list = Get-KaNode lab-1 | Format-List | Out-String -Width 120
        $list | Should -Match 'Tags\s+: rack=r7, ups=2'
        $list | Should -Match 'Origin\s+: store'
        (Get-KaNode gpu-* | Format-Wide | Out-String -Width 120) | Should -BeLike '*gpu-1*gpu-2*'
    }
}
