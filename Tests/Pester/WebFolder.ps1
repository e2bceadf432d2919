# Serves the files of a folder by http on this machine, until the process ends that was given.
function Start-WebFolder {
    param([Parameter(Mandatory)] [string] $Folder)
    $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $port = ([System.Net.IPEndPoint] $listener.LocalEndpoint).Port
    $job = Start-ThreadJob {
        $accepting = $using:listener
        $files = $using:Folder
        while ($true) {
            try { $client = $accepting.AcceptTcpClient() } catch { return }
            $stream = $client.GetStream()
            $reader = [IO.StreamReader]::new($stream)
            $path = ($reader.ReadLine() -split ' ')[1]
            while ($reader.ReadLine()) { }
            $file = Join-Path $files $path
            $body = if (Test-Path $file) { [IO.File]::ReadAllBytes($file) } else { [byte[]]::new(0) }
            $status = if (Test-Path $file) { '200 OK' } else { '404 Not Found' }
            $head = [Text.Encoding]::ASCII.GetBytes("HTTP/1.1 $status`r`nContent-Length: $($body.Length)`r`nConnection: close`r`n`r`n")
            $stream.Write($head, 0, $head.Length)
            $stream.Write($body, 0, $body.Length)
            $client.Dispose()
        }
    }
    [pscustomobject]@{ Address = "http://127.0.0.1:$port"; Listener = $listener; Job = $job }
}

function Stop-WebFolder {
    param([Parameter(Mandatory)] $Server)
    $Server.Listener.Stop()
    # With that the job ends by itself; to stop it at the same moment would be one too many.
    $null = $Server.Job | Wait-Job -Timeout 60
    $Server.Job | Remove-Job -Force
}

function New-CachedState {
    # A session whose cache has two files that came by http from this machine, which its configuration allows.
    param([Parameter(Mandatory)] [string] $Folder)
    $state = New-TestState
    $server = Start-WebFolder $Folder
    $configuration = Join-Path $Folder 'kadeploy.yml'
    Set-Content $configuration "server:`n  address: 127.0.0.1`n  files: { networks: [127.0.0.0/8] }"
    Set-KaSession -StateDirectory $state -Configuration $configuration
    foreach ($name in 'one', 'two') {
        Set-Content (Join-Path $Folder "$name.tgz") ($name * 1000)
        Set-Content (Join-Path $Folder "$name.yaml") "name: $name`nos: linux`nimage: { file: '$($server.Address)/$name.tgz', kind: tar, compression: gzip }`nfilesystem: ext4`nboot: { kernel: /vmlinuz }"
    }
    Add-KaEnvironment (Join-Path $Folder one.yaml), (Join-Path $Folder two.yaml) | Out-Null
    [pscustomobject]@{ State = $state; Server = $server }
}

function Remove-CachedState {
    param([Parameter(Mandatory)] $Cached)
    Stop-WebFolder $Cached.Server
    Set-KaSession -Default
    Remove-Item $Cached.State -Recurse
}
