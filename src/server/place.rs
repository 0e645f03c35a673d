//! Where a server listens: a socket in a directory that nobody else can put one into. The directory is opened once,
//! looked at, and the socket is then reached through it, so that nothing can be put in its place in between, and so that
//! a path may be longer than a socket's name can be.

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Component, Path, PathBuf};

/// The socket of a personal agency, in its own directory.
pub const PERSONAL: &str = "socket";
/// The socket of an agency's server on this machine.
pub const AGENCY: &str = "/run/caseload/socket";

/// Why a server can't be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreached {
    /// Nobody listens there.
    Nobody,
    /// Something there is not as it must be, and the mend. It is not spoken to.
    Wrong(String),
    /// It failed.
    Failed(String),
}

impl std::fmt::Display for Unreached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nobody => f.write_str("no caseload server runs there"),
            Self::Wrong(why) | Self::Failed(why) => f.write_str(why),
        }
    }
}

/// Where a server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    dir: PathBuf,
    name: String,
    /// The user's own agency: everything there must be hers.
    personal: bool,
}

impl Place {
    /// Beside a personal agency's files.
    pub fn personal(agency: &Path) -> Self {
        Self { dir: agency.to_path_buf(), name: PERSONAL.to_owned(), personal: true }
    }

    /// An agency's server, by its socket's path.
    pub fn agency(socket: &Path) -> Result<Self, Unreached> {
        let wrong = || Unreached::Wrong(format!("{} is not the path of a socket", socket.display()));
        let name = socket.file_name().and_then(|n| n.to_str()).ok_or_else(wrong)?.to_owned();
        let dir = socket.parent().filter(|d| d.is_absolute()).ok_or_else(wrong)?.to_path_buf();
        Ok(Self { dir, name, personal: false })
    }

    /// The socket's path, for words.
    pub fn path(&self) -> PathBuf {
        self.dir.join(&self.name)
    }

    /// The directory, opened and looked at; and who owns it.
    fn open(&self) -> Result<(OwnedFd, u32), Unreached> {
        if !self.personal {
            trusted_parents(&self.dir)?;
        }
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
        let dir = rustix::fs::open(&self.dir, flags, Mode::empty()).map_err(|e| match e {
            Errno::NOENT => Unreached::Nobody,
            Errno::NOTDIR | Errno::LOOP => {
                Unreached::Wrong(format!("{} is not a directory of its own", self.dir.display()))
            }
            e => Unreached::Failed(format!("{}: {}", self.dir.display(), io::Error::from(e))),
        })?;
        let stat = rustix::fs::fstat(&dir)
            .map_err(|e| Unreached::Failed(format!("{}: {}", self.dir.display(), io::Error::from(e))))?;
        let me = rustix::process::geteuid().as_raw();
        let loose = if self.personal { 0o077 } else { 0o022 };
        if self.personal && stat.st_uid != me {
            return Err(Unreached::Wrong(format!("{} belongs to another user", self.dir.display())));
        }
        if u32::from(stat.st_mode as u16) & loose != 0 {
            let mode = if self.personal { "700" } else { "750" };
            return Err(Unreached::Wrong(format!(
                "others may write into {0}; run `chmod {mode} {0}`",
                self.dir.display()
            )));
        }
        Ok((dir, stat.st_uid))
    }

