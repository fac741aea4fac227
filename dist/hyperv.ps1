# Everything that the driver hyperv has Windows do: one action for each call.
#
#   powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -File hyperv.ps1 <action> < request.json
#
# The request is one JSON document on standard input, the answer one line of JSON on standard output.
# A failure is {"error":{"id","category","message"}} with exit code 1. Both are ASCII, as the code page
# of a console may be any. A value of a request is only ever an argument, and never text of a command.
# It runs in Windows PowerShell 5.1. Tests load it without an action: then it only defines functions.
param([string] $Action = '')

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
# The console host writes these to standard output, where the answer comes.
$ProgressPreference = 'SilentlyContinue'
$WarningPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'

# What begins the name of each machine, switch and NAT of this driver.
$Prefix = 'su-'
# The group Hyper-V Administrators, by what it is called in every language.
$HyperVAdministrators = 'S-1-5-32-578'

function Stop-WithId([string] $Id, [string] $Category, [string] $Message) {
    $exception = New-Object System.InvalidOperationException($Message)
    throw (New-Object System.Management.Automation.ErrorRecord($exception, $Id, $Category, $null))
}

# What the user of this process may do. Apart, so that tests can be anybody.
function Get-Rights {
    $identity = [System.Security.Principal.WindowsIdentity]::GetCurrent()
    $principal = New-Object System.Security.Principal.WindowsPrincipal($identity)
    $group = New-Object System.Security.Principal.SecurityIdentifier($HyperVAdministrators)
    @{
        administrator       = $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
        hyperVAdministrator = $principal.IsInRole($group)
    }
}

# Whoever may not see machines is shown none by some versions of Windows, and would believe that all are gone.
function Assert-Rights {
    $rights = Get-Rights
    if ($rights.administrator -or $rights.hyperVAdministrator) { return $rights }
    Stop-WithId 'SwarmUp.NoRights' 'PermissionDenied' 'This user is neither an administrator nor one of the group Hyper-V Administrators.'
}

function Find-Machine([string] $Id) {
    Get-VM | Where-Object { [string] $_.Id -eq $Id }
}

function Get-Machine([string] $Id) {
    $machine = Find-Machine $Id
    if ($null -eq $machine) { Stop-WithId 'SwarmUp.NoMachine' 'ObjectNotFound' "There is no machine $Id." }
    $machine
}

# What is needed, and what there is.
function Get-Facts {
    $rights = Get-Rights
    $hasModule = $null -ne (Get-Command -Name 'New-VM' -Module 'Hyper-V' -ErrorAction SilentlyContinue)
    $service = Get-Service -Name 'vmms' -ErrorAction SilentlyContinue
    $isRunning = ($null -ne $service) -and ([string] $service.Status -eq 'Running')
    $system = Get-CimInstance -ClassName 'Win32_ComputerSystem'
    $isAsked = $hasModule -and $isRunning -and ($rights.administrator -or $rights.hyperVAdministrator)
    $switches = @()
    if ($isAsked) { $switches = @(Get-VMSwitch | ForEach-Object { [string] $_.Name }) }
    $nats = @()
    if ($isAsked -and $rights.administrator) { $nats = @(Get-NetNat | ForEach-Object { [string] $_.Name }) }
    $servers = Get-DnsClientServerAddress -AddressFamily IPv4 | ForEach-Object { $_.ServerAddresses }
    @{
        module              = $hasModule
        service             = $isRunning
        hypervisor          = [bool] $system.HypervisorPresent
        administrator       = [bool] $rights.administrator
        hyperVAdministrator = [bool] $rights.hyperVAdministrator
        switches            = $switches
        nats                = $nats
        resolvers           = @($servers | Where-Object { $_ } | Select-Object -Unique)
    }
}

# Everything that may be this driver's: whose it is the driver tells by name, notes and path.
function Get-Look {
    $rights = Assert-Rights
    $machines = @(Get-VM | Where-Object { $_.Name -like "$Prefix*" } | ForEach-Object {
            @{
                id    = [string] $_.Id
                name  = [string] $_.Name
                state = [string] $_.State
                notes = [string] $_.Notes
                path  = [string] $_.Path
            }
        })
    $switches = @(Get-VMSwitch | Where-Object { $_.Name -like "$Prefix*" } | ForEach-Object {
            @{ id = [string] $_.Id; name = [string] $_.Name; notes = [string] $_.Notes }
        })
    $nats = @()
    if ($rights.administrator) {
        $nats = @(Get-NetNat | Where-Object { $_.Name -like "$Prefix*" } | ForEach-Object {
                @{ name = [string] $_.Name; network = [string] $_.InternalIPInterfaceAddressPrefix }
            })
    }
    @{ machines = $machines; switches = $switches; nats = $nats }
}

