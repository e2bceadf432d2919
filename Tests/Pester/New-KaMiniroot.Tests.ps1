BeforeDiscovery {
    $why = if (-not $IsLinux) { 'Linux' } else { 'apt-get', 'dpkg-deb', 'zstd' | Where-Object { -not (Get-Command $_ -CommandType Application -ErrorAction Ignore) } }
}

BeforeAll { . $PSScriptRoot/Session.ps1 }

Describe 'New-KaMiniroot' {
    It 'builds nothing with -WhatIf' {
        $out = New-TestState
        Get-Transcript { New-KaMiniroot $out -Profile Min -WhatIf } | Should -BeLike "*profile Min, kernel Cloud*$out*"
        $out | Should -Not -Exist
    }

    It 'asks with -Confirm' {
        $out = New-TestState
        $asked = Invoke-Asking -Answer 2 -Script { param($s) New-KaMiniroot $s -Confirm } -Session $out
        $asked.Questions | Should -BeLike "*$out*"
        $out | Should -Not -Exist
    }

    It 'completes profiles and kernels' {
        (Get-Completion 'New-KaMiniroot -Profile ').CompletionText | Should -Be 'Full', 'Min', 'Std'
        (Get-Completion 'New-KaMiniroot -Kernel ').CompletionText | Should -Be 'Cloud', 'Generic'
    }

    It 'refuses an overlay that is none before it builds, naming it' -Skip:([bool]$why) {
        $overlay = New-TestState
        Set-Content $overlay 'nothing'
        try { { New-KaMiniroot (New-TestState) -Overlay $overlay } | Should -Throw "*$overlay*" -ErrorId 'KA1001,Kadeploy.PowerShell.Cmdlets.NewKaMiniroot' } finally { Remove-Item $overlay }
    }

    It 'builds a kernel and an initramfs, and says in the verbose stream what takes time' -Skip:([bool]$why) {
        $out = New-TestState
        try {
            try { $said = New-KaMiniroot $out -Profile Min -Verbose 4>&1 }
            catch {
                if ("$_" -notlike '*apt-get *') { throw }
                Set-ItResult -Skipped -Because "the packages could not be had: $_"
                return
            }
            $made = $said | Where-Object { $_ -is [Kadeploy.MinirootImages] }
            $made.Kernel | Should -Exist
            $made.Initrd | Should -Exist
            $made.Sha256 | Should -Be (Get-FileHash $made.Initrd).Hash.ToLowerInvariant()
            "$($said | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] })" | Should -BeLike '*writing the initramfs*'
            $made | Format-List | Out-String -Width 120 | Should -Match 'KernelVersion : \d'
        }
        finally { Remove-Item $out -Recurse -ErrorAction Ignore }
    }
}
