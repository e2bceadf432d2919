BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Get-KaEnvironment' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Add-KaEnvironment (New-TestImage $folder debian13 1 'alias: deb'), (New-TestImage $folder debian13 2 'description: A system'), (New-TestImage $folder de_ian13), (New-TestImage $folder win11 7 'visibility: public') | Out-Null
        Set-KaEnvironment debian13 -Version 2 -Field @{ 'boot.kernel_params' = 'quiet' }
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'lists the highest version of each, public ones first' {
        $all = Get-KaEnvironment
        $all | Should -BeOfType Kadeploy.RecordedEnvironment
        $all | ForEach-Object { "$($_.Name):$($_.Version)" } | Should -Be 'win11:7', 'de_ian13:1', 'debian13:2'
    }

    It 'finds by <Name>' -TestCases @(
        @{ Name = 'name'; Script = { Get-KaEnvironment debian13 }; Expected = 'debian13:2' }
        @{ Name = 'name in other case'; Script = { Get-KaEnvironment DEBIAN13 }; Expected = 'debian13:2' }
        @{ Name = 'a name with what the catalogue takes for a pattern'; Script = { Get-KaEnvironment de_ian13 }; Expected = 'de_ian13:1' }
        @{ Name = 'alias'; Script = { Get-KaEnvironment deb -Version 1 }; Expected = 'debian13:1' }
        @{ Name = 'wildcard'; Script = { Get-KaEnvironment w* }; Expected = 'win11:7' }
        @{ Name = 'version'; Script = { Get-KaEnvironment debian13 -Version 1 }; Expected = 'debian13:1' }
        @{ Name = 'all versions'; Script = { Get-KaEnvironment debian13 -AllVersions }; Expected = 'debian13:2', 'debian13:1' }
        @{ Name = 'owner'; Script = { Get-KaEnvironment win* -User ([Environment]::UserName) }; Expected = 'win11:7' }
        @{ Name = 'a pattern of owners'; Script = { Get-KaEnvironment win* -User * }; Expected = 'win11:7' }
        @{ Name = 'nobody'; Script = { Get-KaEnvironment -User nobody-* }; Expected = @() }
        @{ Name = 'pipeline'; Script = { 'win11', 'de_ian13' | Get-KaEnvironment }; Expected = 'win11:7', 'de_ian13:1' }
        @{ Name = 'itself'; Script = { Get-KaEnvironment debian13 -Version 1 | Get-KaEnvironment }; Expected = 'debian13:1' }
        @{ Name = 'a row of a table'; Script = { [pscustomobject]@{ Name = 'debian13'; Version = '1' } | Get-KaEnvironment }; Expected = 'debian13:1' }
    ) {
        param($Script, $Expected)
        @(& $Script | ForEach-Object { "$($_.Name):$($_.Version)" }) | Should -Be $Expected
    }

    It 'tells what is not there as an error of its own, and goes on' {
        $found = Get-KaEnvironment nothing, win11 -ErrorAction SilentlyContinue -ErrorVariable missing
        $found.Name | Should -Be 'win11'
        $missing.Count | Should -Be 1
        $missing[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $missing[0].FullyQualifiedErrorId | Should -Be 'KA1001,Kadeploy.PowerShell.Cmdlets.GetKaEnvironment'
        "$($missing[0])" | Should -BeLike '*nothing*Get-KaEnvironment*'
    }

    It 'refuses what is no name' {
        { Get-KaEnvironment 42 } | Should -Throw '*not Int32*' -ErrorId 'ParameterArgumentTransformationError*'
    }

    It 'gives the history of one, and of what wildcards fit' {
        $history = Get-KaEnvironment debian13 -History
        $history | Should -BeOfType Kadeploy.EnvironmentRevision
        $history.Revision | Should -Be 1, 2
        $history.Kind | ForEach-Object ToString | Should -Be 'Added', 'Changed'
        (Get-KaEnvironment * -History).Name | Sort-Object -Unique | Should -Be 'de_ian13', 'debian13', 'win11'
        { Get-KaEnvironment nothing -History -ErrorAction Stop } | Should -Throw '*nothing*'
    }

    It 'gives what Start-KaDeployment deploys' {
        $plan = Start-KaDeployment a-1 (Get-KaEnvironment debian13 -Version 1) -WhatIf -PassThru
        "$($plan.Request.Environment)" | Should -Be 'debian13 version 1'
        $plan.Request.Environment.Revision | Should -Be 1
    }

    It 'completes names, versions and owners' {
        (Get-Completion 'Get-KaEnvironment deb').CompletionText | Should -Be 'debian13'
        (Get-Completion 'Get-KaEnvironment debian13 -Version ').CompletionText | Should -Be '2', '1'
        (Get-Completion 'Start-KaDeployment a-1 debian13 -Version ').CompletionText | Should -Be '2', '1'
        (Get-Completion 'Start-KaDeployment a-1 win').CompletionText | Should -Be 'win11'
        (Get-Completion 'Get-KaEnvironment -User ').CompletionText | Should -Be ([Environment]::UserName)
    }

    It 'shows a table, a list and a wide view' {
        $table = Get-KaEnvironment | Format-Table | Out-String -Width 120
        $table | Should -Match 'Name\s+Version User\s+Visibility System\s+Description'
        $table | Should -Match 'debian13\s+2 \S+\s+Private\s+Linux\s+A system'
        $list = Get-KaEnvironment debian13 | Format-List | Out-String -Width 120
        $list | Should -Match 'KernelParameters : quiet'
        $list | Should -Match 'Sha256\s+: [0-9a-f]{64}'
        (Get-KaEnvironment win11 | Format-Wide | Out-String -Width 120) | Should -BeLike '*win11:7*'
        (Get-KaEnvironment debian13 -History | Format-Table | Out-String -Width 120) | Should -Match 'debian13\s+2\s+2 Changed\s+\d{4}-\d\d-\d\d \d\d:\d\d \S+'
    }
}