# A switch that only the machines and this computer are at, and the way out of it. What is there already
# stays: a run that was killed may have made a part.
function New-Network($Request) {
    $name = [string] $Request.name
    if (-not (Get-VMSwitch | Where-Object { $_.Name -eq $name })) {
        $null = New-VMSwitch -Name $name -SwitchType Internal -Notes ([string] $Request.notes)
    }
    $alias = "vEthernet ($name)"
    $address = [string] $Request.address
    $own = Get-NetIPAddress -InterfaceAlias $alias -AddressFamily IPv4 -ErrorAction SilentlyContinue |
        Where-Object { $_.IPAddress -eq $address }
    if (-not $own) {
        $null = New-NetIPAddress -InterfaceAlias $alias -IPAddress $address -PrefixLength ([int] $Request.prefixLength)
    }
    if (-not (Get-NetNat | Where-Object { $_.Name -eq $name })) {
        $null = New-NetNat -Name $name -InternalIPInterfaceAddressPrefix ([string] $Request.network)
    }
    @{}
}

# Removes a NAT by its name and a switch by its id, each where it is given. Gone already is success.
function Remove-Network($Request) {
    if ($null -ne $Request.nat) {
        $nat = Get-NetNat | Where-Object { $_.Name -eq [string] $Request.nat }
        if ($nat) { Remove-NetNat -Name $nat.Name -Confirm:$false }
    }
    if ($null -ne $Request.switch) {
        # Its address of this computer goes with it.
        $found = Get-VMSwitch | Where-Object { [string] $_.Id -eq [string] $Request.switch }
        if ($found) { $found | Remove-VMSwitch -Force }
    }
    @{}
}

# How large the disk is that an image is of, in bytes. Programs other than Windows write sparse files, in
# which Hyper-V keeps no disk.
function Get-Disk([string] $Path) {
    $file = Get-Item -LiteralPath $Path
    if ($file.Attributes -band [System.IO.FileAttributes]::SparseFile) {
        $said = & fsutil.exe sparse setflag $file.FullName 0
        if ($LASTEXITCODE -ne 0) { Stop-WithId 'SwarmUp.Sparse' 'InvalidResult' ([string] $said) }
    }
    $disk = Get-VHD -Path $Path
    if ([string] $disk.VhdType -eq 'Differencing') {
        Stop-WithId 'SwarmUp.Differencing' 'InvalidData' 'The image is not whole: it builds on another image.'
    }
    @{ bytes = [long] $disk.Size }
}

function Convert-Disk($Request) {
    # Not before it is known to be whole: of another image than this one nothing is read.
    $null = Get-Disk $Request.from
    $null = Convert-VHD -Path $Request.from -DestinationPath $Request.to -VHDType Dynamic
    Get-Disk $Request.to
}

