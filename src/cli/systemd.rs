//! The units that run an agency's server under systemd: hardened, started by its socket.

use super::Stop;
use super::agency::Place;
use crate::server::place::AGENCY;

/// A service and its socket, to be written to the two files that they name.
pub fn units(place: &Place) -> Result<String, Stop> {
    let exe = std::env::current_exe()?;
    let exe = exe.display();
    // Where the service keeps it; another place must be one that the service's user owns.
    let dir = place.said().map_or_else(|| "/var/lib/caseload/agency".to_owned(), |dir| dir.display().to_string());
    let writable = if dir.starts_with("/var/lib/caseload") {
        "StateDirectory=caseload\nStateDirectoryMode=0700".to_owned()
    } else {
        format!("ReadWritePaths={dir}")
    };
    Ok(format!(
        "# /etc/systemd/system/caseload.socket
[Unit]
Description=caseload, the socket of the agency's server

[Socket]
ListenStream={AGENCY}
SocketUser=root
# Every coordinator's login must be in this group.
SocketGroup=caseload
SocketMode=0660
DirectoryMode=0755

[Install]
WantedBy=sockets.target

# /etc/systemd/system/caseload.service
[Unit]
Description=caseload, the agency's server
Requires=caseload.socket
After=caseload.socket

[Service]
Type=exec
ExecStart={exe} --agency {dir} serve
User=caseload
Group=caseload
{writable}
# The agency's key as a credential instead of a file beside its directory:
#   systemd-creds encrypt --name=caseload.key agency.key /etc/caseload/caseload.key.cred
#LoadCredentialEncrypted=caseload.key:/etc/caseload/caseload.key.cred
UMask=0077
Restart=on-failure
RestartSec=1
TimeoutStopSec=30
LimitCORE=0
LimitNOFILE=4096
MemoryMax=2G
MemorySwapMax=0
TasksMax=64
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectProc=invisible
ProcSubset=pid
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
PrivateIPC=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
KeyringMode=private
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM
# PrivateUsers= must stay off: it would hide from the server who connects.
"
    ))
}
