BeforeDiscovery { $missing = -not (Get-Module -ListAvailable PSScriptAnalyzer) }

Describe 'PSScriptAnalyzer' {
    It 'finds nothing in the scripts of this repository' -Skip:$missing {
        $root = Resolve-Path (Join-Path $PSScriptRoot '../..')
        $files = Get-ChildItem $root -Recurse -Include *.ps1, *.psd1 -Exclude obj, bin | Where-Object FullName -NotMatch '[\\/](bin|obj|out)[\\/]'
        @($files).Count | Should -BeGreaterThan 5
        $found = $files | ForEach-Object { Invoke-ScriptAnalyzer -Path $_.FullName -Settings (Join-Path $PSScriptRoot 'PSScriptAnalyzerSettings.psd1') }
        $found | ForEach-Object { "$($_.ScriptName):$($_.Line) $($_.RuleName): $($_.Message)" } | Should -BeNullOrEmpty
    }
}