# A machine whose disk holds what differs from the base. The path of its settings, and then its notes, say
# whose it is from the first moment on.
function New-Machine($Request) {
    $null = New-VHD -Path $Request.disk -ParentPath $Request.base -Differencing
    $isGrown = [long] $Request.diskBytes -gt (Get-VHD -Path $Request.disk).Size
    if ($isGrown) { $null = Resize-VHD -Path $Request.disk -SizeBytes ([long] $Request.diskBytes) }
    $generation = [int] $Request.generation
    $machine = New-VM -Name $Request.name -Path $Request.folder -Generation $generation `
        -MemoryStartupBytes ([long] $Request.memory) -NoVHD -SwitchName $Request.switch
    $null = Set-VM -VM $machine -Notes $Request.notes
    $null = Set-VM -VM $machine -ProcessorCount ([int] $Request.cpus) -StaticMemory `
        -AutomaticCheckpointsEnabled $false -CheckpointType Disabled `
        -AutomaticStartAction Nothing -AutomaticStopAction TurnOff
    $null = Set-VMNetworkAdapter -VM $machine -StaticMacAddress $Request.mac
    $disk = Add-VMHardDiskDrive -VM $machine -Path $Request.disk -Passthru
    # One of the first generation has an empty drive from the start.
    $drive = Get-VMDvdDrive -VM $machine | Select-Object -First 1
    if ($drive) { $null = Set-VMDvdDrive -VMDvdDrive $drive -Path $Request.seed }
    else { $null = Add-VMDvdDrive -VM $machine -Path $Request.seed }
    if ($generation -eq 2) {
        # Not each cloud image is signed by a key of Microsoft's.
        $null = Set-VMFirmware -VM $machine -EnableSecureBoot Off -FirstBootDevice $disk
    }
    $null = Set-VMComPort -VM $machine -Number 1 -Path $Request.console
    @{ id = [string] $machine.Id }
}

function Start-Machine($Request) {
    $null = Start-VM -VM (Get-Machine $Request.id)
    @{}
}

# The guest sees an empty drive.
function Clear-Seed($Request) {
    Get-VMDvdDrive -VM (Get-Machine $Request.id) | ForEach-Object {
        $null = Set-VMDvdDrive -VMDvdDrive $_ -Path $null
    }
    @{}
}

# Addresses that Windows knows of a machine: by what the guest tells Hyper-V, if it does, and by its MAC
# address among the neighbours of this computer.
function Get-Addresses($Request) {
    $adapters = @(Get-VMNetworkAdapter -VM (Get-Machine $Request.id))
    $told = @($adapters | ForEach-Object { $_.IPAddresses })
    $mac = ([string] $Request.mac).ToUpperInvariant() -replace '(..)(?!$)', '$1-'
    $near = @(Get-NetNeighbor -AddressFamily IPv4 -LinkLayerAddress $mac -ErrorAction SilentlyContinue |
            ForEach-Object { $_.IPAddress })
    $all = @($told + $near | Where-Object { $_ -match '^\d+(\.\d+){3}$' -and $_ -notmatch '^(169\.254|0)\.' })
    @{ addresses = @($all | Select-Object -Unique) }
}

# Writes who owns them and how long they may live, also while machines run.
function Set-Notes($Request) {
    foreach ($id in @($Request.machines)) {
        $null = Set-VM -VM (Get-Machine $id) -Notes $Request.notes
    }
    if ($null -ne $Request.switch) {
        Get-VMSwitch | Where-Object { [string] $_.Id -eq [string] $Request.switch } |
            ForEach-Object { $null = Set-VMSwitch -Name $_.Name -Notes $Request.notes }
    }
    @{}
}

# Ends a machine as if its plug were pulled, and has Hyper-V forget it. Its files stay. Gone already is
# success, also while this is at work.
function Remove-Machine($Request) {
    $id = [string] $Request.id
    $machine = Find-Machine $id
    if ($null -eq $machine) { return @{} }
    try {
        if ([string] $machine.State -ne 'Off') { $null = Stop-VM -VM $machine -TurnOff -Force }
        $null = Remove-VM -VM $machine -Force
    } catch {
        if ($null -ne (Find-Machine $id)) { throw }
    }
    @{}
}

function Invoke-Action([string] $Name, $Request) {
    switch -CaseSensitive ($Name) {
        'check' { return Get-Facts }
        'look' { return Get-Look }
        'addresses' { return Get-Addresses $Request }
        'read-disk' { return Get-Disk $Request.path }
        'convert-disk' { return Convert-Disk $Request }
        'create-network' { return New-Network $Request }
        'remove-network' { return Remove-Network $Request }
        'create-machine' { return New-Machine $Request }
        'start-machine' { return Start-Machine $Request }
        'clear-seed' { return Clear-Seed $Request }
        'write-notes' { return Set-Notes $Request }
        'remove-machine' { return Remove-Machine $Request }
    }
    Stop-WithId 'SwarmUp.NoAction' 'InvalidArgument' "There is no action $Name."
}

# JSON in ASCII.
function ConvertTo-Answer($Value) {
    $json = ConvertTo-Json -InputObject $Value -Compress -Depth 5
    [regex]::Replace($json, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char] $match.Value })
}

# Gives the line to print and the exit code.
function Get-Reply([string] $Name, [string] $Text) {
    try {
        $request = ConvertFrom-Json -InputObject $Text
        $answer = Invoke-Action $Name $request
        return @{ line = ConvertTo-Answer $answer; exitCode = 0 }
    } catch {
        $problem = @{
            id       = [string] $_.FullyQualifiedErrorId
            category = [string] $_.CategoryInfo.Category
            message  = [string] $_.Exception.Message
        }
        return @{ line = ConvertTo-Answer @{ error = $problem }; exitCode = 1 }
    }
}

if ($Action -ne '') {
    $reply = Get-Reply $Action ([Console]::In.ReadToEnd())
    [Console]::Out.WriteLine($reply.line)
    exit $reply.exitCode
}
