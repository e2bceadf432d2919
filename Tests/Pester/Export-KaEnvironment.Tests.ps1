BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'Export-KaEnvironment' {
    BeforeAll {
        $state = Set-TestSession
        $folder = New-Item -ItemType Directory (New-TestState)
        Add-KaEnvironment (New-TestImage $folder debian13 1), (New-TestImage $folder debian13 2), (New-TestImage $folder win11) | Out-Null
    }
    AfterAll {
        Remove-TestSession $state
        Remove-Item $folder -Recurse
    }

    It 'gives the text of what Get-KaEnvironment lists, with its owners' {
        $text = Export-KaEnvironment
        $text | Should -BeOfType string
        ($text | Select-String '(?m)^name: ' -AllMatches).Matches.Count | Should -Be 2
        $text | Should -Match "(?m)^user: $([Environment]::UserName)$"
        Export-KaEnvironment win11 -NoOwner | Should -Not -Match '(?m)^user: '
        (Export-KaEnvironment -AllVersions | Select-String '(?m)^version: ' -AllMatches).Matches.Count | Should -Be 3
        Get-KaEnvironment win11 | Export-KaEnvironment | Should -BeExactly (Export-KaEnvironment win11)
    }

    It 'writes one file of all that the pipeline brings' {
        $file = Join-Path $folder 'out.yaml'
        Get-KaEnvironment -AllVersions | Export-KaEnvironment -Path $file | Should -BeNullOrEmpty
        Get-Content $file -Raw | Should -BeExactly (Export-KaEnvironment -AllVersions)
        (Export-KaEnvironment win11 -Path $file -PassThru).FullName | Should -Be $file
        Get-Content $file -Raw | Should -BeExactly (Export-KaEnvironment win11)
        { Export-KaEnvironment -Path $file -NoClobber } | Should -Throw '*is there already*' -ErrorId 'KA1001*'
    }

    It 'takes paths from where PowerShell stands, and says where it cannot write' {
        Push-Location $folder
        try { (Export-KaEnvironment win11 ./here.yaml -PassThru).FullName | Should -Be (Join-Path $folder here.yaml) } finally { Pop-Location }
        { Export-KaEnvironment win11 (Join-Path $folder 'no/such/folder.yaml') } | Should -Throw '*could not be written*' -ErrorId 'KA1001*'
    }

    It 'writes nothing with -WhatIf, nor where nothing fits' {
        $never = Join-Path $folder 'never.yaml'
        Get-Transcript { Export-KaEnvironment win11 $never -WhatIf } | Should -BeLike "*Write win11 version 1 to $never*"
        Export-KaEnvironment none-* -Path $never
        Export-KaEnvironment nothing -Path $never -ErrorAction SilentlyContinue -ErrorVariable missing
        "$missing" | Should -BeLike '*nothing*'
        $never | Should -Not -Exist
    }
}