    /// Connects to whoever listens there, if it is who it must be.
    pub fn connect(&self) -> Result<UnixStream, Unreached> {
        let (dir, dir_owner) = self.open()?;
        let stat = rustix::fs::statat(&dir, &self.name, AtFlags::SYMLINK_NOFOLLOW).map_err(|e| match e {
            Errno::NOENT => Unreached::Nobody,
            e => Unreached::Failed(format!("{}: {}", self.path().display(), io::Error::from(e))),
        })?;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Socket {
            return Err(Unreached::Wrong(format!(
                "{} is not a socket; look at it and remove it",
                self.path().display()
            )));
        }
        let stream = UnixStream::connect(through(&dir, &self.name)).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => Unreached::Nobody,
            io::ErrorKind::PermissionDenied => Unreached::Wrong(format!(
                "{} may not be opened by this login; ask the administrator to add it to the socket's group",
                self.path().display()
            )),
            _ => Unreached::Failed(format!("{}: {e}", self.path().display())),
        })?;
        let peer = rustix::net::sockopt::socket_peercred(&stream)
            .map_err(|e| Unreached::Failed(format!("{}: {}", self.path().display(), io::Error::from(e))))?
            .uid
            .as_raw();
        // A socket that systemd holds answers as root until the server has taken it.
        let known = peer == stat.st_uid || (!self.personal && (peer == 0 || peer == dir_owner));
        if !known {
            return Err(Unreached::Wrong(format!(
                "another user (id {peer}) answers at {}; it was not spoken to",
                self.path().display()
            )));
        }
        Ok(stream)
    }

    /// Listens there. The caller holds the agency's lock, so what lies there is nobody's any more; it is replaced, never
    /// removed first, and nothing but a socket is.
    pub fn listen(&self) -> Result<UnixListener, Unreached> {
        let failed = |e: io::Error| Unreached::Failed(format!("{}: {e}", self.path().display()));
        let (dir, _) = self.open()?;
        match rustix::fs::statat(&dir, &self.name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if FileType::from_raw_mode(stat.st_mode) != FileType::Socket => {
                return Err(Unreached::Wrong(format!(
                    "{} is not a socket; look at it and remove it",
                    self.path().display()
                )));
            }
            _ => {}
        }
        let own = format!(".{}.{}", self.name, std::process::id());
        // Of an earlier process with this id, which died between the two steps.
        let _ = rustix::fs::unlinkat(&dir, &own, AtFlags::empty());
        let listener = UnixListener::bind(through(&dir, &own)).map_err(failed)?;
        let mode = if self.personal { 0o600 } else { 0o660 };
        rustix::fs::chmodat(&dir, &own, Mode::from_raw_mode(mode), AtFlags::empty())
            .and_then(|()| rustix::fs::renameat(&dir, &own, &dir, &self.name))
            .map_err(|e| failed(e.into()))?;
        Ok(listener)
    }

    /// Takes the own socket away again, at a clean end.
    pub fn leave(&self) {
        if let Ok((dir, _)) = self.open() {
            let _ = rustix::fs::unlinkat(&dir, &self.name, AtFlags::empty());
        }
    }
}

/// A name in an open directory as a path.
fn through(dir: &OwnedFd, name: &str) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}/{name}", dir.as_raw_fd()))
}

/// Every directory above must be root's or ours, no link, and not for others to write into.
fn trusted_parents(dir: &Path) -> Result<(), Unreached> {
    let me = rustix::process::geteuid().as_raw();
    let mut path = PathBuf::new();
    for part in dir.components() {
        path.push(part);
        if part == Component::RootDir {
            continue;
        }
        let stat = rustix::fs::lstat(&path).map_err(|e| match e {
            Errno::NOENT => Unreached::Nobody,
            e => Unreached::Failed(format!("{}: {}", path.display(), io::Error::from(e))),
        })?;
        let last = path == dir;
        if FileType::from_raw_mode(stat.st_mode) != FileType::Directory {
            return Err(Unreached::Wrong(format!(
                "{} is a link or a file; the server's socket is not looked for behind it",
                path.display()
            )));
        }
        let sticky = stat.st_mode & 0o1000 != 0;
        if !last && ((stat.st_uid != 0 && stat.st_uid != me) || (stat.st_mode & 0o022 != 0 && !sticky)) {
            return Err(Unreached::Wrong(format!(
                "others may change what lies in {}; the server's socket must lie elsewhere",
                path.display()
            )));
        }
    }
    Ok(())
}
