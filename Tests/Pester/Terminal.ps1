# A PowerShell on a terminal of its own, whose user is the test: bytes that are typed and seen, as they are. Needs 'script' of util-linux.
function Start-Terminal {
    param([Parameter(Mandatory)] [string] $Script)
    $file = "$(New-TestState).ps1"
    Set-Content -LiteralPath $file "Set-StrictMode -Version Latest`n`$PSStyle.OutputRendering = 'PlainText'`nImport-Module '$moduleFolder/Kadeploy.psd1'`n$Script"
    $path = (Get-Process -Id $PID).Path
    $command = if ([IO.Path]::GetFileNameWithoutExtension($path) -eq 'pwsh') { "'$path'" } else { "'$path' '$(Join-Path $PSHOME 'pwsh.dll')'" }
    # Where a shell began these tests in the background, Ctrl-C is ignored by all that they begin, and so it would be by a user who has a terminal.
    $command = "env --default-signal=INT,QUIT $command"
    $start = [Diagnostics.ProcessStartInfo]::new('script')
    $start.RedirectStandardInput = $start.RedirectStandardOutput = $true
    '-qfec', "$command -NoProfile -NoLogo -File '$file'", '/dev/null' | ForEach-Object { $start.ArgumentList.Add($_) }
    [pscustomobject]@{ Process = [Diagnostics.Process]::Start($start); File = $file; Seen = [Text.StringBuilder]::new(); Read = 0; Buffer = [char[]]::new(4096) }
}

function Wait-Terminal {
    # Waits until a text is seen that was not waited for before, and gives all up to it.
    param([Parameter(Mandatory)] $Terminal, [Parameter(Mandatory)] [string] $Text)
    while ($true) {
        $all = "$($Terminal.Seen)"
        $at = $all.IndexOf($Text, $Terminal.Read, [StringComparison]::Ordinal)
        if ($at -ge 0) {
            $found = $all.Substring($Terminal.Read, $at + $Text.Length - $Terminal.Read)
            $Terminal.Read = $at + $Text.Length
            return $found
        }

        $reading = $Terminal.Process.StandardOutput.ReadAsync($Terminal.Buffer, 0, $Terminal.Buffer.Length)
        if (-not $reading.Wait(120000) -or $reading.Result -eq 0) { throw "'$Text' was not seen, but this:`n$($all.Substring($Terminal.Read))" }
        $null = $Terminal.Seen.Append($Terminal.Buffer, 0, $reading.Result)
    }
}

function Send-Terminal {
    # Types.
    param([Parameter(Mandatory)] $Terminal, [Parameter(Mandatory)] [string] $Keys)
    $Terminal.Process.StandardInput.Write($Keys)
    $Terminal.Process.StandardInput.Flush()
}

function Stop-Terminal {
    param([Parameter(Mandatory)] $Terminal)
    if (-not $Terminal.Process.HasExited) { $Terminal.Process.Kill($true) }
    $Terminal.Process.WaitForExit()
    $Terminal.Process.Dispose()
    Remove-Item -LiteralPath $Terminal.File
}

function New-ConsoleSite {
    # Machines whose console is a program that answers each line. Gives the session's settings.
    param([Parameter(Mandatory)] [string] $Folder)
    $program = Join-Path $Folder 'console'
    Set-Content $program "#!/bin/sh`nprintf 'this is %s\r\n' `"`$1`"`nwhile read -r line; do printf '%s heard %s\r\n' `"`$1`" `"`$line`"; done"
    chmod +x $program
    Set-Content (Join-Path $Folder 'kadeploy.yml') "server: { address: 127.0.0.1 }`nclusters: lab.yml"
    Set-Content (Join-Path $Folder 'lab.yml') @"
name: lab
nodes: { name: "lab-[1-3]" }
power: { commands: { reboot: { hard: [/bin/true] } } }
partitioning: { block_device: /dev/sda, partitions: { deploy: 3 } }
console: { command: [$program, HOSTNAME_SHORT] }
"@
    @{ StateDirectory = (Join-Path $Folder 'state'); Configuration = (Join-Path $Folder 'kadeploy.yml') }
}
