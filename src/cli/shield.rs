//! What a process that may hold health data does first: it leaves no core file behind, and no other process of the same
//! user can read its memory.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Takes both away from this process. What the system refuses stays as it is: nothing is lost but this.
pub fn raise() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
